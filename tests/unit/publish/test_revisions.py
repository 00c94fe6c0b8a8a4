"""A published figure that changes is remembered with what readers saw before, from snapshot to snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from contract.published import published_table
from contract.published_history import KPI_REVISION
from contract.snapshot import MANIFEST_FILE, Manifest
from dagster_project.publish.revisions import note_revisions
from dagster_project.publish.snapshots import Marts
from dagster_project.raw.lineage import prepare_lineage

NOW = datetime(2026, 11, 21, 5, tzinfo=UTC)
MARTS = ("dim_kpi", "dim_source", "fct_kpi_value")


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    """Marts with births of two municipalities, made of one table."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create schema marts")
        prepare_lineage(connection)
        for table in MARTS:
            columns = ", ".join(f'"{name}" {kind}' for name, kind in published_table(table).columns.items())
            connection.execute(f"create table marts.{table} ({columns})")
        connection.execute(
            "insert into marts.dim_kpi (kpi_id, source_tables) "
            "values ('births', 'statfin.ages,statfin.events')"
        )
        connection.execute(
            "insert into marts.dim_source (source, table_name, rows_loaded) "
            "values ('statfin', 'events', 4), ('statfin', 'elsewhere', 9)"
        )
        connection.execute(
            "insert into marts.fct_kpi_value (municipality_code, kpi_id, period, value, value_status) "
            "values ('305', 'births', '2020', 100, 'preliminary'), ('832', 'births', '2020', 50, 'final')"
        )
        yield connection


def publish(con: duckdb.DuckDBPyConnection, marts: Marts, day: int) -> int:
    """A night: revisions noted, then a snapshot of the marts; returns how many figures were revised."""
    now = NOW + timedelta(days=day)
    revised = note_revisions(con, marts, now)
    directory = marts.path(f"2026112{day}T050000Z")
    directory.mkdir(parents=True)
    for table in MARTS:
        con.execute(f"copy marts.{table} to '{directory / table}.parquet' (format parquet)")
    con.execute(f"copy raw_meta.kpi_revision to '{directory / KPI_REVISION}.parquet' (format parquet)")
    manifest = Manifest(
        snapshot_id=directory.name,
        created_at=now,
        contract_version=1,
        git_revision="a",
        engine_version="1",
        border_year=2021,
        is_extract=False,
        tables=(),
        sources=(),
    )
    (directory / MANIFEST_FILE).write_text(manifest.model_dump_json(), "utf-8")
    return revised


def noted(con: duckdb.DuckDBPyConnection) -> list[tuple[object, ...]]:
    return con.execute(
        "select municipality_code, revision, value_before, value_after, cause, snapshot_before "
        "from raw_meta.kpi_revision order by all"
    ).fetchall()


def set_births(con: duckdb.DuckDBPyConnection, births: float | None) -> None:
    con.execute("update marts.fct_kpi_value set value = ? where municipality_code = '305'", [births])


@pytest.fixture
def marts(tmp_path: Path) -> Marts:
    return Marts(tmp_path / "marts")


def test_the_first_snapshot_and_an_unchanged_one_revise_nothing(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    assert [publish(con, marts, day) for day in (1, 2)] == [0, 0]
    assert noted(con) == []


def test_every_change_is_kept_and_the_first_says_what_was_first_published(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    publish(con, marts, 1)
    con.execute("update marts.dim_source set rows_loaded = 5 where table_name = 'events'")
    set_births(con, 103)
    assert publish(con, marts, 2) == 1
    assert publish(con, marts, 3) == 0
    set_births(con, None)
    assert publish(con, marts, 4) == 1
    assert noted(con) == [
        ("305", 1, 100.0, 103.0, "source", "20261121T050000Z"),
        ("305", 2, 103.0, None, "computation", "20261123T050000Z"),
    ]


def test_a_change_without_a_table_read_anew_is_our_own(con: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    publish(con, marts, 1)
    con.execute("update marts.dim_source set rows_loaded = 10 where table_name = 'elsewhere'")
    set_births(con, 99)
    publish(con, marts, 2)
    assert [row[4] for row in noted(con)] == ["computation"]


def test_the_last_bit_of_a_sum_and_a_new_figure_are_no_revisions(
    con: duckdb.DuckDBPyConnection, marts: Marts
) -> None:
    publish(con, marts, 1)
    set_births(con, 100 + 1e-10)
    con.execute(
        "insert into marts.fct_kpi_value (municipality_code, kpi_id, period, value) "
        "values ('305', 'births', '2021', 90)"
    )
    assert publish(con, marts, 2) == 0


def test_a_night_that_is_not_published_leaves_no_trace(con: duckdb.DuckDBPyConnection, marts: Marts) -> None:
    publish(con, marts, 1)
    set_births(con, 500)
    note_revisions(con, marts, NOW)
    set_births(con, 100)
    assert publish(con, marts, 2) == 0
    assert noted(con) == []
