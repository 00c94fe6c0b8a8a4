with

figures as (

    select * from {{ ref('light_figure') }}

),

limits as (

    select * from {{ ref('light_limit') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

figures_beside_their_limits as (

    select
        figures.municipality_code,
        figures.kpi_id,
        figures.period_type,
        figures.period,
        figures.period_end,
        figures.value_status,
        figures.value,
        figures.lower,
        figures.upper,
        figures.basis,
        figures.has_figure,
        catalogue.direction as meaning,
        limits.criterion,
        limits.direction,
        limits.limit_lower,
        limits.limit_upper,
        limits.target_year,
        limits.target_year_is_here,
        limits.peer_count,
        figures.lower >= coalesce(limits.limit_lower, figures.lower)
        and figures.upper <= coalesce(limits.limit_upper, figures.upper) as is_within,
        coalesce(figures.upper < limits.limit_lower, false) as is_below,
        coalesce(figures.lower > limits.limit_upper, false) as is_above,
        figures.basis <> 'exact'
        and limits.peer_count >= {{ fewest_peers() }}
        and figures.lower <= limits.lower_quarter
        and figures.upper >= limits.upper_quarter as covers_both_quarters
    from figures
    inner join limits
        on
            figures.municipality_code = limits.municipality_code
            and figures.kpi_id = limits.kpi_id
            and figures.period = limits.period
    inner join catalogue on figures.kpi_id = catalogue.kpi_id

),

verdicts as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        criterion,
        direction,
        limit_lower,
        limit_upper,
        target_year,
        value,
        lower,
        upper,
        basis,
        case
            when value_status = 'not_applicable' then 'not_applicable'
            when meaning = 'none' then 'context_only'
            when criterion = 'rank' and meaning = 'band' then 'context_only'
            when not has_figure then 'no_value'
            when basis = 'pooled' and value is null then 'history_too_short'
            when criterion = 'rank' and basis = 'exact' then 'rank_needs_an_interval'
            when lower is null or upper is null then 'interval_unknown'
            when criterion = 'rank' and peer_count < {{ fewest_peers() }} then 'too_few_peers'
            when criterion = 'rank' and covers_both_quarters then 'interval_covers_both_limits'
            when criterion = 'rank' and is_within then 'middle_half'
            when criterion = 'rank' and direction = 'higher' and is_above then 'best_quarter'
            when criterion = 'rank' and direction = 'lower' and is_below then 'best_quarter'
            when criterion = 'rank' and (is_above or is_below) then 'weakest_quarter'
            when criterion = 'target' and is_within then 'target_met'
            when criterion = 'criterion' and is_within then 'limit_cleared'
            when criterion = 'target' and (is_below or is_above) and target_year_is_here
                then 'target_year_passed'
            when criterion = 'target' and (is_below or is_above) then 'target_not_met_yet'
            when criterion = 'criterion' and (is_below or is_above) then 'limit_not_cleared'
            when covers_both_quarters then 'interval_covers_both_limits'
            else 'interval_covers_a_limit'
        end as reason
    from figures_beside_their_limits

),

lights as (

    select
        municipality_code,
        kpi_id,
        period_type,
        period,
        period_end,
        criterion,
        direction,
        limit_lower,
        limit_upper,
        target_year,
        value,
        lower,
        upper,
        basis,
        case
            when reason in ('target_met', 'limit_cleared', 'best_quarter') then 'good'
            when reason in ('target_not_met_yet', 'limit_not_cleared', 'weakest_quarter') then 'attention'
            when reason = 'target_year_passed' then 'poor'
            when reason in ('context_only', 'not_applicable', 'rank_needs_an_interval', 'middle_half')
                then 'no_light'
            when reason = 'interval_covers_both_limits' then 'too_few_to_say'
            else 'cannot_say'
        end as state,
        reason
    from verdicts

)

select * from lights
