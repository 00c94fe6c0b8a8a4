with

rows_handed_in as (

    select * from {{ source('raw_own', 'schools') }}

),

rows_in_house_types as (

    select
        municipality_code,
        cast(school_year as integer) as school_year,
        school_code,
        school_name,
        teaching_language,
        cast(first_grade as integer) as first_grade,
        cast(last_grade as integer) as last_grade,
        cast(capacity as integer) as capacity,
        cast(classrooms as integer) as classrooms,
        cast(group_limit_0 as integer) as group_limit_0,
        cast(group_limit_1 as integer) as group_limit_1,
        cast(group_limit_2 as integer) as group_limit_2,
        cast(group_limit_3 as integer) as group_limit_3,
        cast(group_limit_4 as integer) as group_limit_4,
        cast(group_limit_5 as integer) as group_limit_5,
        cast(group_limit_6 as integer) as group_limit_6,
        cast(group_limit_7 as integer) as group_limit_7,
        cast(group_limit_8 as integer) as group_limit_8,
        cast(group_limit_9 as integer) as group_limit_9,
        closes_on,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
