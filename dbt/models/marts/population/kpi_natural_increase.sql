with

events as (

    select * from {{ ref('int_vital_events') }}

),

births_minus_deaths_and_mean_population as (

    select
        municipality_code,
        reference_year,
        live_births_count - deaths_count as numerator,
        {{ mean_population() }} as denominator,
        live_births_count + deaths_count as numerator_variance
    from events

),

natural_increase as (

    {{
        yearly_ratio('natural_increase', 'births_minus_deaths_and_mean_population', 1000, with_interval=true)
    }}

)

select * from natural_increase
