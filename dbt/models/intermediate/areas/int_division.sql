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
        sum(case when population.municipality_code = 'SSS' then population.population_count end)
            as country_count,
        sum(case when population.municipality_code <> 'SSS' then population.population_count end)
            as municipalities_count
    from population
    inner join newest_division on population.reference_year = newest_division.newest_population_year
    where population.sex = 'total' and population.age is null

),

division as (

    select
        newest_division.border_year,
        make_date(newest_division.border_year, 1, 1) as valid_on,
        newest_division.newest_population_year,
        newest_count.country_count <> newest_count.municipalities_count as is_partial
    from newest_division
    cross join newest_population_of_the_country_and_of_its_municipalities as newest_count

)

select * from division
