with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_workplaces as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        value as numerator,
        cast(null as double) as denominator
    from key_figures
    where key_figure = 'workplaces'

),

workplaces as (

    {{ yearly_key_figure('workplaces', 'published_workplaces', 1) }}

)

select * from workplaces
