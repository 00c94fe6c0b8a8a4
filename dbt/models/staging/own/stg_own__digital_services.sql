with

rows_handed_in as (

    select * from {{ source('raw_own', 'digital_services') }}

),

rows_in_house_types as (

    select
        municipality_code,
        month as reference_month,
        service,
        in_use = 'yes' as in_use,
        cast(all_cases as integer) as all_cases,
        cast(electronic_cases as integer) as electronic_cases,
        cast(automated_decisions as integer) as automated_decisions,
        cast(started_online as integer) as started_online,
        cast(completed_online as integer) as completed_online,
        cast(accessibility_defects as integer) as accessibility_defects,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
