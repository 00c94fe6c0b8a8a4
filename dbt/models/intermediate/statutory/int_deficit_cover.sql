with

figures as (

    select * from {{ ref('int_statutory_figure') }}

),

deficits as (

    select * from {{ ref('int_deficit_run') }}

),

parameters as (

    select
        max(case when parameter_id = 'cover_years' then limit_value end) as cover_years,
        max(case when parameter_id = 'cover_years_extended' then limit_value end) as extended_years,
        max(case when parameter_id = 'cover_extension_last_deadline' then limit_value end)
            as last_extendable,
        max(case when parameter_id = 'transition_last_cover_year' then limit_value end) as transition_deadline
    from {{ ref('statutory_parameters') }}

),

balances as (

    select
        municipality_code,
        reference_year,
        value as accumulated_surplus_eur,
        value_status,
        basis
    from figures
    where figure = 'accumulated_surplus'

),

deficits_with_deadlines as (

    -- Accounts are adopted in the year after theirs (113 §), so the time ends with the accounts of
    -- first deficit + 1 + 4 (148 § 1 mom.: those of 2015 with those of 2020).
    select
        deficits.municipality_code,
        deficits.reference_year,
        deficits.first_deficit_year,
        deficits.is_start_known,
        deficits.is_from_the_transition,
        deficits.is_extended,
        deficits.has_merged,
        deficits.first_deficit_year + 1 + parameters.cover_years as ordinary_deadline,
        case
            when deficits.is_from_the_transition then parameters.transition_deadline
            else deficits.first_deficit_year + 1 + parameters.cover_years
        end as ordinary_deadline_at_the_latest,
        parameters.extended_years - parameters.cover_years as extension_years,
        parameters.last_extendable
    from deficits
    cross join parameters

),

deadlines as (

    select
        municipality_code,
        reference_year,
        first_deficit_year,
        is_start_known,
        is_from_the_transition,
        is_extended,
        has_merged,
        case
            when not is_start_known then null
            when is_extended then ordinary_deadline + extension_years
            else ordinary_deadline
        end as earliest_deadline,
        case
            when is_extended then ordinary_deadline_at_the_latest + extension_years
            when not is_extended then ordinary_deadline_at_the_latest
            when is_start_known and ordinary_deadline > last_extendable then ordinary_deadline
            else greatest(
                ordinary_deadline_at_the_latest,
                least(ordinary_deadline_at_the_latest, last_extendable) + extension_years
            )
        end as latest_deadline
    from deficits_with_deadlines

),

balances_with_deadlines as (

    select
        balances.municipality_code,
        balances.reference_year,
        balances.accumulated_surplus_eur,
        balances.value_status,
        balances.basis,
        deadlines.first_deficit_year,
        deadlines.is_start_known,
        deadlines.is_from_the_transition,
        deadlines.is_extended,
        coalesce(deadlines.has_merged, false) as has_merged,
        case when not deadlines.has_merged then cast(deadlines.earliest_deadline as integer) end
            as earliest_deadline,
        case when not deadlines.has_merged then cast(deadlines.latest_deadline as integer) end
            as latest_deadline
    from balances
    left join deadlines
        on
            balances.municipality_code = deadlines.municipality_code
            and balances.reference_year = deadlines.reference_year

)

select * from balances_with_deadlines
