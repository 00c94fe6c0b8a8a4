with

kpi_values as (

    select * from {{ ref('kpi_values') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

values_with_what_they_apply_to as (

    select
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.period_end,
        kpi_values.value,
        kpi_values.value_status,
        kpi_values.numerator,
        kpi_values.denominator,
        kpi_values.lower,
        kpi_values.upper,
        catalogue.valid_for = 'all' or not municipalities.is_aland as applies
    from kpi_values
    inner join municipalities on kpi_values.municipality_code = municipalities.municipality_code
    inner join catalogue on kpi_values.kpi_id = catalogue.kpi_id

),

values_of_municipalities as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        case when applies then value end as value,
        case when applies then value_status else 'not_applicable' end as value_status,
        case when applies then numerator end as numerator,
        case when applies then denominator end as denominator,
        case when applies then lower end as lower,
        case when applies then upper end as upper
    from values_with_what_they_apply_to

)

select * from values_of_municipalities
