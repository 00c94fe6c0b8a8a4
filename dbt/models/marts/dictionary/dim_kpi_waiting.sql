with

waiting as (

    select * from {{ ref('kpi_waiting') }}

),

waiting_kpis as (

    select
        catalogue_code,
        theme,
        name_fi,
        name_sv,
        name_en,
        waits_for,
        register_id,
        source_table,
        missing_fi,
        missing_sv,
        missing_en
    from waiting

)

select * from waiting_kpis
