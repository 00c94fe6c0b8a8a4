"""Revisions of published KPIs: how each figure that readers have seen has changed since.

The memory is the chain of snapshots itself: what the newest one tells is carried on, and what its figures
say differently from the marts is added. A night that is not published leaves no trace.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import duckdb

from contract.published_history import KPI_REVISION
from dagster_project.publish.snapshots import Marts

READ = ("dim_source", "fct_kpi_value")
"""Tables of the snapshot before, without which there is nothing to compare with."""

_STORE = """
    insert into raw_meta.kpi_revision
    with changed_table as (
        select now.source || '.' || now.table_name as name
        from marts.dim_source as now
        left join read_parquet($sources) as earlier using (source, table_name)
        where (now.publisher_stamp, now.fetched_at, now.rows_loaded)
            is distinct from (earlier.publisher_stamp, earlier.fetched_at, earlier.rows_loaded)
    ),
    told as (
        select municipality_code, kpi_id, period, max(revision) as revision
        from raw_meta.kpi_revision group by all
    )
    select
        municipality_code,
        kpi_id,
        period,
        coalesce(told.revision, 0) + 1 as revision,
        earlier.value as value_before,
        now.value as value_after,
        earlier.value_status as status_before,
        now.value_status as status_after,
        case
            when exists (
                select 1 from changed_table
                where list_contains(string_split(kpi.source_tables, ','), changed_table.name)
            ) then 'source'
            else 'computation'
        end as cause,
        $snapshot_id as snapshot_before,
        cast($now as timestamp) as revised_at
    from marts.fct_kpi_value as now
    inner join read_parquet($figures) as earlier using (municipality_code, kpi_id, period)
    inner join marts.dim_kpi as kpi using (kpi_id)
    left join told using (municipality_code, kpi_id, period)
    where (now.value is null) <> (earlier.value is null)
        -- a difference of the last bit of a sum is none
        or abs(now.value - earlier.value) > 1e-9 * greatest(1, abs(earlier.value))
"""


def note_revisions(con: duckdb.DuckDBPyConnection, marts: Marts, now: datetime) -> int:
    """Fill `raw_meta.kpi_revision` before the marts are written; returns how many figures were revised.

    `now` (UTC) is when the new snapshot is made. Nothing is a revision in the first snapshot, and a figure
    that is new, or whose municipality or KPI is not published any more, is none either.
    """
    con.execute("delete from raw_meta.kpi_revision")
    previous = marts.newest()
    if previous is None:
        return 0
    before = marts.path(previous.snapshot_id)
    carried = before / f"{KPI_REVISION}.parquet"
    if carried.is_file():
        con.execute("insert into raw_meta.kpi_revision by name from read_parquet(?)", [str(carried)])
    if not all((before / f"{name}.parquet").is_file() for name in READ):
        return 0
    return _revised(con, before, previous.snapshot_id, now)


def _revised(con: duckdb.DuckDBPyConnection, before: Path, snapshot_id: str, now: datetime) -> int:
    row = con.execute(
        _STORE,
        {
            "sources": str(before / "dim_source.parquet"),
            "figures": str(before / "fct_kpi_value.parquet"),
            "snapshot_id": snapshot_id,
            "now": now.replace(tzinfo=None),
        },
    ).fetchone()
    return int(row[0]) if row else 0
