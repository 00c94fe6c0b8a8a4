with

projected as (

    select * from {{ source('foresight', 'projection_area') }}

),

projected_for_areas as (

    select
        area_code,
        scenario_id,
        base_year,
        projection_year,
        scheme,
        age_group,
        mean,
        p10,
        p50,
        p90
    from projected

)

select * from projected_for_areas
