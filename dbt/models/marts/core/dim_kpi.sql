with

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

kpis as (

    select
        kpi_id,
        catalogue_code,
        theme,
        sort_order,
        name_fi,
        name_sv,
        name_en,
        description_fi,
        description_sv,
        description_en,
        formula_fi,
        formula_sv,
        formula_en,
        caveat_fi,
        caveat_sv,
        caveat_en,
        unit_name_fi,
        unit_name_sv,
        unit_name_en,
        unit,
        decimals,
        direction,
        valid_for,
        period_type,
        normal_lag_months,
        includes_social_and_health_until,
        source_tables,
        owner,
        verification
    from catalogue

)

select * from kpis
