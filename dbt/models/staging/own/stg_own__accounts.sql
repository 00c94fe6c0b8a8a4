with

rows_handed_in as (

    select * from {{ source('raw_own', 'accounts') }}

),

rows_in_house_types as (

    select
        municipality_code,
        month as reference_month,
        sector,
        account_group,
        cast(actual_eur as double) as actual_eur,
        cast(budget_year_eur as double) as budget_year_eur,
        planned_share_pct,
        cast(year_end_forecast_eur as double) as year_end_forecast_eur,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
