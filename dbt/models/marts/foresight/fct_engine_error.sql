with

engine_output as (

    select * from {{ source('foresight', 'engine_error') }}

),

errors_of_levels as (

    select
        municipality_code,
        component,
        first,
        second,
        value
    from engine_output

)

select * from errors_of_levels
