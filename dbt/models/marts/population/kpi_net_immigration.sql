with

events as (

    select * from {{ ref('int_vital_events') }}

),

moves_over_the_border_and_mean_population as (

    select
        municipality_code,
        reference_year,
        immigration_count - emigration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * (immigration_count + emigration_count) as numerator_variance
    from events

),

net_immigration as (

    {{
        yearly_ratio('net_immigration', 'moves_over_the_border_and_mean_population', 1000, with_interval=true)
    }}

)

select * from net_immigration
