with

population as (

    select * from {{ ref('int_population_by_age') }}

),

population_of_municipalities as (

    select
        municipality_code,
        reference_year,
        sex,
        age,
        population_count
    from population
    where municipality_code not in ('SSS', 'rest')

)

select * from population_of_municipalities
