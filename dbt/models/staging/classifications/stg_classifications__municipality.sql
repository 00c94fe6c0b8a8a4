with

published_municipalities as (

    select * from {{ source('raw_classifications', 'municipality') }}

),

municipalities_in_house_names as (

    select
        cast(year as integer) as border_year,
        code as municipality_code,
        name_fi,
        name_sv,
        name_en
    from published_municipalities

)

select * from municipalities_in_house_names
