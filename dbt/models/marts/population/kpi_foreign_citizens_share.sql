with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_foreign_citizens_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'foreign_citizens'

),

foreign_citizens_share as (

    {{ yearly_key_figure('foreign_citizens_share', 'published_foreign_citizens_share', 100) }}

)

select * from foreign_citizens_share
