with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_education_net_costs_per_capita as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'education_net_costs'

),

education_net_costs_per_capita as (

    {{ yearly_key_figure('education_net_costs_per_capita', 'published_education_net_costs_per_capita', 1) }}

)

select * from education_net_costs_per_capita
