with

events as (

    select * from {{ ref('int_vital_events') }}

),

immigrants_and_mean_population as (

    select
        municipality_code,
        reference_year,
        immigration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * immigration_count as numerator_variance
    from events

),

immigration_rate as (

    {{
        yearly_ratio('immigration_rate', 'immigrants_and_mean_population', 1000, with_interval=true, dispersion=moves_together())
    }}

)

select * from immigration_rate
