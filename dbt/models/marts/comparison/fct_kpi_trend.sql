{#- Years looked back over, fewest periods with an interval, and the normal quantile of 95 per cent. -#}
{%- set window_years = 15 -%}
{%- set fewest_periods = 10 -%}
{%- set normal_quantile = 1.959964 -%}
with

changes as (

    select * from {{ ref('fct_kpi_change') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

newest_period as (

    select
        municipality_code,
        kpi_id,
        period_type,
        max(period_end) as period_end
    from changes
    where value is not null
    group by municipality_code, kpi_id, period_type

),

newest_values as (

    select
        changes.municipality_code,
        changes.kpi_id,
        changes.period_type,
        changes.period,
        changes.period_end,
        changes.segment
    from changes
    inner join newest_period
        on
            changes.municipality_code = newest_period.municipality_code
            and changes.kpi_id = newest_period.kpi_id
            and changes.period_type = newest_period.period_type
            and changes.period_end = newest_period.period_end

),

same_season_of_every_year as (

    select
        newest_values.municipality_code,
        newest_values.kpi_id,
        newest_values.period_type,
        newest_values.period as newest,
        changes.period,
        cast(extract(year from changes.period_end) as integer) as reference_year,
        changes.value
    from newest_values
    inner join changes
        on
            newest_values.municipality_code = changes.municipality_code
            and newest_values.kpi_id = changes.kpi_id
            and newest_values.period_type = changes.period_type
            and newest_values.segment = changes.segment
            and extract(month from newest_values.period_end) = extract(month from changes.period_end)
    where
        changes.value is not null
        and extract(year from changes.period_end)
        > extract(year from newest_values.period_end) - {{ window_years }}

),

series as (

    select
        municipality_code,
        kpi_id,
        period_type,
        newest,
        min(period) as first_period,
        count(*) as n
    from same_season_of_every_year
    group by municipality_code, kpi_id, period_type, newest

),

sizes_of_ties as (

    select
        municipality_code,
        kpi_id,
        period_type,
        count(*) as tied
    from same_season_of_every_year
    group by municipality_code, kpi_id, period_type, value

),

corrections_for_ties as (

    select
        municipality_code,
        kpi_id,
        period_type,
        sum(tied * (tied - 1) * (2 * tied + 5)) as correction
    from sizes_of_ties
    group by municipality_code, kpi_id, period_type

),

long_enough_series as (

    -- c is Gilbert's C: half the width of the interval, counted in ordered slopes.
    select
        series.municipality_code,
        series.kpi_id,
        series.period_type,
        series.n * (series.n - 1) / 2.0 as slope_count,
        {{ normal_quantile }}
        * sqrt((series.n * (series.n - 1) * (2 * series.n + 5) - corrections_for_ties.correction) / 18.0) as c
    from series
    inner join corrections_for_ties
        on
            series.municipality_code = corrections_for_ties.municipality_code
            and series.kpi_id = corrections_for_ties.kpi_id
            and series.period_type = corrections_for_ties.period_type
    where series.n >= {{ fewest_periods }}

),

places_of_the_limits as (

    -- Rounded outwards: the interval is never narrower than the formula's.
    select
        municipality_code,
        kpi_id,
        period_type,
        slope_count,
        greatest(floor((slope_count - c) / 2), 1) as lower_place
    from long_enough_series

),

slopes_between_pairs as (

    select
        earlier.municipality_code,
        earlier.kpi_id,
        earlier.period_type,
        (later.value - earlier.value) / (later.reference_year - earlier.reference_year) as slope
    from same_season_of_every_year as earlier
    inner join same_season_of_every_year as later
        on
            earlier.municipality_code = later.municipality_code
            and earlier.kpi_id = later.kpi_id
            and earlier.period_type = later.period_type
            and earlier.reference_year < later.reference_year

),

slopes_in_order as (

    select
        municipality_code,
        kpi_id,
        period_type,
        slope,
        row_number() over (partition by municipality_code, kpi_id, period_type order by slope) as place
    from slopes_between_pairs

),

slopes_with_limits as (

    select
        slopes_in_order.municipality_code,
        slopes_in_order.kpi_id,
        slopes_in_order.period_type,
        median(slopes_in_order.slope) as slope,
        max(
            case
                when slopes_in_order.place = places_of_the_limits.lower_place
                    then slopes_in_order.slope
            end
        ) as slope_lower,
        max(
            case
                when
                    slopes_in_order.place
                    = places_of_the_limits.slope_count + 1 - places_of_the_limits.lower_place
                    then slopes_in_order.slope
            end
        ) as slope_upper
    from slopes_in_order
    inner join places_of_the_limits
        on
            slopes_in_order.municipality_code = places_of_the_limits.municipality_code
            and slopes_in_order.kpi_id = places_of_the_limits.kpi_id
            and slopes_in_order.period_type = places_of_the_limits.period_type
    group by slopes_in_order.municipality_code, slopes_in_order.kpi_id, slopes_in_order.period_type

),

trends_told_with_care as (

    select
        series.municipality_code,
        series.kpi_id,
        series.period_type,
        series.newest as period,
        series.first_period,
        cast(series.n as integer) as period_count,
        slopes_with_limits.slope as slope_per_year,
        slopes_with_limits.slope_lower,
        slopes_with_limits.slope_upper,
        case
            when slopes_with_limits.slope is null then 'too_few'
            when slopes_with_limits.slope_lower > 0 then 'rising'
            when slopes_with_limits.slope_upper < 0 then 'falling'
            else 'cannot_say'
        end as trend,
        case
            when slopes_with_limits.slope_lower > 0 and catalogue.direction = 'higher' then 'better'
            when slopes_with_limits.slope_upper < 0 and catalogue.direction = 'lower' then 'better'
            when slopes_with_limits.slope_lower > 0 and catalogue.direction = 'lower' then 'worse'
            when slopes_with_limits.slope_upper < 0 and catalogue.direction = 'higher' then 'worse'
        end as meaning
    from series
    inner join catalogue on series.kpi_id = catalogue.kpi_id
    left join slopes_with_limits
        on
            series.municipality_code = slopes_with_limits.municipality_code
            and series.kpi_id = slopes_with_limits.kpi_id
            and series.period_type = slopes_with_limits.period_type

)

select * from trends_told_with_care
