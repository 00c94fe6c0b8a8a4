with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_unemployed_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'unemployed_share'

),

unemployed_share_yearly as (

    {{ yearly_key_figure('unemployed_share_yearly', 'published_unemployed_share', 100) }}

)

select * from unemployed_share_yearly
