with

municipality_size as (

    select * from {{ ref('int_municipality_size') }}

),

division as (

    select * from {{ ref('int_division') }}

),

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

years_of_each_municipality as (

    select distinct
        municipality_code,
        reference_year
    from figures
    where figure <> 'population'

),

newest_accounts as (

    select max(reference_year) as newest_year
    from years_of_each_municipality

),

years_to_tell_of as (

    -- Every year that a municipality has figures of, and for all of them the newest that anybody has.
    select
        municipality_size.municipality_code,
        coalesce(newest_accounts.newest_year, division.newest_population_year) as reference_year
    from municipality_size
    cross join newest_accounts
    cross join division
    union
    select
        years_of_each_municipality.municipality_code,
        years_of_each_municipality.reference_year
    from years_of_each_municipality
    inner join municipality_size
        on years_of_each_municipality.municipality_code = municipality_size.municipality_code

)

select * from years_to_tell_of
