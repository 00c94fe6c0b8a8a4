with

engine_output as (

    select * from {{ source('foresight', 'service_need_threshold') }}

),

limits_with_their_reasons as (

    select
        event_id,
        sort_order,
        measure,
        side,
        case when not isnan(limit_value) then limit_value end as limit_value,
        case when not isnan(base_factor) then base_factor end as base_factor,
        basis,
        rationale_fi,
        rationale_sv,
        rationale_en,
        date
    from engine_output

)

select * from limits_with_their_reasons
