with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_employed_residents as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        value as numerator,
        cast(null as double) as denominator
    from key_figures
    where key_figure = 'employed'

),

employed_residents as (

    {{ yearly_key_figure('employed_residents', 'published_employed_residents', 1) }}

)

select * from employed_residents
