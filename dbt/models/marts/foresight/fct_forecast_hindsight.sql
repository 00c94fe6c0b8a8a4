with

looked_back as (

    select * from {{ source('foresight', 'forecast_hindsight') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

looked_back_for_municipalities as (

    select
        looked_back.municipality_code,
        looked_back.base_year,
        looked_back.projection_year,
        looked_back.horizon_years,
        looked_back.method,
        looked_back.forecast,
        looked_back.actual,
        looked_back.error_pct
    from looked_back
    inner join municipalities on looked_back.municipality_code = municipalities.municipality_code

)

select * from looked_back_for_municipalities
