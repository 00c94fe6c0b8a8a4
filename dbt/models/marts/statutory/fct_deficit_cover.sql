with

municipality_years as (

    select * from {{ ref('int_statutory_year') }}

),

municipalities as (

    select * from {{ ref('municipalities') }}

),

deficit_cover as (

    select * from {{ ref('int_deficit_cover') }}

),

criteria as (

    select * from {{ ref('int_statutory_criterion') }}

),

cover_of_every_municipality as (

    select
        municipality_years.municipality_code,
        municipality_years.reference_year,
        deficit_cover.accumulated_surplus_eur,
        case
            when municipalities.is_aland then 'not_applicable'
            else coalesce(deficit_cover.value_status, 'not_available')
        end as value_status,
        deficit_cover.basis,
        deficit_cover.first_deficit_year,
        deficit_cover.is_start_known,
        deficit_cover.is_extended,
        case when deficit_cover.is_start_known then deficit_cover.first_deficit_year + 2 end
            as cover_starts_year,
        case
            when deficit_cover.earliest_deadline = deficit_cover.latest_deadline
                then deficit_cover.latest_deadline
        end as deadline_year,
        deficit_cover.latest_deadline as latest_deadline_year,
        case
            when deficit_cover.earliest_deadline = deficit_cover.latest_deadline
                then deficit_cover.latest_deadline - municipality_years.reference_year
        end as years_left,
        case
            when municipalities.is_aland then 'aland'
            when criteria.limit_value is null then 'before_first_application'
            when deficit_cover.municipality_code is null then 'figures_missing'
            when deficit_cover.accumulated_surplus_eur >= 0 then 'no_deficit'
            when deficit_cover.has_merged then 'merger'
            when criteria.is_past_limit then 'deadline_passed'
            when not criteria.is_past_limit then 'time_left'
            when not deficit_cover.is_start_known then 'start_unknown'
            when deficit_cover.is_from_the_transition then 'transition_rule'
            else 'extension_unknown'
        end as reason,
        criteria.is_past_limit,
        criteria.missing,
        criteria.missing_fi,
        criteria.missing_sv,
        criteria.missing_en
    from municipality_years
    inner join municipalities on municipality_years.municipality_code = municipalities.municipality_code
    inner join criteria
        on
            municipality_years.municipality_code = criteria.municipality_code
            and municipality_years.reference_year = criteria.reference_year
            and criteria.criterion_id = 'deficit_cover'
    left join deficit_cover
        on
            not municipalities.is_aland
            and municipality_years.municipality_code = deficit_cover.municipality_code
            and municipality_years.reference_year = deficit_cover.reference_year

),

cover_with_its_state as (

    select
        municipality_code,
        reference_year,
        accumulated_surplus_eur,
        value_status,
        basis,
        first_deficit_year,
        is_start_known,
        cover_starts_year,
        is_extended,
        deadline_year,
        latest_deadline_year,
        years_left,
        case
            when reason in ('aland', 'before_first_application') then 'not_applicable'
            when is_past_limit then 'condition_met'
            when not is_past_limit then 'not_met'
            else 'cannot_say'
        end as state,
        reason,
        missing,
        missing_fi,
        missing_sv,
        missing_en
    from cover_of_every_municipality

)

select * from cover_with_its_state
