with

events as (

    select * from {{ ref('int_vital_events') }}

),

population_at_year_end as (

    select
        municipality_code,
        reference_year,
        population_count as numerator
    from events

),

population as (

    {{ yearly_count('population', 'population_at_year_end') }}

)

select * from population
