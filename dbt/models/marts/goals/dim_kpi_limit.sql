with

own_limits as (

    select * from {{ ref('kpi_limits') }}

),

limits_with_their_grounds as (

    select
        kpi_id,
        limit_value,
        basis_fi,
        basis_sv,
        basis_en
    from own_limits

)

select * from limits_with_their_grounds
