with

population as (

    select * from {{ ref('stg_statfin__population_by_age') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

division as (

    select * from {{ ref('int_division') }}

),

population_on_todays_borders as (

    select
        crosswalk.municipality_code,
        population.reference_year,
        population.sex,
        population.age,
        {{ complete_sum('population.population_count') }} as population_count
    from population
    inner join crosswalk on population.municipality_code = crosswalk.published_code
    where population.sex <> 'total' and population.age is not null
    group by crosswalk.municipality_code, population.reference_year, population.sex, population.age

),

sum_of_loaded_municipalities as (

    select
        reference_year,
        sex,
        age,
        {{ complete_sum('population_count') }} as population_count
    from population_on_todays_borders
    where municipality_code <> 'SSS'
    group by reference_year, sex, age

),

rest_of_the_country as (

    select
        'rest' as municipality_code,
        country.reference_year,
        country.sex,
        country.age,
        country.population_count - loaded.population_count as population_count
    from population_on_todays_borders as country
    inner join sum_of_loaded_municipalities as loaded
        on
            country.reference_year = loaded.reference_year
            and country.sex = loaded.sex
            and country.age = loaded.age
    inner join division on division.is_partial
    where country.municipality_code = 'SSS'

),

population_with_the_rest as (

    select
        municipality_code,
        reference_year,
        sex,
        age,
        population_count
    from population_on_todays_borders
    union all
    select
        municipality_code,
        reference_year,
        sex,
        age,
        population_count
    from rest_of_the_country

)

select * from population_with_the_rest
