with

findings as (

    select * from {{ source('raw_meta', 'morning_report') }}

),

report as (

    select
        finding,
        kind,
        severity,
        source,
        table_name,
        kpi_id,
        municipality_code,
        period,
        period_before,
        before,
        after,
        cells,
        detail,
        compared_with
    from findings

)

select * from report
