with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_upper_secondary_qualified_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'upper_secondary_qualified'

),

upper_secondary_qualified_share as (

    {{
        yearly_key_figure('upper_secondary_qualified_share', 'published_upper_secondary_qualified_share', 100)
    }}

)

select * from upper_secondary_qualified_share
