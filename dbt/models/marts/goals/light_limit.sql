with

figures as (

    select * from {{ ref('light_figure') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

goals as (

    select * from {{ ref('goal_standing') }}

),

own_limits as (

    select * from {{ ref('kpi_limits') }}

),

quarters_of_municipalities as (

    select
        kpi_id,
        period,
        quantile_cont(own_value, 0.25) as lower_quarter,
        quantile_cont(own_value, 0.75) as upper_quarter,
        count(own_value) as peer_count
    from figures
    group by kpi_id, period

),

the_target_that_holds_in_a_period as (

    -- Of several goals with one figure, the next target year to come; once all have passed, the latest.
    select
        municipality_code,
        kpi_id,
        period,
        direction,
        case direction when 'higher' then aim_value when 'band' then corridor_lower end as limit_lower,
        case direction when 'lower' then aim_value when 'band' then corridor_upper end as limit_upper,
        target_year,
        target_year_is_here
    from goals
    where
        has_target
        and direction is not null
        and period <> ''
        and coalesce(year_now >= base_year, true)
    qualify row_number() over (
        partition by municipality_code, kpi_id, period
        order by
            case when target_year_is_here then 1 else 0 end,
            abs(target_year - year_now),
            goal_code,
            measure_code
    ) = 1

),

limits as (

    select
        figures.municipality_code,
        figures.kpi_id,
        figures.period,
        'rank' as criterion,
        catalogue.direction,
        quarters.lower_quarter as limit_lower,
        quarters.upper_quarter as limit_upper,
        cast(null as integer) as target_year,
        false as target_year_is_here
    from figures
    inner join catalogue on figures.kpi_id = catalogue.kpi_id
    inner join quarters_of_municipalities as quarters
        on figures.kpi_id = quarters.kpi_id and figures.period = quarters.period
    union all
    select
        figures.municipality_code,
        figures.kpi_id,
        figures.period,
        'criterion' as criterion,
        catalogue.direction,
        case when catalogue.direction = 'higher' then own_limits.limit_value end as limit_lower,
        case when catalogue.direction = 'lower' then own_limits.limit_value end as limit_upper,
        cast(null as integer) as target_year,
        false as target_year_is_here
    from figures
    inner join catalogue on figures.kpi_id = catalogue.kpi_id
    inner join own_limits on figures.kpi_id = own_limits.kpi_id
    union all
    select
        municipality_code,
        kpi_id,
        period,
        'target' as criterion,
        direction,
        limit_lower,
        limit_upper,
        target_year,
        target_year_is_here
    from the_target_that_holds_in_a_period

),

limits_beside_the_quarters as (

    select
        limits.municipality_code,
        limits.kpi_id,
        limits.period,
        limits.criterion,
        limits.direction,
        limits.limit_lower,
        limits.limit_upper,
        limits.target_year,
        limits.target_year_is_here,
        quarters.lower_quarter,
        quarters.upper_quarter,
        quarters.peer_count
    from limits
    inner join quarters_of_municipalities as quarters
        on limits.kpi_id = quarters.kpi_id and limits.period = quarters.period

)

select * from limits_beside_the_quarters
