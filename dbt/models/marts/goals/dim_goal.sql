with

handed_in_goals as (

    select * from {{ ref('stg_own__strategy_goals') }}

),

published_goals as (

    select * from {{ ref('strategy_tree') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

handed_in as (

    select
        handed_in_goals.municipality_code,
        handed_in_goals.strategy_name,
        handed_in_goals.theme_name,
        handed_in_goals.goal_code,
        handed_in_goals.goal_name,
        handed_in_goals.measure_code,
        handed_in_goals.measure_name,
        handed_in_goals.kpi_id,
        handed_in_goals.measure_unit,
        handed_in_goals.direction,
        handed_in_goals.base_year,
        handed_in_goals.base_value,
        handed_in_goals.target_year,
        handed_in_goals.target_value,
        handed_in_goals.corridor_lower,
        handed_in_goals.corridor_upper,
        handed_in_goals.beneficiary,
        handed_in_goals.action,
        handed_in_goals.owner_role,
        handed_in_goals.review_date,
        cast(null as varchar) as strategy_name_sv,
        cast(null as varchar) as strategy_name_en,
        cast(null as varchar) as theme_name_sv,
        cast(null as varchar) as theme_name_en,
        cast(null as varchar) as goal_name_sv,
        cast(null as varchar) as goal_name_en,
        cast(null as varchar) as measure_name_sv,
        cast(null as varchar) as measure_name_en,
        cast(null as varchar) as action_sv,
        cast(null as varchar) as action_en,
        cast(null as varchar) as owner_role_sv,
        cast(null as varchar) as owner_role_en,
        'own' as origin,
        municipalities.name_fi as publisher,
        cast(null as varchar) as source_title,
        cast(null as varchar) as source_url,
        cast(null as varchar) as target_source_url,
        cast(null as date) as decided_on,
        cast(null as date) as retrieved_on,
        cast(handed_in_goals.submission_version as integer) as submission_version
    from handed_in_goals
    left join municipalities on handed_in_goals.municipality_code = municipalities.municipality_code

),

municipalities_that_have_handed_theirs_in as (

    select distinct municipality_code
    from handed_in_goals

),

published as (

    select
        published_goals.municipality_code,
        published_goals.strategy_name,
        published_goals.theme_name,
        published_goals.goal_code,
        published_goals.goal_name,
        coalesce(published_goals.measure_code, '') as measure_code,
        published_goals.measure_name,
        published_goals.kpi_id,
        published_goals.measure_unit,
        published_goals.direction,
        published_goals.base_year,
        published_goals.base_value,
        published_goals.target_year,
        published_goals.target_value,
        published_goals.corridor_lower,
        published_goals.corridor_upper,
        cast(null as varchar) as beneficiary,
        published_goals.action,
        published_goals.owner_role,
        cast(null as date) as review_date,
        published_goals.strategy_name_sv,
        published_goals.strategy_name_en,
        published_goals.theme_name_sv,
        published_goals.theme_name_en,
        published_goals.goal_name_sv,
        published_goals.goal_name_en,
        published_goals.measure_name_sv,
        published_goals.measure_name_en,
        published_goals.action_sv,
        published_goals.action_en,
        published_goals.owner_role_sv,
        published_goals.owner_role_en,
        'published' as origin,
        published_goals.publisher,
        published_goals.source_title,
        published_goals.source_url,
        published_goals.target_source_url,
        published_goals.decided_on,
        published_goals.retrieved_on,
        cast(null as integer) as submission_version
    from published_goals
    left join municipalities_that_have_handed_theirs_in as own
        on published_goals.municipality_code = own.municipality_code
    where own.municipality_code is null

),

goals as (

    select * from handed_in
    union all
    select * from published

)

select * from goals
