with

vital_events as (

    select * from {{ ref('int_vital_events') }}

),

events_of_each_year as (

    {{ vital_event_rows('vital_events') }}

),

level_of_the_country as (

    select
        reference_year,
        event,
        event_count / mean_population as event_rate
    from events_of_each_year
    where municipality_code = 'SSS' and mean_population > 0

),

events_beside_what_the_country_s_level_gives as (

    select
        events_of_each_year.municipality_code,
        events_of_each_year.event,
        events_of_each_year.reference_year,
        events_of_each_year.event_count,
        events_of_each_year.mean_population,
        level_of_the_country.event_rate,
        events_of_each_year.mean_population * level_of_the_country.event_rate as expected_count
    from events_of_each_year
    inner join level_of_the_country
        on
            events_of_each_year.reference_year = level_of_the_country.reference_year
            and events_of_each_year.event = level_of_the_country.event
    where events_of_each_year.municipality_code not in ('SSS', 'rest')

),

years_together as (

    select
        newest.municipality_code,
        newest.event,
        newest.reference_year,
        newest.reference_year - {{ pooled_years() }} + 1 as first_year,
        newest.mean_population,
        newest.event_rate as country_rate,
        sum(years.event_count) as observed_count,
        {{ stable_sum('years.expected_count') }} as expected_count
    from events_beside_what_the_country_s_level_gives as newest
    inner join events_beside_what_the_country_s_level_gives as years
        on
            newest.municipality_code = years.municipality_code
            and newest.event = years.event
            and years.reference_year
            between newest.reference_year - {{ pooled_years() }} + 1 and newest.reference_year
    group by
        newest.municipality_code,
        newest.event,
        newest.reference_year,
        newest.mean_population,
        newest.event_rate
    having
        count(years.event_count) = {{ pooled_years() }}
        and count(years.expected_count) = {{ pooled_years() }}

),

windows_with_something_to_expect as (

    select
        municipality_code,
        event,
        reference_year,
        first_year,
        mean_population,
        country_rate,
        observed_count,
        expected_count
    from years_together
    where expected_count > 0

)

select * from windows_with_something_to_expect
