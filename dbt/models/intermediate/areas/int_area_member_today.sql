with

members as (

    select * from {{ ref('int_area_member') }}

),

division as (

    select * from {{ ref('int_division') }}

),

networks as (

    select * from {{ ref('networks') }}

),

members_on_the_first_day_of_the_division as (

    select
        members.area_code,
        members.municipality_code
    from members
    inner join division
        on
            members.valid_from <= division.valid_on
            and (members.valid_to is null or members.valid_to >= division.valid_on)

),

members_found as (

    select
        area_code,
        count(*) as member_count
    from members_on_the_first_day_of_the_division
    group by area_code

),

members_that_there_should_be as (

    -- A network may have more members than its source names; of every other area all members are known.
    select
        members_found.area_code,
        coalesce(networks.member_count, members_found.member_count) as member_count
    from members_found
    left join networks on members_found.area_code = networks.area_code

),

members_today as (

    select
        members_on_the_first_day_of_the_division.area_code,
        members_on_the_first_day_of_the_division.municipality_code,
        members_that_there_should_be.member_count
    from members_on_the_first_day_of_the_division
    inner join members_that_there_should_be
        on members_on_the_first_day_of_the_division.area_code = members_that_there_should_be.area_code

)

select * from members_today
