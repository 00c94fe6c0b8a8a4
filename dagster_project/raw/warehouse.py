"""The one function that opens DuckDB for the warehouse, and the settings dbt's profile shares with it."""

from __future__ import annotations

from typing import Any

import duckdb

from dagster_project.settings import Settings


def duckdb_config(settings: Settings) -> dict[str, Any]:
    """DuckDB's settings: bounded memory and threads, own temporary files, no extension fetched."""
    return {
        "memory_limit": settings.duckdb_memory_limit,
        "threads": settings.duckdb_threads,
        "temp_directory": str(settings.temp_dir),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }


def open_warehouse(settings: Settings, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A connection to the warehouse file, made with its folders when it does not exist yet.

    One process writes or many read: a second writer gets duckdb.IOException.
    """
    settings.warehouse_path.parent.mkdir(parents=True, exist_ok=True)
    settings.temp_dir.mkdir(parents=True, exist_ok=True)
    con = duckdb.connect(str(settings.warehouse_path), read_only=read_only, config=duckdb_config(settings))
    con.execute("set TimeZone = 'UTC'")
    return con
