with

kpi_values as (

    select * from {{ ref('fct_kpi_value') }}

),

breaks as (

    select * from {{ ref('dim_break') }}

),

breaks_of_kpis as (

    select * from {{ ref('bridge_break_kpi') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

breaks_of_municipalities as (

    select distinct
        municipalities.municipality_code,
        breaks_of_kpis.kpi_id,
        breaks.starts_on
    from breaks
    inner join breaks_of_kpis on breaks.break_id = breaks_of_kpis.break_id
    inner join municipalities
        on
            breaks.area_scope = 'all'
            or (breaks.area_scope = 'mainland' and not municipalities.is_aland)
            or (
                breaks.area_scope = 'mainland_without_helsinki'
                and not municipalities.is_aland
                and municipalities.municipality_code <> '091'
            )
    where breaks.changes_meaning

),

values_by_segment as (

    -- A segment is what lies between two breaks; figures of two segments are never compared.
    select
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.value,
        kpi_values.value_status,
        cast(count(breaks_of_municipalities.starts_on) as integer) as segment
    from kpi_values
    left join breaks_of_municipalities
        on
            kpi_values.municipality_code = breaks_of_municipalities.municipality_code
            and kpi_values.kpi_id = breaks_of_municipalities.kpi_id
            and kpi_values.period_end >= breaks_of_municipalities.starts_on
    group by
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.value,
        kpi_values.value_status

),

known_values_with_the_one_before as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        lag(period) over series_in_time as previous_period,
        lag(value) over series_in_time as previous_value,
        lag(segment) over series_in_time as previous_segment
    from values_by_segment
    where value is not null
    window series_in_time as (partition by municipality_code, kpi_id, period_type order by period_end)

),

changes as (

    select
        now.municipality_code,
        now.kpi_id,
        now.period_type,
        now.period,
        now.period_end,
        now.value,
        now.value_status,
        now.segment,
        earlier.previous_period,
        case when earlier.previous_segment = now.segment then now.value - earlier.previous_value end
            as change_from_previous,
        case
            when now.value is null then 'no_value'
            when earlier.previous_value is null then 'no_earlier_value'
            when earlier.previous_segment <> now.segment then 'break'
        end as previous_reason,
        case when year_before.segment = now.segment then now.value - year_before.value end
            as change_from_year_before,
        case
            when now.value is null then 'no_value'
            when year_before.value is null then 'no_earlier_value'
            when year_before.segment <> now.segment then 'break'
        end as year_reason
    from values_by_segment as now
    left join known_values_with_the_one_before as earlier
        on
            now.municipality_code = earlier.municipality_code
            and now.kpi_id = earlier.kpi_id
            and now.period_type = earlier.period_type
            and now.period = earlier.period
    left join values_by_segment as year_before
        on
            now.municipality_code = year_before.municipality_code
            and now.kpi_id = year_before.kpi_id
            and now.period_type = year_before.period_type
            and extract(year from now.period_end) - 1 = extract(year from year_before.period_end)
            and extract(month from now.period_end) = extract(month from year_before.period_end)

)

select * from changes
