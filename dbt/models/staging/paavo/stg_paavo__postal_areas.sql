with

published_cells as (

    select * from {{ source('raw_paavo', 'postal_areas') }}

),

figures_in_house_codes as (

    select
        postal_area as postal_code,
        postal_area_text as postal_area_name_fi,
        cast(time as integer) as reference_year,
        {{ contents_code('contents') }} as figure_code,
        contents_text as figure_name_fi,
        {{ cell_value() }} as figure_value,
        {{ cell_status() }} as value_status,
        _border_year as border_year
    from published_cells

)

select * from figures_in_house_codes
