with

events as (

    select * from {{ ref('int_vital_events') }}

),

deaths_of_the_year as (

    select
        municipality_code,
        reference_year,
        deaths_count as numerator
    from events

),

deaths as (

    {{ yearly_count('deaths', 'deaths_of_the_year', with_interval=true) }}

)

select * from deaths
