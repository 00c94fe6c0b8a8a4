with

published_cells as (

    select * from {{ source('raw_keyfigures', 'key_figures_series_2017') }}

),

key_figures_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as reference_year,
        contents as published_name,
        {{ cell_value() }} as value,
        {{ cell_status() }} as value_status
    from published_cells

)

select * from key_figures_in_house_codes
