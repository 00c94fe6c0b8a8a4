with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_swedish_speaking_share as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'swedish_speaking'

),

swedish_speaking_share as (

    {{ yearly_key_figure('swedish_speaking_share', 'published_swedish_speaking_share', 100) }}

)

select * from swedish_speaking_share
