with

submissions as (

    select * from {{ ref('stg_own__submission') }}

),

submissions_as_told as (

    select
        submission_id,
        municipality_code,
        register_id,
        first_period,
        last_period,
        version,
        rows_submitted,
        rows_standing,
        submitted_at,
        decided_at,
        problems as reasons_count,
        case when audience = 'public' then submitted_role end as submitted_by_role,
        case
            when state <> 'accepted' then state
            when rows_standing > 0 then 'published'
            else 'replaced'
        end as state
    from submissions

)

select * from submissions_as_told
