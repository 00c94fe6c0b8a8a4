with

scopes as (

    select * from {{ ref('break_scopes') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

catalogue_with_tables as (

    select
        kpi_id,
        catalogue_code,
        theme,
        cast(includes_social_and_health_until as varchar) as includes_social_and_health_until,
        ', ' || regexp_replace(source_tables, ' *, *', ', ', 'g') || ',' as source_tables
    from catalogue

),

kpis_in_scope as (

    select distinct
        scopes.break_id,
        catalogue_with_tables.kpi_id
    from scopes
    inner join catalogue_with_tables
        on
            (scopes.scope_kind = 'kpi_id' and scopes.scope_value = catalogue_with_tables.kpi_id)
            or (
                scopes.scope_kind = 'catalogue_code'
                and scopes.scope_value = catalogue_with_tables.catalogue_code
            )
            or (scopes.scope_kind = 'theme' and scopes.scope_value = catalogue_with_tables.theme)
            or (
                scopes.scope_kind = 'includes_social_and_health_until'
                and scopes.scope_value = catalogue_with_tables.includes_social_and_health_until
            )
            or (
                scopes.scope_kind = 'source_table'
                and contains(catalogue_with_tables.source_tables, ', ' || scopes.scope_value || ',')
            )

)

select * from kpis_in_scope
