with

windows as (

    select * from {{ ref('int_event_window') }}

),

independent_events as (

    -- People who move together count as fewer independent events.
    select
        event,
        reference_year,
        observed_count / {{ event_dispersion('event') }} as observed_count,
        expected_count / {{ event_dispersion('event') }} as expected_count
    from windows

),

size_of_the_whole as (

    select
        event,
        reference_year,
        count(*) as municipality_count,
        {{ stable_sum('observed_count') }} / {{ stable_sum('expected_count') }} as mean_ratio,
        {{ stable_sum('expected_count') }}
        - {{ stable_sum('pow(expected_count, 2)') }} / {{ stable_sum('expected_count') }} as weight,
        {{ stable_sum('1 / expected_count') }} as inverse_weight
    from independent_events
    group by event, reference_year
    having count(*) > 1

),

spread_around_the_whole as (

    select
        independent_events.event,
        independent_events.reference_year,
        {{ stable_sum(
            'independent_events.expected_count'
            ' * pow(independent_events.observed_count / independent_events.expected_count - whole.mean_ratio, 2)'
        ) }} as weighted_squares,
        {{ stable_sum(
            'pow(independent_events.observed_count / independent_events.expected_count - whole.mean_ratio, 2)'
        ) }} as plain_squares
    from independent_events
    inner join size_of_the_whole as whole
        on independent_events.event = whole.event and independent_events.reference_year = whole.reference_year
    group by independent_events.event, independent_events.reference_year

),

spread_without_chance as (

    -- What is left of the spread when chance is taken out, by size and each municipality alike.
    select
        whole.event,
        whole.reference_year,
        whole.municipality_count,
        whole.mean_ratio,
        (spread.weighted_squares - whole.mean_ratio * (whole.municipality_count - 1)) / whole.weight
            as variance_by_size,
        whole.mean_ratio * sqrt(2.0 * (whole.municipality_count - 1)) / whole.weight as chance_of_the_spread,
        (spread.plain_squares - whole.mean_ratio * whole.inverse_weight) / whole.municipality_count
            as variance_each_alike
    from size_of_the_whole as whole
    inner join spread_around_the_whole as spread
        on whole.event = spread.event and whole.reference_year = spread.reference_year
    where whole.mean_ratio > 0 and whole.weight > 0

),

how_municipalities_differ as (

    -- 1.645: what chance hides of the spread in 95 of 100 cases, so that nobody is drawn too hard.
    select
        event,
        reference_year,
        municipality_count,
        mean_ratio,
        greatest(
            greatest(variance_by_size, 0) + 1.645 * chance_of_the_spread,
            variance_each_alike
        ) as ratio_variance
    from spread_without_chance

)

select * from how_municipalities_differ
