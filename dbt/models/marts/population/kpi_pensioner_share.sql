with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_pensioner_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'pensioners'

),

pensioner_share as (

    {{ yearly_key_figure('pensioner_share', 'published_pensioner_share', 100) }}

)

select * from pensioner_share
