with

criteria as (

    select * from {{ ref('fct_statutory_criterion') }}

),

deficit_cover as (

    select * from {{ ref('fct_deficit_cover') }}

),

texts as (

    select * from {{ ref('statutory_criteria') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

limits as (

    select * from {{ ref('statutory_parameters') }}

),

first_applications as (

    -- Rules B and C look at two years, so the first year they can be told of is the second one they hold for.
    select
        texts.rule,
        min(limits.first_accounts_year) + 1 as first_year
    from texts
    inner join limits on texts.criterion_id = limits.parameter_id
    group by texts.rule

),

criteria_counted as (

    select
        criteria.municipality_code,
        criteria.reference_year,
        texts.rule,
        count(*) as criteria_count,
        count(case when criteria.is_past_limit then 1 end) as past_limit_count,
        count(case when criteria.is_past_limit is null then 1 end) as unknown_count,
        count(case when criteria.is_past_limit_previous_year is null then 1 end) as unknown_before_count,
        count(case when criteria.is_past_limit_two_years then 1 end) as past_limit_two_years_count,
        count(case when not criteria.is_past_limit_two_years then 1 end) as within_limit_count
    from criteria
    inner join texts on criteria.criterion_id = texts.criterion_id
    where texts.rule in ('B', 'C')
    group by criteria.municipality_code, criteria.reference_year, texts.rule

),

two_year_rules as (

    select
        counted.municipality_code,
        counted.reference_year,
        counted.rule,
        case
            when municipalities.is_aland or counted.reference_year < first_applications.first_year
                then 'not_applicable'
            when counted.within_limit_count > 0 then 'not_met'
            when counted.past_limit_two_years_count = counted.criteria_count then 'condition_met'
            else 'cannot_say'
        end as state,
        case
            when municipalities.is_aland then 'aland'
            when counted.reference_year < first_applications.first_year then 'before_first_application'
            when counted.within_limit_count > 0 and counted.rule = 'B' then 'deficit_under_a_limit'
            when counted.within_limit_count > 0 then 'a_limit_not_met'
            when counted.past_limit_two_years_count = counted.criteria_count and counted.rule = 'B'
                then 'deficit_over_both_limits'
            when counted.past_limit_two_years_count = counted.criteria_count then 'all_limits_two_years'
            when counted.unknown_count > 0 then 'figures_missing'
            else 'previous_year_missing'
        end as reason,
        counted.criteria_count,
        counted.past_limit_count,
        counted.unknown_count
    from criteria_counted as counted
    inner join municipalities on counted.municipality_code = municipalities.municipality_code
    inner join first_applications on counted.rule = first_applications.rule

),

states_of_all_rules as (

    select
        deficit_cover.municipality_code,
        deficit_cover.reference_year,
        texts.rule,
        deficit_cover.state,
        deficit_cover.reason,
        cast(1 as integer) as criteria_count,
        cast(case when deficit_cover.state = 'condition_met' then 1 else 0 end as integer)
            as past_limit_count,
        cast(case when deficit_cover.state = 'cannot_say' then 1 else 0 end as integer) as unknown_count
    from deficit_cover
    inner join texts on texts.criterion_id = 'deficit_cover'
    union all
    select
        municipality_code,
        reference_year,
        rule,
        state,
        reason,
        cast(criteria_count as integer) as criteria_count,
        cast(past_limit_count as integer) as past_limit_count,
        cast(unknown_count as integer) as unknown_count
    from two_year_rules

)

select * from states_of_all_rules
