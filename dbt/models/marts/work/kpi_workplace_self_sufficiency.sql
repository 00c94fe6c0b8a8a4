with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_workplace_self_sufficiency as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'workplace_self_sufficiency'

),

workplace_self_sufficiency as (

    {{ yearly_key_figure('workplace_self_sufficiency', 'published_workplace_self_sufficiency', 100) }}

)

select * from workplace_self_sufficiency
