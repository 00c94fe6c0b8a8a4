with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_employment_rate as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'employment_rate'

),

employment_rate as (

    {{ yearly_key_figure('employment_rate', 'published_employment_rate', 100) }}

)

select * from employment_rate
