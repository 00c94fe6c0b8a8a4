with

population as (

    select * from {{ ref('stg_statfin__population_by_age') }}

),

newest_division as (

    select
        max(border_year) as border_year,
        max(reference_year) as newest_population_year
    from population

),

newest_population_of_the_country_and_of_its_municipalities as (

    select
        sum(case when municipality_code = 'SSS' then population_count end) as country_count,
        sum(case when municipality_code <> 'SSS' then population_count end) as municipalities_count
    from population
    where
        sex = 'total'
        and age is null
        and reference_year = (select max(reference_year) from population)

),

division as (

    select
        newest_division.border_year,
        make_date(newest_division.border_year, 1, 1) as valid_on,
        newest_division.newest_population_year,
        newest_population.country_count <> newest_population.municipalities_count as is_partial
    from newest_division
    cross join newest_population_of_the_country_and_of_its_municipalities as newest_population

)

select * from division
