-- Written by `kuntaluotsi generate`; never edited by hand.
with

rows_of_every_kpi as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_annual_margin_per_capita') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_demographic_dependency_ratio') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_economic_dependency_ratio') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_employment_rate') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_group_loans_per_capita') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_live_births') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_loans_per_capita') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_natural_increase') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_net_immigration') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_net_internal_migration') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_population') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_population_change_1y') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_population_change_5y') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_share_over_64') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_share_under_15') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_unemployed_jobseeker_share') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_unemployed_share_yearly') }}
    union all
    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value,
        value_status,
        numerator,
        denominator,
        lower,
        upper,
        numerator_variance,
        scale
    from {{ ref('kpi_workplace_self_sufficiency') }}

)

select * from rows_of_every_kpi
