with

projection as (

    select * from {{ ref('int_official_projection') }}

),

membership as (

    select * from {{ ref('int_area_membership') }}

),

area_sizes as (

    select
        area_code,
        count(*) as member_count
    from membership
    group by area_code

),

published_total_of_the_country as (

    select
        vintage,
        published_at,
        municipality_code as area_code,
        projection_year,
        age,
        population_count as value
    from projection
    where municipality_code = 'SSS'

),

sums_of_areas_with_every_member as (

    select
        projection.vintage,
        projection.published_at,
        membership.area_code,
        projection.projection_year,
        projection.age,
        {{ complete_sum('projection.population_count') }} as value
    from projection
    inner join membership on projection.municipality_code = membership.municipality_code
    inner join area_sizes on membership.area_code = area_sizes.area_code
    where membership.area_code <> 'SSS'
    group by
        projection.vintage,
        projection.published_at,
        membership.area_code,
        projection.projection_year,
        projection.age,
        area_sizes.member_count
    having count(*) = area_sizes.member_count

),

projection_of_areas as (

    select
        vintage,
        published_at,
        area_code,
        projection_year,
        age,
        value
    from published_total_of_the_country
    union all
    select
        vintage,
        published_at,
        area_code,
        projection_year,
        age,
        value
    from sums_of_areas_with_every_member

)

select * from projection_of_areas
