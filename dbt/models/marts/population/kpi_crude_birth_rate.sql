with

events as (

    select * from {{ ref('int_vital_events') }}

),

births_and_mean_population as (

    select
        municipality_code,
        reference_year,
        live_births_count as numerator,
        {{ mean_population() }} as denominator,
        live_births_count as numerator_variance
    from events

),

crude_birth_rate as (

    {{
        yearly_ratio('crude_birth_rate', 'births_and_mean_population', 1000, with_interval=true, dispersion=1)
    }}

)

select * from crude_birth_rate
