with

events as (

    select * from {{ ref('stg_statfin__vital_events') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

division as (

    select * from {{ ref('int_division') }}

),

one_row_per_published_municipality as (

    select
        crosswalk.municipality_code,
        events.municipality_code as published_code,
        events.reference_year,
        max(case when events.event = 'live_births' then events.event_count end) as live_births_count,
        max(case when events.event = 'deaths' then events.event_count end) as deaths_count,
        max(case when events.event = 'in_migration' then events.event_count end) as in_migration_count,
        max(case when events.event = 'out_migration' then events.event_count end) as out_migration_count,
        max(case when events.event = 'immigration' then events.event_count end) as immigration_count,
        max(case when events.event = 'emigration' then events.event_count end) as emigration_count,
        max(case when events.event = 'correction' then events.event_count end) as correction_count,
        max(case when events.event = 'population' then events.event_count end) as population_count
    from events
    inner join crosswalk on events.municipality_code = crosswalk.published_code
    group by crosswalk.municipality_code, events.municipality_code, events.reference_year

),

events_on_todays_borders as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum('live_births_count') }} as live_births_count,
        {{ complete_sum('deaths_count') }} as deaths_count,
        {{ complete_sum('in_migration_count') }} as in_migration_count,
        {{ complete_sum('out_migration_count') }} as out_migration_count,
        {{ complete_sum('immigration_count') }} as immigration_count,
        {{ complete_sum('emigration_count') }} as emigration_count,
        {{ complete_sum('correction_count') }} as correction_count,
        {{ complete_sum('population_count') }} as population_count
    from one_row_per_published_municipality
    group by municipality_code, reference_year

),

sum_of_loaded_municipalities as (

    select
        reference_year,
        {{ complete_sum('live_births_count') }} as live_births_count,
        {{ complete_sum('deaths_count') }} as deaths_count,
        {{ complete_sum('in_migration_count') }} as in_migration_count,
        {{ complete_sum('out_migration_count') }} as out_migration_count,
        {{ complete_sum('immigration_count') }} as immigration_count,
        {{ complete_sum('emigration_count') }} as emigration_count,
        {{ complete_sum('correction_count') }} as correction_count,
        {{ complete_sum('population_count') }} as population_count
    from events_on_todays_borders
    where municipality_code <> 'SSS'
    group by reference_year

),

rest_of_the_country as (

    select
        'rest' as municipality_code,
        country.reference_year,
        country.live_births_count - loaded.live_births_count as live_births_count,
        country.deaths_count - loaded.deaths_count as deaths_count,
        country.in_migration_count - loaded.in_migration_count as in_migration_count,
        country.out_migration_count - loaded.out_migration_count as out_migration_count,
        country.immigration_count - loaded.immigration_count as immigration_count,
        country.emigration_count - loaded.emigration_count as emigration_count,
        country.correction_count - loaded.correction_count as correction_count,
        country.population_count - loaded.population_count as population_count
    from events_on_todays_borders as country
    inner join sum_of_loaded_municipalities as loaded on country.reference_year = loaded.reference_year
    inner join division on division.is_partial
    where country.municipality_code = 'SSS'

),

events_with_the_rest as (

    select
        municipality_code,
        reference_year,
        live_births_count,
        deaths_count,
        in_migration_count,
        out_migration_count,
        immigration_count,
        emigration_count,
        correction_count,
        population_count
    from events_on_todays_borders
    union all
    select
        municipality_code,
        reference_year,
        live_births_count,
        deaths_count,
        in_migration_count,
        out_migration_count,
        immigration_count,
        emigration_count,
        correction_count,
        population_count
    from rest_of_the_country

)

select * from events_with_the_rest
