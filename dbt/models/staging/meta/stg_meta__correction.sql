with

corrections_of_tables as (

    select * from {{ source('raw_meta', 'correction') }}

),

corrections as (

    select
        source,
        table_name,
        correction_id,
        action,
        matched_on,
        expected,
        found,
        corrected_to,
        cast(cells as integer) as cells,
        outcome,
        reason,
        link,
        author,
        decided_on,
        applied_at
    from corrections_of_tables

)

select * from corrections
