"""The morning report: what the marts say that the snapshot before did not, written just before publishing.

Everything is compared in the warehouse with the parquet of the newest snapshot, by key. Findings go to
`raw_meta.morning_report`, which the mart `fct_morning_report` shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import astuple, fields, replace
from functools import partial
from pathlib import Path

import duckdb

from contract.morning_report import BEYOND_CHANCE, KINDS, Finding
from contract.snapshot import SourceStatus
from dagster_project.publish import report_queries as ask
from dagster_project.publish.snapshots import Marts

COMPARED = ("dim_kpi", "dim_municipality", "dim_source", "fct_kpi_value")
"""Tables of the snapshot before that are looked at; without one of them there is nothing to compare with."""
MOST_NAMED = 10
"""Municipalities that came or went are named one by one up to this many."""

_told = partial(Finding, 0)
"""A finding that has no place in the order yet."""


def write_findings(
    con: duckdb.DuckDBPyConnection, marts: Marts, statuses: Iterable[SourceStatus]
) -> list[Finding]:
    """What the marts say that the newest snapshot did not, in the order of telling; stored for the mart."""
    previous = marts.newest()
    told = [*_failures(statuses), *_failed_corrections(con), *_quarantined(con)]
    if previous is None or not _is_comparable(marts.path(previous.snapshot_id)):
        previous = None
        told.append(_told("first_snapshot", "info"))
    else:
        told += _differences(con, marts.path(previous.snapshot_id))
    ordered = sorted(told, key=lambda item: KINDS.index(item.kind))
    before = previous.snapshot_id if previous else None
    findings = [replace(item, finding=n, compared_with=before) for n, item in enumerate(ordered, start=1)]
    _store(con, findings)
    return findings


def _store(con: duckdb.DuckDBPyConnection, findings: Sequence[Finding]) -> None:
    con.execute("delete from raw_meta.morning_report")
    marks = ", ".join("?" * len(fields(Finding)))
    for finding in findings:
        con.execute(f"insert into raw_meta.morning_report values ({marks})", astuple(finding))


def _is_comparable(directory: Path) -> bool:
    return all((directory / f"{name}.parquet").is_file() for name in COMPARED)


def _failures(statuses: Iterable[SourceStatus]) -> list[Finding]:
    """Tables whose newest answer could not be read or did not pass the gate, and those that never could."""
    return [
        _told(
            "source_failed" if status.last_success else "source_never",
            "warning" if status.last_success else "info",
            status.source,
            status.table_name,
            detail=status.last_error.message,
        )
        for status in statuses
        if status.last_error is not None
    ]


def _failed_corrections(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = con.execute(
        "select source, table_name, correction_id from raw_meta.correction "
        "where outcome = 'guard_failed' order by all"
    ).fetchall()
    return [_told("correction_failed", "warning", source, table, detail=name) for source, table, name in rows]


def _quarantined(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """Own files that were refused and that no better one has followed, by register and municipality."""
    return [
        _told(
            "submission_quarantined",
            "warning",
            "own",
            municipality_code=municipality or None,
            detail=register,
            cells=count,
        )
        for register, municipality, count in con.execute(ask.REFUSED).fetchall()
    ]


def _differences(con: duckdb.DuckDBPyConnection, before: Path) -> list[Finding]:
    return [
        *_table_differences(con, before / "dim_source.parquet"),
        *_municipality_differences(con, before / "dim_municipality.parquet"),
        *_kpi_differences(con, before),
    ]


def _table_differences(con: duckdb.DuckDBPyConnection, earlier: Path) -> list[Finding]:
    rows = con.execute(ask.TABLES, {"earlier": str(earlier)}).fetchall()
    return [
        _told("table_gone", "notice", source, table)
        if gone
        else _told("table_new", "info", source, table, period=last)
        if new
        else _told("table_updated", "info", source, table, period=last, period_before=had, cells=cells)
        for source, table, gone, new, last, had, cells in rows
    ]


def _municipality_differences(con: duckdb.DuckDBPyConnection, earlier: Path) -> list[Finding]:
    found: list[Finding] = []
    for kind, minuend, subtrahend in (
        ("municipality_new", ask.MUNICIPALITIES_NOW, ask.MUNICIPALITIES_BEFORE),
        ("municipality_gone", ask.MUNICIPALITIES_BEFORE, ask.MUNICIPALITIES_NOW),
    ):
        rows = con.execute(f"{minuend} except {subtrahend}", {"earlier": str(earlier)}).fetchall()
        if len(rows) > MOST_NAMED:
            found.append(_told(kind, "notice", cells=len(rows)))
        else:
            found += [_told(kind, "notice", municipality_code=code) for (code,) in sorted(rows)]
    return found


def _kpi_differences(con: duckdb.DuckDBPyConnection, before: Path) -> list[Finding]:
    """New and lost KPIs, and of the others what changed in municipalities that were there already."""
    now = _kpi_names(con, "marts.dim_kpi")
    earlier = _kpi_names(con, "read_parquet($earlier)", {"earlier": str(before / "dim_kpi.parquet")})
    told = [_told("kpi_new", "info", kpi_id=kpi_id) for kpi_id in now if kpi_id not in earlier]
    told += [
        _told("kpi_gone", "notice", detail=name) for kpi_id, name in earlier.items() if kpi_id not in now
    ]
    stayed = con.execute(
        f"{ask.MUNICIPALITIES_NOW} intersect {ask.MUNICIPALITIES_BEFORE}",
        {"earlier": str(before / "dim_municipality.parquet")},
    ).fetchall()
    values = {"earlier": str(before / "fct_kpi_value.parquet")}
    kpis = [kpi_id for kpi_id in now if kpi_id in earlier]
    con.execute(ask.KPI_PAIRS, {**values, "kpis": kpis, "municipalities": [code for (code,) in stayed]})
    con.execute(f"create or replace temp table report_new_periods as {ask.NEW_PERIODS}", values)
    return [*told, *_new_periods(con), *_revisions(con), *_filled_and_emptied(con, values), *_movements(con)]


def _kpi_names(
    con: duckdb.DuckDBPyConnection, relation: str, parameters: dict[str, str] | None = None
) -> dict[str, str]:
    """Finnish name by KPI id."""
    query = f"select kpi_id, name_fi from {relation} order by sort_order, kpi_id"
    return dict(con.execute(query, parameters or {}).fetchall())


def _new_periods(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    rows = con.execute("select kpi_id, period, cells from report_new_periods").fetchall()
    return [
        _told("new_period", "notice", kpi_id=kpi, period=period, cells=cells) for kpi, period, cells in rows
    ]


def _revisions(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """By KPI: how many figures of earlier periods differ, and the one that differs most."""
    return [
        _told(
            "revision",
            "notice",
            kpi_id=kpi,
            municipality_code=municipality,
            period=period,
            before=before,
            after=after,
            cells=cells,
        )
        for kpi, municipality, period, before, after, cells in con.execute(ask.REVISIONS).fetchall()
    ]


def _filled_and_emptied(con: duckdb.DuckDBPyConnection, values: dict[str, str]) -> list[Finding]:
    told = []
    for kpi, filled, emptied in con.execute(ask.FILLED_AND_EMPTIED, values).fetchall():
        if filled:
            told.append(_told("filled", "info", kpi_id=kpi, cells=filled))
        if emptied:
            told.append(_told("emptied", "notice", kpi_id=kpi, cells=emptied))
    return told


def _movements(con: duckdb.DuckDBPyConnection) -> list[Finding]:
    """What moved most with the new periods: first what chance does not explain."""
    return [
        _told(
            "movement",
            "notice" if beyond else "info",
            kpi_id=kpi,
            municipality_code=municipality,
            period=period,
            period_before=period_before,
            before=before,
            after=after,
            detail=BEYOND_CHANCE if beyond else None,
        )
        for kpi, municipality, period, period_before, before, after, beyond in con.execute(
            ask.MOVEMENTS
        ).fetchall()
    ]
