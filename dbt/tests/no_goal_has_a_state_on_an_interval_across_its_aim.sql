-- Reached, on track and behind are told of an interval on one side of the aim that decided, never across it.
{{ config(tags=['after_engine']) }}

with

progress as (

    select * from {{ ref('fct_goal_progress') }}

),

standing as (

    select * from {{ ref('goal_standing') }}

),

aims_of_each_rule as (

    select
        progress.municipality_code,
        progress.goal_code,
        progress.measure_code,
        progress.period,
        progress.state,
        progress.decided_by,
        progress.lower,
        progress.upper,
        case
            when progress.decided_by in ('on_the_line', 'behind_the_line') then standing.expected_value
            when progress.decided_by in ('target_reached', 'target_year_passed') then standing.aim_value
            else standing.corridor_lower
        end as lower_aim,
        case
            when progress.decided_by in ('within_corridor', 'outside_corridor') then standing.corridor_upper
        end as upper_aim
    from progress
    inner join standing
        on
            progress.municipality_code = standing.municipality_code
            and progress.goal_code = standing.goal_code
            and progress.measure_code = standing.measure_code
            and progress.period = standing.period
    where progress.state <> 'cannot_say'

),

states_that_chance_could_explain as (

    select
        municipality_code,
        goal_code,
        measure_code,
        period,
        state,
        decided_by,
        lower,
        upper,
        lower_aim,
        upper_aim
    from aims_of_each_rule
    where
        lower is null
        or upper is null
        or (lower < lower_aim and upper > lower_aim)
        or (lower < upper_aim and upper > upper_aim)

)

select * from states_that_chance_could_explain
