with

projection_2019 as (

    select * from {{ ref('stg_statfin__population_projection_2019') }}

),

projection_2024 as (

    select * from {{ ref('stg_statfin__population_projection_2024') }}

),

vintages as (

    select * from {{ ref('official_projections') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

division as (

    select * from {{ ref('int_division') }}

),

changes as (

    select * from {{ ref('int_municipality_change') }}

),

every_vintage as (

    select
        2019 as vintage,
        municipality_code,
        projection_year,
        age,
        population_count,
        border_year
    from projection_2019
    union all
    select
        2024 as vintage,
        municipality_code,
        projection_year,
        age,
        population_count,
        border_year
    from projection_2024

),

municipalities_that_grew_after_todays_borders as (

    -- On newer borders the receiver of a later merger includes what it received: not today's municipality.
    select distinct
        changes.to_code as municipality_code,
        year(changes.valid_from) as merged_in
    from changes
    inner join division on changes.valid_from > division.valid_on
    where changes.ends_the_code

),

projection_on_todays_borders as (

    select
        every_vintage.vintage,
        crosswalk.municipality_code,
        every_vintage.projection_year,
        every_vintage.age,
        {{ complete_sum('every_vintage.population_count') }} as population_count
    from every_vintage
    inner join crosswalk on every_vintage.municipality_code = crosswalk.published_code
    left join municipalities_that_grew_after_todays_borders as grown
        on
            every_vintage.municipality_code = grown.municipality_code
            and every_vintage.border_year >= grown.merged_in
    where every_vintage.age is not null and grown.municipality_code is null
    group by
        every_vintage.vintage,
        crosswalk.municipality_code,
        every_vintage.projection_year,
        every_vintage.age

),

sum_of_loaded_municipalities as (

    select
        vintage,
        projection_year,
        age,
        {{ complete_sum('population_count') }} as population_count
    from projection_on_todays_borders
    where municipality_code <> 'SSS'
    group by vintage, projection_year, age

),

rest_of_the_country as (

    select
        country.vintage,
        'rest' as municipality_code,
        country.projection_year,
        country.age,
        country.population_count - loaded.population_count as population_count
    from projection_on_todays_borders as country
    inner join sum_of_loaded_municipalities as loaded
        on
            country.vintage = loaded.vintage
            and country.projection_year = loaded.projection_year
            and country.age = loaded.age
    inner join division on division.is_partial
    where country.municipality_code = 'SSS'

),

projection_with_the_rest as (

    select
        vintage,
        municipality_code,
        projection_year,
        age,
        population_count
    from projection_on_todays_borders
    union all
    select
        vintage,
        municipality_code,
        projection_year,
        age,
        population_count
    from rest_of_the_country

),

dated_projection as (

    select
        projection_with_the_rest.vintage,
        vintages.published_at,
        projection_with_the_rest.municipality_code,
        projection_with_the_rest.projection_year,
        projection_with_the_rest.age,
        projection_with_the_rest.population_count
    from projection_with_the_rest
    inner join vintages on projection_with_the_rest.vintage = vintages.vintage

)

select * from dated_projection
