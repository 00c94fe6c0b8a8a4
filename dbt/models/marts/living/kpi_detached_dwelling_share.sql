with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_detached_dwelling_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'detached_dwellings'

),

detached_dwelling_share as (

    {{ yearly_key_figure('detached_dwelling_share', 'published_detached_dwelling_share', 100) }}

)

select * from detached_dwelling_share
