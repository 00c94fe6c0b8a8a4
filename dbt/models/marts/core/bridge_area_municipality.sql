with

members as (

    select * from {{ ref('int_area_member') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

membership as (

    select
        members.area_code,
        members.municipality_code,
        members.valid_from,
        members.valid_to,
        members.source
    from members
    inner join municipalities on members.municipality_code = municipalities.municipality_code

)

select * from membership
