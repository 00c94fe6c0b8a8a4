with

rows_handed_in as (

    select * from {{ source('raw_own', 'service_vouchers') }}

),

rows_in_house_types as (

    select
        municipality_code,
        month as reference_month,
        service,
        stage,
        cast(voucher_customers as integer) as voucher_customers,
        cast(all_customers as integer) as all_customers,
        cast(voucher_eur as double) as voucher_eur,
        cast(net_service_eur as double) as net_service_eur,
        cast(own_unit_cost_eur as double) as own_unit_cost_eur,
        cast(customer_extra_eur as double) as customer_extra_eur,
        cast(providers as integer) as providers,
        remark,
        _version as submission_version,
        _landing_id as landing_id
    from rows_handed_in

)

select * from rows_in_house_types
