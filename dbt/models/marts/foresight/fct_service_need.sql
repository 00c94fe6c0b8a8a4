with

engine_output as (

    select * from {{ source('foresight', 'service_need') }}

),

counted_for_municipalities as (

    select
        municipality_code,
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

select * from counted_for_municipalities
