with

goals as (

    select * from {{ ref('dim_goal') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

figures as (

    select * from {{ ref('period_figure') }}

),

goals_with_a_direction as (

    select
        goals.municipality_code,
        goals.goal_code,
        goals.measure_code,
        goals.kpi_id,
        goals.base_year,
        goals.base_value,
        goals.target_year,
        goals.target_value,
        goals.corridor_lower,
        goals.corridor_upper,
        case
            when goals.direction is not null then goals.direction
            when catalogue.direction <> 'none' then catalogue.direction
            when goals.target_value > goals.base_value then 'higher'
            when goals.target_value < goals.base_value then 'lower'
        end as direction
    from goals
    left join catalogue on goals.kpi_id = catalogue.kpi_id

),

goals_aimed_at_a_value as (

    -- Who starts outside a corridor aims at its nearer edge; who starts inside it has no line, but stays.
    select
        municipality_code,
        goal_code,
        measure_code,
        kpi_id,
        base_year,
        base_value,
        target_year,
        direction,
        case when direction = 'band' then corridor_lower end as corridor_lower,
        case when direction = 'band' then corridor_upper end as corridor_upper,
        case
            when direction <> 'band' then direction
            when base_value < corridor_lower then 'higher'
            when base_value > corridor_upper then 'lower'
        end as aim,
        case
            when direction = 'band' and base_value < corridor_lower then corridor_lower
            when direction = 'band' and base_value > corridor_upper then corridor_upper
            when direction = 'band' then null
            else target_value
        end as aim_value,
        case
            when direction = 'band' then corridor_lower is not null or corridor_upper is not null
            else target_value is not null
        end as has_target
    from goals_with_a_direction

),

goals_with_figures as (

    select
        goals.municipality_code,
        goals.goal_code,
        goals.measure_code,
        goals.kpi_id,
        goals.base_year,
        goals.base_value,
        goals.target_year,
        goals.direction,
        goals.corridor_lower,
        goals.corridor_upper,
        goals.aim,
        goals.aim_value,
        goals.has_target,
        figures.period_type,
        coalesce(figures.period, '') as period,
        figures.period_end,
        figures.value_status,
        figures.value,
        figures.lower,
        figures.upper,
        figures.basis,
        {{ year_position('figures.period_end') }} as year_now
    from goals_aimed_at_a_value as goals
    left join figures
        on goals.municipality_code = figures.municipality_code and goals.kpi_id = figures.kpi_id

),

goals_on_the_line as (

    select
        municipality_code,
        goal_code,
        measure_code,
        kpi_id,
        period_type,
        period,
        period_end,
        value_status,
        value,
        lower,
        upper,
        basis,
        year_now,
        base_year,
        base_value,
        target_year,
        direction,
        has_target,
        corridor_lower,
        corridor_upper,
        aim,
        aim_value,
        coalesce(year_now >= target_year, false) as target_year_is_here,
        case
            when year_now <= base_year or target_year is null or base_value is null then null
            when year_now >= target_year then aim_value
            else base_value + (aim_value - base_value) * (year_now - base_year) / (target_year - base_year)
        end as expected_value
    from goals_with_figures

)

select * from goals_on_the_line
