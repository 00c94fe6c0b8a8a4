with

engine_output as (

    select * from {{ source('foresight', 'service_need_unit') }}

),

counted_for_units as (

    select
        municipality_code,
        unit_type,
        unit_code,
        unit_name,
        scenario_id,
        base_year,
        projection_year,
        measure,
        mean,
        p10,
        p50,
        p90,
        case when not isnan(limit_value) then limit_value end as limit_value,
        case when not isnan(probability) then probability end as probability,
        case when not isnan(probability_by_then) then probability_by_then end as probability_by_then
    from engine_output

)

select * from counted_for_units
