"""What a rebuilt KPI says: newest values, what is missing, statuses, and what differs from the night's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from dagster_project.dbt_kpi import Kpi

COUNTRY, REST = "SSS", "rest"
_ENDS = 3
_MISSING_SHOWN = 8
_PERIODS_SHOWN = 5


@dataclass(frozen=True)
class Figure:
    """One figure of a municipality or the country."""

    name: str
    period: str
    value: float | None
    value_status: str


@dataclass(frozen=True)
class Difference:
    """Rows whose figure or status is another than in the published table, and the largest of them."""

    compared: int
    changed: int
    added: int
    gone: int
    largest: str | None


@dataclass(frozen=True)
class View:
    """A KPI's newest state; `statuses` and the ends are of municipalities in the newest period."""

    newest_period: str | None
    statuses: dict[str, int]
    missing: list[str]
    missing_count: int
    own: list[Figure]
    country: Figure | None
    lowest: list[Figure]
    highest: list[Figure]
    difference: Difference


def view_kpi(connection: duckdb.DuckDBPyConnection, kpi: Kpi, municipality_code: str) -> View:
    """The view of `marts.kpi_<id>` as it stands in the connection's warehouse."""
    table = f"marts.kpi_{kpi.kpi_id}"
    newest = connection.execute(
        f"select period from {table} where value is not null and municipality_code not in (?, ?) "
        "group by period, period_end order by period_end desc limit 1",
        [COUNTRY, REST],
    ).fetchone()
    period = newest[0] if newest else None
    missing = _names(connection, table, period, "value is null order by places.name_fi")
    counted = connection.execute(
        f"select value_status, count(*) from {table} where period = ? and municipality_code not in (?, ?) "
        "group by value_status order by count(*) desc, value_status",
        [period, COUNTRY, REST],
    ).fetchall()
    return View(
        newest_period=period,
        statuses=dict(counted),
        missing=[figure.name for figure in missing[:_MISSING_SHOWN]],
        missing_count=len(missing),
        own=_of_place(connection, table, municipality_code),
        country=next(iter(_of_place(connection, table, COUNTRY)), None),
        lowest=_names(connection, table, period, f"value is not null order by value limit {_ENDS}"),
        highest=_names(connection, table, period, f"value is not null order by value desc limit {_ENDS}"),
        difference=_difference(connection, table, kpi.kpi_id),
    )


def _names(connection: duckdb.DuckDBPyConnection, table: str, period: str | None, which: str) -> list[Figure]:
    rows = connection.execute(
        f"select coalesce(places.name_fi, municipality_code), period, value, value_status from {table} "
        f"left join marts.dim_municipality as places using (municipality_code) "
        f"where period = ? and municipality_code not in ('{COUNTRY}', '{REST}') and {which}",
        [period],
    ).fetchall()
    return [Figure(*row) for row in rows]


def _of_place(connection: duckdb.DuckDBPyConnection, table: str, code: str) -> list[Figure]:
    """The newest figures of one place, newest first."""
    rows = connection.execute(
        f"select coalesce(places.name_fi, municipality_code), period, value, value_status from {table} "
        "left join marts.dim_municipality as places using (municipality_code) "
        f"where municipality_code = ? order by period_end desc limit {_PERIODS_SHOWN}",
        [code],
    ).fetchall()
    return [Figure(*row) for row in rows]


def _difference(connection: duckdb.DuckDBPyConnection, table: str, kpi_id: str) -> Difference:
    rows: list[Any] = connection.execute(
        f"""
        with
        now as (select * from {table} where municipality_code not in ('{COUNTRY}', '{REST}')),
        before as (select * from marts.fct_kpi_value where kpi_id = ?),
        pairs as (
            select
                coalesce(places.name_fi, municipality_code) as name, period,
                before.value as before_value, now.value as now_value,
                now.kpi_id is null as is_gone, before.kpi_id is null as is_added,
                now.value_status is distinct from before.value_status
                or abs(now.value - before.value) > 1e-9 * greatest(1, abs(before.value)) as differs
            from now
            full join before using (municipality_code, period)
            left join marts.dim_municipality as places using (municipality_code)
        )
        select *, abs(now_value - before_value) as size from pairs order by size desc nulls last
        """,
        [kpi_id],
    ).fetchall()
    added = sum(1 for row in rows if row[5])
    gone = sum(1 for row in rows if row[4])
    changed = [row for row in rows if row[6] and not (row[4] or row[5])]
    first = changed[0] if changed else None
    return Difference(
        compared=len(rows) - added - gone,
        changed=len(changed),
        added=added,
        gone=gone,
        largest=f"{first[0]} {first[1]}: {_plain(first[2])} → {_plain(first[3])}" if first else None,
    )


def _plain(value: float | None) -> str:
    return "missing" if value is None else plain_number(value)


def plain_number(value: float) -> str:
    """Six figures, or all before the point of a larger number; never a power of ten for a count of people."""
    return f"{value:.0f}" if abs(value) >= 1e6 else f"{value:.6g}"
