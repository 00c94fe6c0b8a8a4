with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_social_health_net_costs_per_capita as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'social_health_net_costs'

),

social_health_net_costs_per_capita as (

    {{
        yearly_key_figure('social_health_net_costs_per_capita', 'published_social_health_net_costs_per_capita', 1)
    }}

)

select * from social_health_net_costs_per_capita
