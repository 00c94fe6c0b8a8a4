with

goal_standing as (

    select * from {{ ref('goal_standing') }}

),

standing_with_larger_as_better as (

    select
        municipality_code,
        goal_code,
        measure_code,
        period,
        {{ aimed('aim', 'worse', 'lower', 'upper') }} as worse_limit,
        {{ aimed('aim', 'better', 'lower', 'upper') }} as better_limit,
        {{ aimed('aim', 'worse', 'aim_value', 'aim_value') }} as target_aimed,
        {{ aimed('aim', 'worse', 'expected_value', 'expected_value') }} as expected_aimed,
        {{ aimed('aim', 'worse', 'base_value', 'base_value') }} as base_aimed,
        lower >= coalesce(corridor_lower, lower) and upper <= coalesce(corridor_upper, upper) as is_within,
        coalesce(upper < corridor_lower, false) or coalesce(lower > corridor_upper, false) as is_outside,
        coalesce(lower < corridor_lower and upper > corridor_upper, false) as covers_the_corridor,
        coalesce(
            aim = 'higher' and lower > corridor_upper or aim = 'lower' and upper < corridor_lower, false
        ) as is_past_the_other_edge,
        direction = 'band' and (aim is null or target_year_is_here) as corridor_holds_now
    from goal_standing

),

verdicts as (

    select
        goals.municipality_code,
        goals.goal_code,
        goals.measure_code,
        goals.period,
        case
            when goals.value_status = 'not_applicable' then 'not_applicable'
            when goals.measure_code = '' then 'no_measure'
            when not goals.has_target then 'no_target'
            when goals.value is null then 'no_value'
            when goals.direction is null then 'no_direction'
            when goals.lower is null or goals.upper is null then 'interval_unknown'
            when goals.year_now <= goals.base_year then 'period_before_base'
            when goals.direction = 'band' and aimed.is_within then 'within_corridor'
            when aimed.covers_the_corridor then 'too_few'
            when aimed.is_past_the_other_edge then 'outside_corridor'
            when aimed.corridor_holds_now and not aimed.is_outside then 'interval_covers_the_line'
            when
                aimed.corridor_holds_now and goals.base_value is null
                and goals.target_year is not null and not goals.target_year_is_here
                then 'no_base'
            when aimed.corridor_holds_now then 'outside_corridor'
            when goals.direction <> 'band' and aimed.worse_limit >= aimed.target_aimed then 'target_reached'
            when
                aimed.base_aimed <> aimed.target_aimed
                and aimed.worse_limit <= least(aimed.base_aimed, aimed.target_aimed)
                and aimed.better_limit >= greatest(aimed.base_aimed, aimed.target_aimed)
                then 'too_few'
            when goals.target_year is null then 'no_target_year'
            when goals.target_year_is_here and aimed.better_limit < aimed.target_aimed
                then 'target_year_passed'
            when goals.target_year_is_here then 'interval_covers_the_line'
            when aimed.expected_aimed is null then 'no_base'
            when aimed.worse_limit >= aimed.expected_aimed then 'on_the_line'
            when aimed.better_limit < aimed.expected_aimed then 'behind_the_line'
            else 'interval_covers_the_line'
        end as verdict
    from goal_standing as goals
    inner join standing_with_larger_as_better as aimed
        on
            goals.municipality_code = aimed.municipality_code
            and goals.goal_code = aimed.goal_code
            and goals.measure_code = aimed.measure_code
            and goals.period = aimed.period

),

states as (

    select
        municipality_code,
        goal_code,
        measure_code,
        period,
        verdict,
        case
            when verdict in ('target_reached', 'within_corridor') then 'reached'
            when verdict = 'on_the_line' then 'on_track'
            when verdict in ('behind_the_line', 'target_year_passed', 'outside_corridor') then 'behind'
            else 'cannot_say'
        end as state
    from verdicts

),

progress as (

    select
        goals.municipality_code,
        goals.goal_code,
        goals.measure_code,
        goals.kpi_id,
        goals.period_type,
        goals.period,
        goals.period_end,
        row_number() over (
            partition by goals.municipality_code, goals.goal_code, goals.measure_code
            order by case when goals.value is null then 1 else 0 end, goals.period_end desc
        ) = 1 as is_newest,
        goals.value,
        goals.value_status,
        goals.lower,
        goals.upper,
        goals.basis,
        goals.expected_value,
        case
            when goals.year_now > goals.base_year and goals.aim_value <> goals.base_value
                then (goals.value - goals.base_value) / (goals.aim_value - goals.base_value)
        end as progress_share,
        states.state,
        case when states.state <> 'cannot_say' then states.verdict end as decided_by,
        case when states.state = 'cannot_say' then states.verdict end as reason
    from goal_standing as goals
    inner join states
        on
            goals.municipality_code = states.municipality_code
            and goals.goal_code = states.goal_code
            and goals.measure_code = states.measure_code
            and goals.period = states.period

)

select * from progress
