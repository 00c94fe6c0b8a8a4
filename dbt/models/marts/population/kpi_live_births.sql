with

events as (

    select * from {{ ref('int_vital_events') }}

),

births_of_the_year as (

    select
        municipality_code,
        reference_year,
        live_births_count as numerator
    from events

),

live_births as (

    {{ yearly_count('live_births', 'births_of_the_year', with_interval=true) }}

)

select * from live_births
