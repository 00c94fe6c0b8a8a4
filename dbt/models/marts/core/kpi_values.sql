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
    from {{ ref('kpi_child_dependency_ratio') }}
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
    from {{ ref('kpi_children_1_6') }}
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
    from {{ ref('kpi_children_7_15') }}
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
    from {{ ref('kpi_crude_birth_rate') }}
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
    from {{ ref('kpi_crude_death_rate') }}
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
    from {{ ref('kpi_deaths') }}
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
    from {{ ref('kpi_detached_dwelling_share') }}
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
    from {{ ref('kpi_education_net_costs_per_capita') }}
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
    from {{ ref('kpi_emigration_rate') }}
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
    from {{ ref('kpi_employed_residents') }}
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
    from {{ ref('kpi_families') }}
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
    from {{ ref('kpi_foreign_citizens_share') }}
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
    from {{ ref('kpi_general_fertility_rate') }}
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
    from {{ ref('kpi_household_dwelling_units') }}
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
    from {{ ref('kpi_immigration_rate') }}
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
    from {{ ref('kpi_in_migration_rate') }}
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
    from {{ ref('kpi_mean_age') }}
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
    from {{ ref('kpi_old_age_dependency_ratio') }}
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
    from {{ ref('kpi_out_migration_rate') }}
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
    from {{ ref('kpi_pensioner_share') }}
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
    from {{ ref('kpi_people_over_74') }}
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
    from {{ ref('kpi_people_over_84') }}
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
    from {{ ref('kpi_population_change_10y') }}
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
    from {{ ref('kpi_primary_jobs_share') }}
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
    from {{ ref('kpi_rental_dwelling_share') }}
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
    from {{ ref('kpi_secondary_jobs_share') }}
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
    from {{ ref('kpi_service_jobs_share') }}
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
    from {{ ref('kpi_share_15_64') }}
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
    from {{ ref('kpi_share_over_74') }}
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
    from {{ ref('kpi_share_over_84') }}
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
    from {{ ref('kpi_share_under_7') }}
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
    from {{ ref('kpi_social_health_net_costs_per_capita') }}
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
    from {{ ref('kpi_swedish_speaking_share') }}
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
    from {{ ref('kpi_tertiary_qualified_share') }}
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
    from {{ ref('kpi_total_net_migration') }}
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
    from {{ ref('kpi_upper_secondary_qualified_share') }}
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
    from {{ ref('kpi_urbanisation_degree') }}
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
    from {{ ref('kpi_women_per_100_men_20_39') }}
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
    from {{ ref('kpi_working_in_own_municipality_share') }}
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
    from {{ ref('kpi_workplaces') }}

)

select * from rows_of_every_kpi
