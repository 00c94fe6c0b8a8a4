with

scores as (

    select * from {{ ref('fct_forecast_score_group') }}

),

scores_of_totals as (

    select
        issuer,
        vintage,
        municipality_code,
        projection_year,
        horizon_years,
        forecast,
        actual,
        error_pct
    from scores
    where scheme = 'total'

)

select * from scores_of_totals
