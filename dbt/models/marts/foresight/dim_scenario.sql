with

engine_output as (

    select * from {{ source('foresight', 'scenario') }}

),

projected_scenarios as (

    select
        scenario_id,
        sort_order,
        name_fi,
        name_sv,
        name_en,
        rationale_fi,
        rationale_sv,
        rationale_en,
        parameters_json,
        content_hash,
        author,
        date,
        draws
    from engine_output

)

select * from projected_scenarios
