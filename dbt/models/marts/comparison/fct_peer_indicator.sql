{#- Share of the municipalities having the KPI that must have a value for a period to be used. -#}
{%- set known_share = 0.9 -%}
with

weights as (

    select * from {{ ref('dim_peer_weight') }}

),

kpi_values as (

    select * from {{ ref('fct_kpi_value') }}

),

scales as (

    select distinct
        kpi_id,
        scale
    from weights

),

values_on_their_scale as (

    select
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.value,
        case
            when scales.scale = 'none' then kpi_values.value
            when kpi_values.value > 0 then ln(kpi_values.value)
        end as scaled_value
    from kpi_values
    inner join scales on kpi_values.kpi_id = scales.kpi_id

),

municipalities_counted as (

    -- An extract holds some KPIs for a part of the country only: those that have any value are counted.
    select
        kpi_id,
        count(distinct municipality_code) as municipality_count
    from kpi_values
    where value is not null
    group by kpi_id

),

periods_known_nearly_everywhere as (

    select
        values_on_their_scale.kpi_id,
        values_on_their_scale.period,
        values_on_their_scale.period_end,
        avg(values_on_their_scale.scaled_value) as mean_value,
        stddev_pop(values_on_their_scale.scaled_value) as deviation
    from values_on_their_scale
    inner join municipalities_counted on values_on_their_scale.kpi_id = municipalities_counted.kpi_id
    group by
        values_on_their_scale.kpi_id,
        values_on_their_scale.period,
        values_on_their_scale.period_end,
        municipalities_counted.municipality_count
    having
        count(values_on_their_scale.scaled_value)
        >= {{ known_share }} * municipalities_counted.municipality_count

),

periods_in_order as (

    select
        kpi_id,
        period,
        mean_value,
        deviation,
        row_number() over (partition by kpi_id order by period_end desc) as newness
    from periods_known_nearly_everywhere

),

standard_scores as (

    select
        values_on_their_scale.municipality_code,
        values_on_their_scale.kpi_id,
        case periods_in_order.newness when 1 then 'newest' else 'earlier' end as edition,
        values_on_their_scale.period,
        values_on_their_scale.value,
        -- rounded, because a mean's last bits depend on the order in which threads add it up
        round(
            (values_on_their_scale.scaled_value - periods_in_order.mean_value) / periods_in_order.deviation, 6
        ) as standard_score
    from values_on_their_scale
    inner join periods_in_order
        on
            values_on_their_scale.kpi_id = periods_in_order.kpi_id
            and values_on_their_scale.period = periods_in_order.period
    where periods_in_order.newness <= 2 and periods_in_order.deviation > 0

)

select * from standard_scores
