with

published_cells as (

    select * from {{ source('raw_statfin', 'population_projection_2015') }}

),

figures_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as projection_year,
        {{ single_age('age') }} as age,
        {{ contents_code('contents') }} as figure_code,
        contents_text as figure_name_fi,
        {{ cell_value() }} as figure_value,
        {{ cell_status() }} as value_status,
        _border_year as border_year
    from published_cells

)

select * from figures_in_house_codes
