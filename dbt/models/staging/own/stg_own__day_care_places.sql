with

rows_handed_in as (

    select * from {{ source('raw_own', 'day_care_places') }}

),

rows_in_house_types as (

    select
        municipality_code,
        month as reference_month,
        unit_code,
        unit_name,
        provider,
        cast(places as integer) as places,
        cast(children_enrolled as integer) as children_enrolled,
        children_present,
        cast(children_waiting as integer) as children_waiting,
        cast(waiting_days as integer) as waiting_days,
        staff_count,
        qualified_staff_count,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
