with

events as (

    select * from {{ ref('int_vital_events') }}

),

deaths_and_mean_population as (

    select
        municipality_code,
        reference_year,
        deaths_count as numerator,
        {{ mean_population() }} as denominator,
        deaths_count as numerator_variance
    from events

),

crude_death_rate as (

    {{
        yearly_ratio('crude_death_rate', 'deaths_and_mean_population', 1000, with_interval=true, dispersion=1)
    }}

)

select * from crude_death_rate
