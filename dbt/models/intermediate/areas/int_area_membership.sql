with

members_today as (

    select * from {{ ref('int_area_member_today') }}

),

population as (

    select * from {{ ref('int_population_by_age') }}

),

loaded_municipalities as (

    select distinct municipality_code from population
    where municipality_code <> 'SSS'

),

members_with_population as (

    select
        members_today.area_code,
        members_today.municipality_code,
        members_today.member_count
    from members_today
    inner join loaded_municipalities
        on members_today.municipality_code = loaded_municipalities.municipality_code
    where members_today.area_code <> 'SSS'

),

areas_with_every_member_loaded as (

    select area_code
    from members_with_population
    group by area_code, member_count
    having count(*) = member_count

),

members_of_complete_areas as (

    select
        members_with_population.area_code,
        members_with_population.municipality_code
    from members_with_population
    inner join areas_with_every_member_loaded
        on members_with_population.area_code = areas_with_every_member_loaded.area_code

),

membership as (

    select
        area_code,
        municipality_code
    from members_of_complete_areas
    union all
    select
        'SSS' as area_code,
        municipality_code
    from loaded_municipalities
    union all
    select
        'rest' as area_code,
        municipality_code
    from loaded_municipalities
    where municipality_code = 'rest'

)

select * from membership
