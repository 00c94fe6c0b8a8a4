with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_loans as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'loans'

),

loans_per_capita as (

    {{ yearly_key_figure('loans_per_capita', 'published_loans', 1) }}

)

select * from loans_per_capita
