with

engine_output as (

    select * from {{ source('foresight', 'engine_run') }}

),

run_of_the_night as (

    select
        engine_version,
        base_year,
        seed,
        draws,
        share_of_boys
    from engine_output

)

select * from run_of_the_night
