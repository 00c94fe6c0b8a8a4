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

age_groups as (

    select * from {{ ref('age_groups') }}
    where scheme in ('total', 'report')

),

municipalities as (

    select * from {{ ref('dim_municipality') }}

),

official_groups as (

    -- A vintage without its open age group 100+ has no total and no 85+: what is there would sum short.
    select
        official_projection.vintage,
        official_projection.municipality_code,
        official_projection.projection_year,
        age_groups.scheme,
        age_groups.age_group,
        {{ complete_sum('official_projection.population_count') }} as population_count
    from official_projection
    inner join age_groups
        on official_projection.age between age_groups.age_from and age_groups.age_to
    group by
        official_projection.vintage,
        official_projection.municipality_code,
        official_projection.projection_year,
        age_groups.scheme,
        age_groups.age_group
    having count(*) = max(age_groups.age_to - age_groups.age_from + 1)

),

official_forecasts as (

    select
        'statistics_finland' as issuer,
        cast(official_groups.vintage as varchar) as vintage,
        official_vintages.base_year,
        official_vintages.published_at,
        official_groups.municipality_code,
        official_groups.projection_year,
        official_groups.scheme,
        official_groups.age_group,
        official_groups.population_count,
        cast(null as double) as p10,
        cast(null as double) as p90
    from official_groups
    inner join official_vintages on official_groups.vintage = official_vintages.vintage

),

every_forecast as (

    select
        issuer,
        vintage,
        base_year,
        published_at,
        municipality_code,
        projection_year,
        scheme,
        age_group,
        population_count,
        p10,
        p90
    from official_forecasts
    union all
    select
        issuer,
        vintage,
        base_year,
        published_at,
        municipality_code,
        projection_year,
        scheme,
        age_group,
        population_count,
        p10,
        p90
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
        every_forecast.scheme,
        every_forecast.age_group,
        every_forecast.population_count,
        every_forecast.p10,
        every_forecast.p90
    from every_forecast
    inner join municipalities on every_forecast.municipality_code = municipalities.municipality_code

)

select * from forecasts_of_municipalities
