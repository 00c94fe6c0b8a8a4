with

figures as (

    select * from {{ ref('period_figure') }}

),

pooled as (

    select * from {{ ref('fct_kpi_pooled') }}

),

parts_of_pooled_kpis as (

    select * from {{ ref('pooled_kpis') }}

),

pooled_kpis as (

    select distinct kpi_id
    from parts_of_pooled_kpis

),

figures_that_lights_rest_on as (

    -- Where events are counted the years are pooled or nothing is used: one year of a village never is.
    select
        figures.municipality_code,
        figures.kpi_id,
        figures.period_type,
        figures.period,
        figures.period_end,
        figures.value_status,
        case when pooled_kpis.kpi_id is null then figures.value else pooled.value end as value,
        case when pooled_kpis.kpi_id is null then figures.lower else pooled.lower end as lower,
        case when pooled_kpis.kpi_id is null then figures.upper else pooled.upper end as upper,
        case when pooled_kpis.kpi_id is null then figures.value else pooled.own_value end as own_value,
        case when pooled_kpis.kpi_id is null then figures.basis else 'pooled' end as basis,
        figures.value is not null as has_figure
    from figures
    left join pooled_kpis on figures.kpi_id = pooled_kpis.kpi_id
    left join pooled
        on
            figures.municipality_code = pooled.municipality_code
            and figures.kpi_id = pooled.kpi_id
            and figures.period = pooled.period

)

select * from figures_that_lights_rest_on
