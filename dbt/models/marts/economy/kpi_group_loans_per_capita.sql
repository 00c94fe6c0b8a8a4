with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_group_loans as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'group_loans'

),

group_loans_per_capita as (

    {{ yearly_key_figure('group_loans_per_capita', 'published_group_loans', 1) }}

)

select * from group_loans_per_capita
