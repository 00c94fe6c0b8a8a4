with

engine_output as (

    select * from {{ source('foresight', 'engine_rate') }}

),

rates as (

    select
        municipality_code,
        projection_year,
        sex,
        age,
        fertility,
        hazard,
        out_rate,
        in_weight,
        immigration,
        emigration_rate
    from engine_output

)

select * from rates
