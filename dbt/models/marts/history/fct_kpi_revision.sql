with

noted as (

    select * from {{ source('raw_meta', 'kpi_revision') }}

),

revisions as (

    select
        municipality_code,
        kpi_id,
        period,
        revision,
        value_before,
        value_after,
        status_before,
        status_after,
        cause,
        snapshot_before,
        revised_at
    from noted

)

select * from revisions
