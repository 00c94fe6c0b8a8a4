"""What a night changed is found by comparing the marts with the snapshot before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contract.morning_report import BEYOND_CHANCE, Finding
from contract.published import published_table
from contract.published_history import MORNING_REPORT
from contract.snapshot import MANIFEST_FILE, Manifest, SourceError, SourceStatus
from dagster_project.publish.morning_report import COMPARED, write_findings
from dagster_project.publish.snapshots import Marts
from dagster_project.raw.lineage import prepare_lineage

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
READ = (*COMPARED, "bridge_break_kpi", "dim_break", "fct_submission")


def put(con: duckdb.DuckDBPyConnection, table: str, *rows: dict[str, Any]) -> None:
    """Rows into a mart; what they do not say is missing."""
    columns = published_table(table).columns
    for row in rows:
        cells = [row.get(column) for column in columns]
        con.execute(f"insert into marts.{table} values ({', '.join('?' * len(cells))})", cells)


def value(
    code: str, kpi: str, year: int, figure: float | None, spread: float | None = None
) -> dict[str, Any]:
    """A yearly figure, with an interval of `spread` to both sides where it has one."""
    return {
        "municipality_code": code,
        "kpi_id": kpi,
        "period_type": "year",
        "period": str(year),
        "period_end": date(year, 12, 31),
        "value": figure,
        "lower": None if spread is None or figure is None else figure - spread,
        "upper": None if spread is None or figure is None else figure + spread,
    }


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Marts with two municipalities, two KPIs and the figures of 2019 and 2020."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create schema marts")
        prepare_lineage(connection)
        for table in READ:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in published_table(table).columns.items())
            connection.execute(f"create table marts.{table} ({columns})")
        put(connection, "dim_municipality", {"municipality_code": "305"}, {"municipality_code": "832"})
        put(
            connection,
            "dim_kpi",
            {"kpi_id": "births", "name_fi": "Syntyneet", "unit": "persons", "sort_order": 1},
            {"kpi_id": "margin", "name_fi": "Vuosikate", "unit": "eur_per_capita", "sort_order": 2},
        )
        put(connection, "dim_source", {"source": "statfin", "table_name": "events", "last_period": "2020"})
        for code in ("305", "832"):
            put(
                connection,
                "fct_kpi_value",
                value(code, "births", 2019, 100, 20),
                value(code, "margin", 2019, 500),
            )
            put(
                connection,
                "fct_kpi_value",
                value(code, "births", 2020, 100, 20),
                value(code, "margin", 2020, None),
            )
        yield connection


@pytest.fixture
def marts(tmp_path: Path, con: duckdb.DuckDBPyConnection) -> Marts:
    """A folder with one snapshot of `con`."""
    marts = Marts(tmp_path / "marts")
    directory = marts.path("before")
    directory.mkdir(parents=True)
    for table in COMPARED:
        con.execute(f"copy marts.{table} to '{directory / table}.parquet' (format parquet)")
    manifest = Manifest(
        snapshot_id="before",
        created_at=NOW,
        contract_version=1,
        git_revision="a",
        engine_version="1",
        border_year=2021,
        is_extract=False,
        tables=(),
        sources=(),
    )
    (directory / MANIFEST_FILE).write_text(manifest.model_dump_json(), "utf-8")
    return marts


def told(findings: list[Finding]) -> list[tuple[Any, ...]]:
    """Kind, KPI, municipality, period and cells of each finding."""
    return [(f.kind, f.kpi_id, f.municipality_code, f.period, f.cells) for f in findings]


def test_the_first_snapshot_says_so(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    assert told(write_findings(con, Marts(tmp_path / "empty"), ())) == [
        ("first_snapshot", None, None, None, None)
    ]


def test_a_night_that_changed_nothing_finds_nothing(con: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    assert write_findings(con, marts, ()) == []


def test_a_new_period_a_revision_and_a_filled_gap_are_told_apart(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    con.execute("update marts.fct_kpi_value set value = 108 where kpi_id = 'births' and period = '2019'")
    con.execute(
        "update marts.fct_kpi_value set value = 103"
        " where (kpi_id, period, municipality_code) = ('births', '2020', '832')"
    )
    put(con, "fct_kpi_value", value("305", "margin", 2021, 450))
    con.execute(
        "update marts.fct_kpi_value set value = null"
        " where (kpi_id, period, municipality_code) = ('margin', '2019', '832')"
    )
    findings = write_findings(con, marts, ())
    assert told(findings) == [
        ("new_period", "margin", None, "2021", 1),
        ("revision", "births", "305", "2019", 3),
        ("emptied", "margin", None, None, 1),
        ("movement", "margin", "305", "2021", None),
    ]
    assert (findings[1].before, findings[1].after, findings[1].compared_with) == (100, 108, "before")
    stored = con.execute("select * from raw_meta.morning_report order by finding").fetchall()
    assert [row[0] for row in stored] == [1, 2, 3, 4]
    assert len(stored[0]) == len(published_table(MORNING_REPORT).columns)


def test_a_change_within_chance_is_no_movement(con: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    put(con, "fct_kpi_value", value("305", "births", 2021, 130, 20), value("832", "births", 2021, 160, 20))
    moved = [f for f in write_findings(con, marts, ()) if f.kind == "movement"]
    assert told(moved) == [("movement", "births", "832", "2021", None)]
    assert moved[0].detail == BEYOND_CHANCE


def test_no_movement_is_told_over_a_break_that_changes_the_meaning(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    put(con, "dim_break", {"break_id": "duties", "starts_on": date(2021, 1, 1), "changes_meaning": True})
    put(con, "bridge_break_kpi", {"break_id": "duties", "kpi_id": "margin"})
    put(con, "fct_kpi_value", value("305", "margin", 2021, 200))
    assert [f.kind for f in write_findings(con, marts, ())] == ["new_period"]


def test_a_municipality_that_came_is_told_once_and_not_as_new_figures(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    put(con, "dim_municipality", {"municipality_code": "139"})
    put(con, "fct_kpi_value", value("139", "births", 2020, 80, 15))
    assert told(write_findings(con, marts, ())) == [("municipality_new", None, "139", None, None)]


def test_troubles_come_first(con: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    error = SourceError(kind="timeout", message="no answer in 30 s", transient=True, at=NOW)
    statuses = [
        SourceStatus(source="statfin", table_name="events", last_error=error, last_success=NOW),
        SourceStatus(source="statfin", table_name="moves", last_error=error),
    ]
    con.execute("update marts.dim_source set last_period = '2021'")
    findings = write_findings(con, marts, statuses)
    assert [(f.kind, f.table_name, f.severity) for f in findings] == [
        ("source_failed", "events", "warning"),
        ("table_updated", "events", "info"),
        ("source_never", "moves", "info"),
    ]
    assert (findings[1].period_before, findings[1].period) == ("2020", "2021")


def test_an_own_file_that_was_refused_is_told_until_a_better_one_comes(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    refused = {
        "submission_id": "a",
        "municipality_code": "305",
        "register_id": "staff",
        "state": "refused",
        "decided_at": NOW,
    }
    put(con, "fct_submission", refused)
    assert [(f.kind, f.municipality_code, f.detail) for f in write_findings(con, marts, ())] == [
        ("submission_quarantined", "305", "staff")
    ]
    better = {"submission_id": "b", "state": "published", "decided_at": NOW + timedelta(hours=1)}
    put(con, "fct_submission", refused | better)
    assert write_findings(con, marts, ()) == []


def test_a_file_of_no_known_register_is_told_until_something_is_taken_in(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    refused = {
        "submission_id": "a",
        "municipality_code": "",
        "register_id": "",
        "state": "refused",
        "decided_at": NOW,
    }
    put(con, "fct_submission", refused)
    assert [f.kind for f in write_findings(con, marts, ())] == ["submission_quarantined"]
    taken_in = {
        "submission_id": "b",
        "municipality_code": "305",
        "register_id": "staff",
        "state": "published",
    }
    put(con, "fct_submission", taken_in | {"decided_at": NOW + timedelta(hours=1)})
    assert write_findings(con, marts, ()) == []


def test_own_data_are_new_when_another_file_has_been_taken_in(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    pilots = {"source": "own", "table_name": "pilots", "rows_loaded": 1}
    put(con, "dim_source", pilots | {"fetched_at": NOW})
    con.execute(f"copy marts.dim_source to '{marts.path('before') / 'dim_source.parquet'}' (format parquet)")
    assert write_findings(con, marts, ()) == []
    con.execute("update marts.dim_source set fetched_at = fetched_at + interval 1 hour where source = 'own'")
    assert [(f.kind, f.table_name) for f in write_findings(con, marts, ())] == [("table_updated", "pilots")]
