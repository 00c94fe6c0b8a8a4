with

engine_output as (

    select * from {{ source('foresight', 'service_need_event') }}

),

how_likely_limits_are_crossed as (

    select
        municipality_code,
        scenario_id,
        base_year,
        projection_year,
        event_id,
        base_value,
        limit_value,
        probability,
        probability_by_then
    from engine_output

)

select * from how_likely_limits_are_crossed
