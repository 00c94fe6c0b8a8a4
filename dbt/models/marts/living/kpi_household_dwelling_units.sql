with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_household_dwelling_units as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        value as numerator,
        cast(null as double) as denominator
    from key_figures
    where key_figure = 'household_dwelling_units'

),

household_dwelling_units as (

    {{ yearly_key_figure('household_dwelling_units', 'published_household_dwelling_units', 1) }}

)

select * from household_dwelling_units
