with

changes as (

    select * from {{ ref('municipality_changes') }}

),

changes_of_municipalities as (

    select
        from_code,
        to_code,
        valid_from,
        kind,
        kind in ('merger', 'code_change') as maps_whole,
        kind in ('merger', 'code_change', 'split') as ends_the_code,
        source
    from changes

)

select * from changes_of_municipalities
