"""The questions of the morning report, asked in the warehouse beside the parquet of the snapshot before.

`$earlier` is the earlier file; a difference of the last bit of a sum is none.
"""

from __future__ import annotations

MOVEMENTS_OF_A_KPI = 5
"""Largest movements told of a KPI without an interval of chance; of others, only what chance leaves."""
_SAME = 1e-9
"""Relative difference under which two figures are the same."""

KPI_PAIRS = """
    create or replace temp table report_pairs as
    select
        coalesce(now.kpi_id, earlier.kpi_id) as kpi_id,
        coalesce(now.municipality_code, earlier.municipality_code) as municipality_code,
        coalesce(now.period, earlier.period) as period,
        coalesce(now.period_end, earlier.period_end) as period_end,
        now.value as after,
        earlier.value as before
    from marts.fct_kpi_value as now
    full join read_parquet($earlier) as earlier using (kpi_id, municipality_code, period)
    where coalesce(now.kpi_id, earlier.kpi_id) in (select unnest($kpis))
        and coalesce(now.municipality_code, earlier.municipality_code) in (select unnest($municipalities))
        and now.value is distinct from earlier.value
"""
NEW_PERIODS = """
    with had as (
        select distinct kpi_id, period from read_parquet($earlier) where value is not null
    )
    select kpi_id, period, any_value(period_end) as period_end, count(*) as cells
    from report_pairs anti join had using (kpi_id, period)
    where after is not null
    group by kpi_id, period
    order by kpi_id, period_end
"""
REVISIONS = f"""
    select
        kpi_id,
        arg_max(municipality_code, abs(after - before)),
        arg_max(period, abs(after - before)),
        arg_max(before, abs(after - before)),
        arg_max(after, abs(after - before)),
        count(*)
    from report_pairs
    where abs(after - before) > {_SAME} * greatest(1, abs(before))
    group by kpi_id
    order by kpi_id
"""
FILLED_AND_EMPTIED = """
    with had as (
        select distinct kpi_id, period from read_parquet($earlier) where value is not null
    )
    select
        kpi_id,
        count(*) filter (where before is null and after is not null) as filled,
        count(*) filter (where before is not null and after is null) as emptied
    from report_pairs semi join had using (kpi_id, period)
    group by kpi_id
    order by kpi_id
"""
MOVEMENTS = f"""
    with newest as (
        select kpi_id, max_by(period, period_end) as period from report_new_periods group by kpi_id
    ),
    now as (
        select value.* from marts.fct_kpi_value as value
        semi join newest on value.kpi_id = newest.kpi_id and value.period = newest.period
        where value.value is not null
    ),
    compared as (
        select
            now.kpi_id, now.municipality_code, now.period, now.value, now.lower, now.upper,
            earlier.period as period_before, earlier.value as value_before,
            earlier.lower as lower_before, earlier.upper as upper_before
        from now
        inner join marts.fct_kpi_value as earlier
            on now.kpi_id = earlier.kpi_id
            and now.municipality_code = earlier.municipality_code
            and earlier.value is not null
            and earlier.period_end < now.period_end
            and (
                now.period_type = 'year'
                or earlier.period = (cast(left(now.period, 4) as integer) - 1) || right(now.period, -4)
            )
        where not exists (
            select 1 from marts.bridge_break_kpi as bridge
            inner join marts.dim_break as break using (break_id)
            where bridge.kpi_id = now.kpi_id and break.changes_meaning
                and earlier.period_end < break.starts_on and break.starts_on <= now.period_end
        )
        qualify row_number() over (
            partition by now.kpi_id, now.municipality_code order by earlier.period_end desc
        ) = 1
    ),
    judged as (
        select
            compared.*,
            coalesce(lower > upper_before or upper < lower_before, false) as beyond_chance,
            -- numbers of people by their share, so that the largest town does not always come first
            case when unit = 'persons' then 1 / greatest(1, abs(value_before)) else 1 end
                * abs(value - value_before) as size
        from compared
        inner join marts.dim_kpi using (kpi_id)
        where abs(value - value_before) > {_SAME} * greatest(1, abs(value_before))
    )
    select
        kpi_id, municipality_code, period, period_before, value_before, value, beyond_chance
    from judged
    where beyond_chance or lower is null or lower_before is null
    qualify beyond_chance
        or row_number() over (partition by kpi_id order by size desc, municipality_code)
            <= {MOVEMENTS_OF_A_KPI}
    order by
        beyond_chance desc,
        row_number() over (partition by kpi_id, beyond_chance order by size desc, municipality_code),
        kpi_id
"""
TABLES = """
    select
        coalesce(now.source, earlier.source), coalesce(now.table_name, earlier.table_name),
        now.source is null, earlier.source is null,
        now.last_period, earlier.last_period, now.rows_loaded - earlier.rows_loaded
    from marts.dim_source as now
    full join read_parquet($earlier) as earlier using (source, table_name)
    where (now.publisher_stamp, now.last_period, now.rows_loaded)
        is distinct from (earlier.publisher_stamp, earlier.last_period, earlier.rows_loaded)
        -- own data have no publisher's stamp: a file that was taken in since is what is new
        or (now.source = 'own' and now.fetched_at is distinct from earlier.fetched_at)
    order by 1, 2
"""
MUNICIPALITIES_NOW = "select municipality_code from marts.dim_municipality"
MUNICIPALITIES_BEFORE = "select municipality_code from read_parquet($earlier)"
REFUSED = """
    select refused.register_id, refused.municipality_code, count(*)
    from marts.fct_submission as refused
    where refused.state = 'refused' and not exists (
        select 1 from marts.fct_submission as better
        where refused.register_id in ('', better.register_id)
            and refused.municipality_code in ('', better.municipality_code)
            and better.state <> 'refused'
            and better.decided_at > refused.decided_at
    )
    group by refused.register_id, refused.municipality_code
    order by all
"""
