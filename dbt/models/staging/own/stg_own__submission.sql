with

submissions as (

    select * from {{ source('raw_own', 'submission') }}

),

submissions_without_names as (

    select
        submission_id,
        register_id,
        municipality_code,
        state,
        audience,
        version,
        first_period,
        last_period,
        rows_submitted,
        rows_standing,
        problems,
        submitted_role,
        submitted_at,
        decided_at
    from submissions

)

select * from submissions_without_names
