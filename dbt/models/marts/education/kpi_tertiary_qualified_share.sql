with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_tertiary_qualified_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'tertiary_qualified'

),

tertiary_qualified_share as (

    {{ yearly_key_figure('tertiary_qualified_share', 'published_tertiary_qualified_share', 100) }}

)

select * from tertiary_qualified_share
