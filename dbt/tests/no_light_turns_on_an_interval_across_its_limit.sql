-- No colour that chance could explain: a lit light has an interval, and no limit of it lies inside that.
{{ config(tags=['after_engine']) }}

with

lights as (

    select * from {{ ref('fct_kpi_light') }}

),

lights_that_chance_could_explain as (

    select
        municipality_code,
        kpi_id,
        period,
        criterion,
        state,
        lower,
        upper,
        limit_lower,
        limit_upper
    from lights
    where
        state in ('good', 'attention', 'poor')
        and (
            lower is null
            or upper is null
            or (lower < limit_lower and upper > limit_lower)
            or (lower < limit_upper and upper > limit_upper)
        )

)

select * from lights_that_chance_could_explain
