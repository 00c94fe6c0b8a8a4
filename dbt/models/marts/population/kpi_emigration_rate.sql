with

events as (

    select * from {{ ref('int_vital_events') }}

),

emigrants_and_mean_population as (

    select
        municipality_code,
        reference_year,
        emigration_count as numerator,
        {{ mean_population() }} as denominator,
        {{ moves_together() }} * emigration_count as numerator_variance
    from events

),

emigration_rate as (

    {{
        yearly_ratio('emigration_rate', 'emigrants_and_mean_population', 1000, with_interval=true, dispersion=moves_together())
    }}

)

select * from emigration_rate
