with

rows_handed_in as (

    select * from {{ source('raw_own', 'strategy_goals') }}

),

rows_in_house_types as (

    select
        municipality_code,
        strategy_name,
        theme_name,
        goal_code,
        goal_name,
        measure_code,
        kpi_id,
        measure_name,
        measure_unit,
        direction,
        cast(base_year as integer) as base_year,
        base_value,
        cast(target_year as integer) as target_year,
        target_value,
        corridor_lower,
        corridor_upper,
        beneficiary,
        action,
        owner_role,
        review_date,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
