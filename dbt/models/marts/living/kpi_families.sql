with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_families as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        value as numerator,
        cast(null as double) as denominator
    from key_figures
    where key_figure = 'families'

),

families as (

    {{ yearly_key_figure('families', 'published_families', 1) }}

)

select * from families
