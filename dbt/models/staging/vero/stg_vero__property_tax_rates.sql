with

published_cells as (

    select * from {{ source('raw_vero', 'property_tax_rates') }}

),

figures_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as reference_year,
        category as category_code,
        category_text as category_name_fi,
        {{ contents_code('contents') }} as figure_code,
        contents_text as figure_name_fi,
        {{ cell_value() }} as figure_value,
        {{ cell_status() }} as value_status,
        _border_year as border_year
    from published_cells

)

select * from figures_in_house_codes
