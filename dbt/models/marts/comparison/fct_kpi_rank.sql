with

kpi_values as (

    select * from {{ ref('fct_kpi_value') }}

),

members as (

    select * from {{ ref('int_area_member_today') }}

),

catalogue as (

    select * from {{ ref('kpi_catalogue') }}

),

values_in_their_groups as (

    select
        members.area_code,
        kpi_values.municipality_code,
        kpi_values.kpi_id,
        kpi_values.period_type,
        kpi_values.period,
        kpi_values.value,
        kpi_values.value_status,
        case when catalogue.direction in ('higher', 'lower') then 'best_first' else 'largest_first' end
            as rank_order,
        case when catalogue.direction = 'lower' then kpi_values.value else -kpi_values.value end as sort_value
    from kpi_values
    inner join members on kpi_values.municipality_code = members.municipality_code
    inner join catalogue on kpi_values.kpi_id = catalogue.kpi_id

),

groups_of_known_values as (

    select
        area_code,
        kpi_id,
        period,
        count(*) as ranked_count,
        quantile_cont(value, 0.25) as lower_quartile,
        quantile_cont(value, 0.5) as median,
        quantile_cont(value, 0.75) as upper_quartile
    from values_in_their_groups
    where value is not null
    group by area_code, kpi_id, period

),

ranks_of_known_values as (

    select
        area_code,
        municipality_code,
        kpi_id,
        period,
        rank() over (partition by area_code, kpi_id, period order by sort_value) as place,
        count(*) over (partition by area_code, kpi_id, period, sort_value) as tied_count
    from values_in_their_groups
    where value is not null

),

ranks as (

    select
        members.area_code,
        members.municipality_code,
        members.kpi_id,
        members.period_type,
        members.period,
        members.value_status,
        members.rank_order,
        cast(ranks_of_known_values.place as integer) as place,
        cast(ranks_of_known_values.tied_count as integer) as tied_count,
        cast(coalesce(groups_of_known_values.ranked_count, 0) as integer) as ranked_count,
        groups_of_known_values.lower_quartile,
        groups_of_known_values.median,
        groups_of_known_values.upper_quartile,
        members.value - groups_of_known_values.median as distance_to_median
    from values_in_their_groups as members
    left join groups_of_known_values
        on
            members.area_code = groups_of_known_values.area_code
            and members.kpi_id = groups_of_known_values.kpi_id
            and members.period = groups_of_known_values.period
    left join ranks_of_known_values
        on
            members.area_code = ranks_of_known_values.area_code
            and members.municipality_code = ranks_of_known_values.municipality_code
            and members.kpi_id = ranks_of_known_values.kpi_id
            and members.period = ranks_of_known_values.period

)

select * from ranks
