with

engine_output as (

    select * from {{ source('foresight', 'service_need_area') }}

),

counted_for_areas as (

    select
        area_code,
        scenario_id,
        base_year,
        projection_year,
        measure,
        base_value,
        mean,
        p10,
        p50,
        p90,
        born_share
    from engine_output

)

select * from counted_for_areas
