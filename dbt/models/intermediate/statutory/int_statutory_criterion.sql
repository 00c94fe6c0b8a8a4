with

municipality_years as (

    select * from {{ ref('int_statutory_year') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

criteria as (

    select * from {{ ref('statutory_criteria') }}

),

parameters as (

    select * from {{ ref('statutory_parameters') }}

),

bounds as (

    select * from {{ ref('int_statutory_bounds') }}

),

evidence as (

    select * from {{ ref('int_statutory_evidence') }}

),

criteria_of_every_municipality as (

    select
        municipality_years.municipality_code,
        municipality_years.reference_year,
        criteria.criterion_id,
        not municipalities.is_aland as is_concerned
    from municipality_years
    inner join municipalities on municipality_years.municipality_code = municipalities.municipality_code
    cross join criteria

),

criteria_with_their_limits as (

    select
        each_criterion.municipality_code,
        each_criterion.reference_year,
        each_criterion.criterion_id,
        each_criterion.is_concerned,
        limits.limit_value,
        limits.comparison,
        limits.verification,
        coalesce(limits_of_the_year_before.limit_value, limits.limit_value) as limit_as_previous
    from criteria_of_every_municipality as each_criterion
    left join parameters as limits
        on
            each_criterion.is_concerned
            and each_criterion.criterion_id = limits.parameter_id
            and {{ holds_for_accounts('limits', 'each_criterion.reference_year') }}
    left join parameters as limits_of_the_year_before
        on
            each_criterion.is_concerned
            and limits_of_the_year_before.parameter_id = each_criterion.criterion_id || '_previous'
            and {{ holds_for_accounts('limits_of_the_year_before', 'each_criterion.reference_year') }}

),

criteria_with_what_is_known as (

    select
        limits.municipality_code,
        limits.reference_year,
        limits.criterion_id,
        limits.is_concerned,
        limits.limit_value,
        limits.limit_as_previous,
        limits.comparison,
        limits.verification,
        case when limits.is_concerned then bounds.lower end as lower,
        case when limits.is_concerned then bounds.upper end as upper,
        coalesce(bounds.lower = bounds.upper, false) as is_exact,
        case when limits.is_concerned then bounds.comparison_value end as comparison_value,
        coalesce(bounds.is_without_figure, false) as is_without_figure,
        evidence.is_preliminary,
        case when limits.is_concerned then evidence.basis end as basis,
        case when limits.is_concerned then evidence.missing end as missing,
        case when limits.is_concerned then evidence.missing_fi end as missing_fi,
        case when limits.is_concerned then evidence.missing_sv end as missing_sv,
        case when limits.is_concerned then evidence.missing_en end as missing_en
    from criteria_with_their_limits as limits
    inner join evidence
        on
            limits.municipality_code = evidence.municipality_code
            and limits.reference_year = evidence.reference_year
            and limits.criterion_id = evidence.criterion_id
    left join bounds
        on
            limits.municipality_code = bounds.municipality_code
            and limits.reference_year = bounds.reference_year
            and limits.criterion_id = bounds.criterion_id

),

criteria_held_against_their_limits as (

    -- What is not verified lights nothing: its limit is shown, and whether it is met is not said.
    select
        municipality_code,
        reference_year,
        criterion_id,
        case when is_concerned and is_exact and not is_without_figure then upper end as value,
        lower,
        upper,
        limit_value,
        case
            when not is_exact or is_without_figure then null
            when comparison = 'at_least' then {{ as_in_the_law('limit_value - upper') }}
            else {{ as_in_the_law('upper - limit_value') }}
        end as distance,
        case
            when verification <> 'verified' then null
            when is_without_figure and limit_value is not null then false
            else {{ is_past_limit('lower', 'upper', 'limit_value', 'comparison') }}
        end as is_past_limit,
        case
            when verification <> 'verified' then null
            when is_without_figure and limit_value is not null then false
            else {{ is_past_limit('lower', 'upper', 'limit_as_previous', 'comparison') }}
        end as is_past_limit_as_previous,
        case
            when not is_concerned or is_without_figure then 'not_applicable'
            when not is_exact then 'not_available'
            when is_preliminary then 'preliminary'
            else 'final'
        end as value_status,
        basis,
        comparison_value,
        missing,
        missing_fi,
        missing_sv,
        missing_en
    from criteria_with_what_is_known

)

select * from criteria_held_against_their_limits
