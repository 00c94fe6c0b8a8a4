with

by_age as (

    select * from {{ ref('stg_statfin__population_by_age') }}

),

events as (

    select * from {{ ref('stg_statfin__vital_events') }}

),

key_figures as (

    select * from {{ ref('int_key_figure_published') }}

),

loads as (

    select * from {{ ref('stg_meta__load') }}

),

crosswalk as (

    select * from {{ ref('int_area_crosswalk') }}

),

division as (

    select * from {{ ref('int_division') }}

),

published_totals as (

    select
        'statfin' as source,
        'population_by_age' as table_name,
        municipality_code,
        reference_year,
        population_count
    from by_age
    where sex = 'total' and age is null
    union all
    select
        'statfin' as source,
        'vital_events' as table_name,
        municipality_code,
        reference_year,
        event_count as population_count
    from events
    where event = 'population'
    union all
    select
        'keyfigures' as source,
        'key_figures_series_2017' as table_name,
        municipality_code,
        reference_year,
        value as population_count
    from key_figures
    where key_figure = 'population'

),

each_series_on_todays_borders as (

    select
        published_totals.source,
        published_totals.table_name,
        crosswalk.municipality_code,
        published_totals.reference_year,
        loads.border_year,
        division.border_year as division_year,
        count(*) as parts,
        {{ complete_sum('published_totals.population_count') }} as population_count
    from published_totals
    inner join crosswalk on published_totals.municipality_code = crosswalk.published_code
    inner join loads
        on published_totals.source = loads.source and published_totals.table_name = loads.table_name
    cross join division
    group by
        published_totals.source,
        published_totals.table_name,
        crosswalk.municipality_code,
        published_totals.reference_year,
        loads.border_year,
        division.border_year

),

the_series_cast_again_by_the_publisher_first as (

    select
        municipality_code,
        reference_year,
        population_count,
        case
            when parts > 1 then 'mapped'
            when border_year = division_year then 'recast'
            else 'unchanged'
        end as bridging,
        source,
        table_name,
        border_year
    from each_series_on_todays_borders
    where population_count is not null
    qualify {{ recast_first('municipality_code, reference_year', 'table_name') }}

)

select * from the_series_cast_again_by_the_publisher_first
