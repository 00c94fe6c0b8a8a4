with

vital_events as (

    select * from {{ ref('int_vital_events') }}

),

chance_of_each_year as (

    select
        municipality_code,
        reference_year,
        live_births_count + deaths_count
        + {{ moves_together() }} * (
            in_migration_count + out_migration_count + immigration_count + emigration_count
        ) as variance_count
    from vital_events
    where municipality_code not in ('SSS', 'rest')

),

chance_of_five_years as (

    select
        newest.municipality_code,
        newest.reference_year,
        {{ stable_sum('years.variance_count') }} as variance_count
    from chance_of_each_year as newest
    inner join chance_of_each_year as years
        on
            newest.municipality_code = years.municipality_code
            and years.reference_year between newest.reference_year - 4 and newest.reference_year
    group by newest.municipality_code, newest.reference_year
    having count(years.variance_count) = 5

),

chance_of_population_change as (

    select
        municipality_code,
        'population_change_1y' as kpi_id,
        reference_year,
        variance_count
    from chance_of_each_year
    where variance_count is not null
    union all
    select
        municipality_code,
        'population_change_5y' as kpi_id,
        reference_year,
        variance_count
    from chance_of_five_years

)

select * from chance_of_population_change
