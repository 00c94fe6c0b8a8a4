with

breaks as (

    select * from {{ ref('breaks') }}

),

scopes as (

    select * from {{ ref('break_scopes') }}

),

scopes_of_breaks as (

    select
        break_id,
        string_agg(scope_kind || ' ' || scope_value, '; ' order by scope_kind, scope_value) as applies_to
    from scopes
    group by break_id

),

breaks_with_their_scope as (

    select
        breaks.break_id,
        breaks.starts_on,
        breaks.changes_meaning,
        breaks.area_scope,
        breaks.label_fi,
        breaks.label_sv,
        breaks.label_en,
        breaks.description_fi,
        breaks.description_sv,
        breaks.description_en,
        breaks.before_fi,
        breaks.before_sv,
        breaks.before_en,
        breaks.source,
        scopes_of_breaks.applies_to
    from breaks
    left join scopes_of_breaks on breaks.break_id = scopes_of_breaks.break_id

)

select * from breaks_with_their_scope
