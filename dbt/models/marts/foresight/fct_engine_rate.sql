with

engine_output as (

    select * from {{ source('foresight', 'engine_rate') }}

),

rates as (

    select
        municipality_code,
        component,
        sex,
        age,
        rate
    from engine_output

)

select * from rates
