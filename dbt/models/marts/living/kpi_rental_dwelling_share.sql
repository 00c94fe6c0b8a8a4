with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_rental_dwelling_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'rental_dwellings'

),

rental_dwelling_share as (

    {{ yearly_key_figure('rental_dwelling_share', 'published_rental_dwelling_share', 100) }}

)

select * from rental_dwelling_share
