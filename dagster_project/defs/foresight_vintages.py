"""What has been forecast and published: every own run by age group, kept so that its error can be told."""

from __future__ import annotations

from datetime import datetime

import duckdb

from contract.published import published_table

ISSUER = "kuntaluotsi"
VINTAGES = published_table("fct_forecast_vintage_group")
"""The columns that are kept; rows are only ever added."""

_SINCE_THE_FIRST = {
    "scheme": "varchar default 'total'",
    "age_group": "varchar default 'total'",
    "p10": "double",
    "p90": "double",
}
"""Columns that warehouses and backups of earlier versions lack: these kept totals alone, without bands."""

_GROUPS = """
    select base_year, municipality_code, projection_year, scheme, age_group, mean, p10, p90
    from foresight.projection
    where scenario_id = 'base' and scheme in ('total', 'report')
"""
_UNKNOWN_ROWS = f"""
    with newest as (
        select vintage from foresight.forecast_vintage
        group by vintage order by max(published_at) desc, vintage desc limit 1
    ),
    remembered as (
        select forecast_vintage.* from foresight.forecast_vintage
        inner join newest on forecast_vintage.vintage = newest.vintage
    )
    select count(*)
    from ({_GROUPS}) as projected
    left join remembered
        on
            projected.municipality_code = remembered.municipality_code
            and projected.projection_year = remembered.projection_year
            and projected.scheme = remembered.scheme
            and projected.age_group = remembered.age_group
            and projected.base_year = remembered.base_year
            and projected.mean = remembered.population_count
    where remembered.vintage is null
"""


def prepare_vintages(con: duckdb.DuckDBPyConnection) -> None:
    """Make `foresight.forecast_vintage` where it is not, or add what one of an earlier version lacks."""
    columns = ", ".join(f"{name} {kind}" for name, kind in VINTAGES.columns.items())
    con.execute(f"create table if not exists foresight.forecast_vintage ({columns})")
    for name, kind in _SINCE_THE_FIRST.items():
        con.execute(f"alter table foresight.forecast_vintage add column if not exists {name} {kind}")


def remember_vintage(con: duckdb.DuckDBPyConnection, snapshot_id: str, now: datetime) -> bool:
    """True when the base projection in `foresight.projection` was added to what has been published.

    Called after a snapshot is published, on `now`'s day. A projection whose figures are already remembered
    adds nothing, so a night without news leaves no trace.
    """
    prepare_vintages(con)
    ((new,),) = con.execute(_UNKNOWN_ROWS).fetchall()
    if not new:
        return False
    con.execute(
        f"""
        insert into foresight.forecast_vintage by name
        select
            ? as issuer, ? as vintage, base_year, ?::date as published_at, municipality_code, projection_year,
            scheme, age_group, mean as population_count, p10, p90
        from ({_GROUPS})
        order by municipality_code, projection_year, scheme, age_group
        """,
        [ISSUER, snapshot_id, now.date()],
    )
    return True
