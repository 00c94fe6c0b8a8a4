with

forecasts as (

    select * from {{ ref('fct_forecast_vintage_group') }}

),

population as (

    select * from {{ ref('int_population_by_age') }}

),

age_groups as (

    select * from {{ ref('age_groups') }}
    where scheme in ('total', 'report')

),

years_that_were_forecast as (

    select distinct projection_year from forecasts

),

what_came as (

    select
        population.municipality_code,
        population.reference_year,
        age_groups.scheme,
        age_groups.age_group,
        {{ complete_sum('population.population_count') }} as population_count
    from population
    inner join years_that_were_forecast
        on population.reference_year = years_that_were_forecast.projection_year
    inner join age_groups
        on population.age between age_groups.age_from and age_groups.age_to
    group by
        population.municipality_code,
        population.reference_year,
        age_groups.scheme,
        age_groups.age_group

),

forecasts_that_can_be_scored as (

    select
        forecasts.issuer,
        forecasts.vintage,
        forecasts.municipality_code,
        forecasts.projection_year,
        forecasts.projection_year - forecasts.base_year as horizon_years,
        forecasts.scheme,
        forecasts.age_group,
        forecasts.population_count as forecast,
        forecasts.p10,
        forecasts.p90,
        what_came.population_count as actual
    from forecasts
    inner join what_came
        on
            forecasts.municipality_code = what_came.municipality_code
            and forecasts.projection_year = what_came.reference_year
            and forecasts.scheme = what_came.scheme
            and forecasts.age_group = what_came.age_group
    where forecasts.projection_year > forecasts.base_year

),

scores as (

    select
        issuer,
        vintage,
        municipality_code,
        projection_year,
        horizon_years,
        scheme,
        age_group,
        forecast,
        actual,
        {{ ratio('(forecast - actual)', 'actual', 100) }} as error_pct,
        actual between p10 and p90 as is_within_band
    from forecasts_that_can_be_scored

)

select * from scores
