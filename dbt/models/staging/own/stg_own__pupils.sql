with

rows_handed_in as (

    select * from {{ source('raw_own', 'pupils') }}

),

rows_in_house_types as (

    select
        municipality_code,
        cast(school_year as integer) as school_year,
        school_code,
        cast(grade as integer) as grade,
        cast(pupils as integer) as pupils,
        groups,
        cast(supported_pupils as integer) as supported_pupils,
        cast(transported_pupils as integer) as transported_pupils,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
