with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_annual_margin as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'annual_margin'

),

annual_margin_per_capita as (

    {{ yearly_key_figure('annual_margin_per_capita', 'published_annual_margin', 1) }}

)

select * from annual_margin_per_capita
