with

corrections as (

    select * from {{ ref('stg_meta__correction') }}

),

corrections_in_force as (

    select
        source,
        table_name,
        correction_id,
        action,
        matched_on,
        expected,
        found,
        corrected_to,
        cells,
        outcome,
        reason,
        link,
        author,
        decided_on,
        applied_at
    from corrections

)

select * from corrections_in_force
