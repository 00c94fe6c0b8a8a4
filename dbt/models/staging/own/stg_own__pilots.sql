with

rows_handed_in as (

    select * from {{ source('raw_own', 'pilots') }}

),

rows_in_house_types as (

    select
        municipality_code,
        project_code,
        project_name,
        kind,
        stage,
        start_date,
        end_date,
        decision_date,
        end_reason,
        change_plan = 'yes' as has_change_plan,
        cast(budget_eur as double) as budget_eur,
        cast(external_funding_eur as double) as external_funding_eur,
        cast(spent_eur as double) as spent_eur,
        owner_role,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
