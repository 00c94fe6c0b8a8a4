with

rows_handed_in as (

    select * from {{ source('raw_own', 'group_accounts') }}

),

rows_in_house_types as (

    select
        municipality_code,
        cast(reference_year as integer) as reference_year,
        cast(group_annual_margin_eur as double) as group_annual_margin_eur,
        cast(discretionary_transfer_eur as double) as discretionary_transfer_eur,
        cast(group_depreciation_eur as double) as group_depreciation_eur,
        cast(group_interest_expenses_eur as double) as group_interest_expenses_eur,
        cast(group_loans_eur as double) as group_loans_eur,
        cast(group_lease_liabilities_eur as double) as group_lease_liabilities_eur,
        cast(group_accumulated_surplus_eur as double) as group_accumulated_surplus_eur,
        cast(accumulated_surplus_eur as double) as accumulated_surplus_eur,
        income_tax_rate_pct,
        average_income_tax_rate_pct,
        cast(average_group_loans_and_leases_eur as double) as average_group_loans_and_leases_eur,
        deadline_extended = 'yes' as is_deadline_extended,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
