with

official_projection as (

    select * from {{ ref('int_official_projection') }}

),

official_vintages as (

    select * from {{ ref('official_projections') }}

),

own_vintages as (

    select * from {{ source('foresight', 'forecast_vintage') }}

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

official_totals as (

    -- A vintage without its open age group 100+ has no total: the sum of what is there would be short.
    select
        vintage,
        municipality_code,
        projection_year,
        {{ complete_sum('population_count') }} as population_count
    from official_projection
    group by vintage, municipality_code, projection_year
    having max(age) = 100

),

official_forecasts as (

    select
        'statistics_finland' as issuer,
        cast(official_totals.vintage as varchar) as vintage,
        official_vintages.base_year,
        official_vintages.published_at,
        official_totals.municipality_code,
        official_totals.projection_year,
        official_totals.population_count
    from official_totals
    inner join official_vintages on official_totals.vintage = official_vintages.vintage

),

every_forecast as (

    select
        issuer,
        vintage,
        base_year,
        published_at,
        municipality_code,
        projection_year,
        population_count
    from official_forecasts
    union all
    select
        issuer,
        vintage,
        base_year,
        published_at,
        municipality_code,
        projection_year,
        population_count
    from own_vintages

),

forecasts_of_municipalities as (

    select
        every_forecast.issuer,
        every_forecast.vintage,
        every_forecast.base_year,
        every_forecast.published_at,
        every_forecast.municipality_code,
        every_forecast.projection_year,
        every_forecast.population_count
    from every_forecast
    inner join municipalities on every_forecast.municipality_code = municipalities.municipality_code

)

select * from forecasts_of_municipalities
