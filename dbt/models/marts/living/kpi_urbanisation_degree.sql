with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_urbanisation_degree as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'urbanisation_degree'

),

urbanisation_degree as (

    {{ yearly_key_figure('urbanisation_degree', 'published_urbanisation_degree', 100) }}

)

select * from urbanisation_degree
