with

forecasts as (

    select * from {{ ref('fct_forecast_vintage') }}

),

population as (

    select * from {{ ref('int_population_by_age') }}

),

actual_totals as (

    select
        municipality_code,
        reference_year,
        {{ complete_sum('population_count') }} as population_count
    from population
    group by municipality_code, reference_year

),

forecasts_that_can_be_scored as (

    select
        forecasts.issuer,
        forecasts.vintage,
        forecasts.municipality_code,
        forecasts.projection_year,
        forecasts.projection_year - forecasts.base_year as horizon_years,
        forecasts.population_count as forecast,
        actual_totals.population_count as actual
    from forecasts
    inner join actual_totals
        on
            forecasts.municipality_code = actual_totals.municipality_code
            and forecasts.projection_year = actual_totals.reference_year
    where forecasts.projection_year > forecasts.base_year

),

scores as (

    select
        issuer,
        vintage,
        municipality_code,
        projection_year,
        horizon_years,
        forecast,
        actual,
        {{ ratio('(forecast - actual)', 'actual', 100) }} as error_pct
    from forecasts_that_can_be_scored

)

select * from scores
