"""A small warehouse that keeps the published contract, and a folder for snapshots."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from contract.published import BOOL, DATE, INT, PUBLISHED_TABLES, REAL, TIME, PublishedTable
from dagster_project.publish import verify, writer
from dagster_project.publish.publisher import Published, publish
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.writer import Facts

NOW = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)
FACTS = Facts(git_revision="abc", engine_version="1", border_year=2021, is_extract=True, sources=())
KUUSAMO, TAIVALKOSKI = "305", "832"

_TOUCHED = {
    "dim_area",
    "dim_kpi",
    "fct_population",
    "fct_population_area",
    "fct_projection",
    "fct_projection_area",
}
_SAMPLE = {INT: "2020", REAL: "1.5", BOOL: "true", DATE: "date '2020-12-31'", TIME: "timestamp '2020-12-31'"}


def _create(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    values = ", ".join(
        f"({_SAMPLE.get(kind, repr('x'))})::{kind} as {column}" for column, kind in table.columns.items()
    )
    connection.execute(f"create table marts.{table.name} as select {values}")


_TABLES = tuple(table for table in PUBLISHED_TABLES if table.name in _TOUCHED)


def _narrow_contract(patch: pytest.MonkeyPatch) -> None:
    """Narrow the contract to the tables these tests touch: publishing all of them takes half a second."""
    patch.setattr(writer, "PUBLISHED_TABLES", _TABLES)
    patch.setattr(verify, "PUBLISHED_TABLES", _TABLES)


@pytest.fixture(autouse=True)
def some_tables(monkeypatch: pytest.MonkeyPatch) -> tuple[PublishedTable, ...]:
    """The tables of the narrowed contract."""
    _narrow_contract(monkeypatch)
    return _TABLES


@contextmanager
def _filled() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.execute("create schema marts")
        for table in _TABLES:
            _create(connection, table)
        fill_population(connection)
        yield connection


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Marts with one row a table, and populations that add up to the country."""
    with _filled() as connection:
        yield connection


def fill_population(connection: duckdb.DuckDBPyConnection, kuusamo: float = 15000.0) -> None:
    """Two municipalities, the rest, and the country as their sum."""
    for parts, whole, columns in (
        ("fct_population", "fct_population_area", "2020, 'male', 0"),
        ("fct_projection", "fct_projection_area", "'base', 2020, 2030, 'report', '0'"),
    ):
        bands = ", 1.0, 1.0, 1.0" if parts == "fct_projection" else ""
        for table, rows in (
            (parts, ((KUUSAMO, kuusamo), (TAIVALKOSKI, 4000.0))),
            (whole, (("rest", 100.0), ("SSS", kuusamo + 4100.0))),
        ):
            connection.execute(f"delete from marts.{table}")
            for code, value in rows:
                connection.execute(f"insert into marts.{table} values ('{code}', {columns}, {value}{bands})")


@pytest.fixture
def marts(tmp_path: Path) -> Marts:
    """An empty folder of snapshots."""
    return Marts(tmp_path / "marts")


@pytest.fixture(scope="session")
def nights(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Marts after one, two and three nights, published once to be copied; Kuusamo grew by one each day."""
    folder = tmp_path_factory.mktemp("nights")
    marts, after = Marts(folder / "marts"), []
    with pytest.MonkeyPatch.context() as patch, _filled() as connection:
        _narrow_contract(patch)
        for day in range(3):
            fill_population(connection, kuusamo=15000.0 + day)
            publish_at(connection, marts, NOW + timedelta(days=day))
            after.append(Path(shutil.copytree(marts.directory, folder / f"after-{day + 1}")))
    return after


@pytest.fixture
def first(marts: Marts, nights: list[Path]) -> str:
    """Id of the one snapshot in `marts`, of what `warehouse` holds."""
    shutil.copytree(nights[0], marts.directory)
    (manifest,) = marts.finished()
    return manifest.snapshot_id


def publish_at(
    connection: duckdb.DuckDBPyConnection,
    marts: Marts,
    now: datetime = NOW,
    *,
    keep: int = 14,
    facts: Facts = FACTS,
) -> Published:
    """Publish the warehouse at a moment."""
    return publish(connection, marts, facts, keep=keep, now=now, progress=lambda *_: None)
