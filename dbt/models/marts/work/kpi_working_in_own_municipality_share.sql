with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_working_in_own_municipality_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'working_in_own_municipality'

),

working_in_own_municipality_share as (

    {{
        yearly_key_figure('working_in_own_municipality_share', 'published_working_in_own_municipality_share', 100)
    }}

)

select * from working_in_own_municipality_share
