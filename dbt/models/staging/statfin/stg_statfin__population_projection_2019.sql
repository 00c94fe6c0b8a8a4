with

published_cells as (

    select * from {{ source('raw_statfin', 'population_projection_2019') }}

),

projection_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as projection_year,
        {{ single_age('age') }} as age,
        {{ cell_value() }} as population_count,
        {{ cell_status() }} as value_status,
        _border_year as border_year
    from published_cells

)

select * from projection_in_house_codes
