with

key_figures as (

    select * from {{ ref('int_key_figures') }}

),

published_economic_dependency_ratio as (

    select
        municipality_code,
        reference_year,
        value,
        value_status,
        numerator,
        denominator
    from key_figures
    where key_figure = 'economic_dependency_ratio'

),

economic_dependency_ratio as (

    {{ yearly_key_figure('economic_dependency_ratio', 'published_economic_dependency_ratio', 100) }}

)

select * from economic_dependency_ratio
