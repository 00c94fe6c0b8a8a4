with

population_history as (

    select * from {{ ref('int_population_history') }}

),

population_of_every_known_year as (

    select
        municipality_code,
        reference_year,
        cast(population_count as double) as population_count,
        bridging,
        source,
        table_name,
        border_year
    from population_history

)

select * from population_of_every_known_year
