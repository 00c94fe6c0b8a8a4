with

published_cells as (

    select * from {{ source('raw_keyfigures', 'key_figures_edition_2021') }}

),

key_figures_in_house_codes as (

    -- The edition's only period is called 'latest'; the year stands at the end of each figure's name.
    select
        {{ municipality_code('area') }} as municipality_code,
        cast(right(contents_text, 4) as integer) as reference_year,
        regexp_replace(contents_text, ', [0-9]{4}$', '') as published_name,
        {{ cell_value() }} as value,
        {{ cell_status() }} as value_status
    from published_cells

)

select * from key_figures_in_house_codes
