with

population as (

    select * from {{ ref('int_population_by_age') }}

),

membership as (

    select * from {{ ref('int_area_membership') }}

),

published_total_of_the_country as (

    select
        municipality_code as area_code,
        reference_year,
        sex,
        age,
        population_count
    from population
    where municipality_code = 'SSS'

),

sums_of_members as (

    select
        membership.area_code,
        population.reference_year,
        population.sex,
        population.age,
        {{ complete_sum('population.population_count') }} as population_count
    from population
    inner join membership on population.municipality_code = membership.municipality_code
    where membership.area_code <> 'SSS'
    group by membership.area_code, population.reference_year, population.sex, population.age

),

population_of_areas as (

    select
        area_code,
        reference_year,
        sex,
        age,
        population_count
    from published_total_of_the_country
    union all
    select
        area_code,
        reference_year,
        sex,
        age,
        population_count
    from sums_of_members

)

select * from population_of_areas
