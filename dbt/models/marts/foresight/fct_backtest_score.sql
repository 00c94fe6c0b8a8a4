with

seeded_scores as (

    select * from {{ ref('backtest_scores') }}

),

scores_of_all_base_years as (

    select
        engine_version,
        run,
        protocol,
        first_base_year,
        last_base_year,
        base_years,
        horizon_years,
        size_class,
        scheme,
        age_group,
        method,
        measure,
        value,
        cases
    from seeded_scores

)

select * from scores_of_all_base_years
