"""Reading a snapshot's database file: one read-only attachment, a cursor for every thread."""

from __future__ import annotations

import threading
from dataclasses import fields
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd

from contract.published import PUBLISHED_TABLES, PublishedTable
from contract.snapshot import DATABASE_FILE, Manifest

Row = TypeVar("Row")


FROM_THE_START = frozenset(
    {
        "dim_municipality",
        "dim_area",
        "bridge_area_municipality",
        "dim_age_group",
        "dim_kpi",
        "dim_source",
        "fct_population",
        "fct_population_area",
        "fct_kpi_value",
        "fct_kpi_value_area",
        "fct_projection_age",
        "fct_projection",
        "fct_projection_area",
        "fct_official_projection",
        "fct_official_projection_area",
        "fct_forecast_vintage",
        "fct_forecast_score",
    }
)
"""Tables that every snapshot of this contract version has; one added since is read as empty where missing."""
ADDED_SINCE = frozenset({("dim_kpi", "verification")})
"""Columns of such tables that an older snapshot may lack; they are read as missing."""


class SnapshotUnreadable(Exception):
    """The snapshot's database cannot be opened or lacks a published table."""


class SnapshotReader:
    """An open snapshot. Thread-safe: every thread queries on its own cursor.

    Raises: SnapshotUnreadable when the database is missing, damaged or lacks a published table.
    """

    def __init__(
        self, directory: Path, manifest: Manifest, *, memory_limit: str = "512MB", threads: int = 2
    ) -> None:
        self.directory = directory
        self.manifest = manifest
        self._connection = _attach(directory / DATABASE_FILE, memory_limit, threads)
        self._of_thread = threading.local()

    @property
    def snapshot_id(self) -> str:
        return self.manifest.snapshot_id

    def _execute(self, sql: str, parameters: list[Any] | None) -> duckdb.DuckDBPyConnection:
        """The query's answer, to be fetched before this thread asks the next."""
        if not hasattr(self._of_thread, "cursor"):
            cursor = self._connection.cursor()
            # it starts in the in-memory database, whatever its parent uses; the stand-ins there go first
            cursor.execute("set search_path = 'memory.main,snapshot.main'")
            self._of_thread.cursor = cursor
        return self._of_thread.cursor.execute(sql, parameters or [])

    def _rows(self, sql: str, parameters: list[Any] | None = None) -> list[Any]:
        return self._execute(sql, parameters).fetchall()

    def _frame(self, sql: str, parameters: list[Any] | None = None) -> pd.DataFrame:
        return self._execute(sql, parameters).df()

    def _records(self, record: type[Row], sql: str) -> list[Row]:
        columns = ", ".join(field.name for field in fields(record))  # type: ignore[arg-type]
        return [record(*row) for row in self._rows(sql.format(columns=columns))]


def _attach(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    if not path.is_file():
        raise SnapshotUnreadable(f"{path} is missing; publish again or roll back to an earlier snapshot")
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as snapshot (read_only)")
        _require_published_tables(connection, path)
    except (duckdb.Error, SnapshotUnreadable) as reason:
        connection.close()
        raise SnapshotUnreadable(f"{path} cannot be read: {reason}") from reason
    return connection


def _require_published_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Empty stand-ins for tables added or widened since. Raises: SnapshotUnreadable when another one lacks."""
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'snapshot'"
    ).fetchall()
    present = set(rows)
    missing = [
        (table, column)
        for table in PUBLISHED_TABLES
        for column in table.columns
        if (table.name, column) not in present
    ]
    refused = [
        f"{table.name}.{column}"
        for table, column in missing
        if table.name in FROM_THE_START and (table.name, column) not in ADDED_SINCE
    ]
    if refused:
        raise SnapshotUnreadable(f"{path} lacks {', '.join(refused[:5])} ({len(refused)} columns in all)")
    for table in PUBLISHED_TABLES:
        if any(table is lacking for lacking, _ in missing):
            _add_stand_in(connection, table)


def _add_stand_in(connection: duckdb.DuckDBPyConnection, table: PublishedTable) -> None:
    """The table without rows; one of the first tables keeps its rows and only lacks what they do not say."""
    if table.name in FROM_THE_START:
        lacking = ", ".join(
            f'cast(null as {kind}) as "{column}"'
            for column, kind in table.columns.items()
            if (table.name, column) in ADDED_SINCE
        )
        connection.execute(
            f"create view memory.main.{table.name} as select *, {lacking} from snapshot.main.{table.name}"
        )
        return
    columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
    connection.execute(f"create table memory.main.{table.name} ({columns})")
