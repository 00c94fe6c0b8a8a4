with

rows_handed_in as (

    select * from {{ source('raw_own', 'decisions') }}

),

rows_in_house_types as (

    select
        municipality_code,
        meeting_date,
        body,
        item_number,
        title,
        kpi_id,
        uses_forecast = 'yes' as uses_forecast,
        meeting_form,
        due_date,
        done_date,
        owner_role,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
