with

engine_output as (

    select * from {{ source('foresight', 'engine_draw') }}

),

shared_draws as (

    select
        draw,
        component,
        projection_year,
        factor
    from engine_output

)

select * from shared_draws
