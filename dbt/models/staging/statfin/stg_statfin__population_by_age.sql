with

published_cells as (

    select * from {{ source('raw_statfin', 'population_by_age') }}

),

population_in_house_codes as (

    select
        {{ municipality_code('area') }} as municipality_code,
        cast(time as integer) as reference_year,
        case sex when '1' then 'male' when '2' then 'female' when 'SSS' then 'total' end as sex,
        {{ single_age('age') }} as age,
        {{ cell_value() }} as population_count,
        {{ cell_status() }} as value_status,
        _border_year as border_year
    from published_cells

)

select * from population_in_house_codes
