with

criteria as (

    select * from {{ ref('statutory_criteria') }}

),

limits as (

    select * from {{ ref('statutory_parameters') }}

),

criteria_with_their_dated_limits as (

    select
        criteria.criterion_id,
        limits.valid_from,
        limits.valid_to,
        criteria.catalogue_code,
        criteria.rule,
        criteria.sort_order,
        criteria.name_fi,
        criteria.name_sv,
        criteria.name_en,
        criteria.description_fi,
        criteria.description_sv,
        criteria.description_en,
        criteria.formula_fi,
        criteria.formula_sv,
        criteria.formula_en,
        criteria.unit,
        limits.comparison,
        cast(limits.limit_value as double) as limit_value,
        cast(previous_limits.limit_value as double) as previous_year_limit_value,
        limits.first_accounts_year,
        limits.section,
        limits.subsection,
        limits.item,
        limits.law_reference,
        limits.amending_act,
        limits.verification,
        limits.source
    from criteria
    inner join limits on criteria.criterion_id = limits.parameter_id
    left join limits as previous_limits
        on
            previous_limits.parameter_id = criteria.criterion_id || '_previous'
            and limits.valid_from = previous_limits.valid_from

)

select * from criteria_with_their_dated_limits
