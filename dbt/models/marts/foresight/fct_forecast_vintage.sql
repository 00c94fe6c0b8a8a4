with

forecasts as (

    select * from {{ ref('fct_forecast_vintage_group') }}

),

totals as (

    select
        issuer,
        vintage,
        base_year,
        published_at,
        municipality_code,
        projection_year,
        population_count
    from forecasts
    where scheme = 'total'

)

select * from totals
