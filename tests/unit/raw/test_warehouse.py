"""The warehouse is opened in one way: bounded, offline, in UTC."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from dagster_project.raw.mergers import with_predecessors
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.settings import Settings


def setting(con: duckdb.DuckDBPyConnection, name: str) -> object:
    row = con.execute("select current_setting(?)", [name]).fetchone()
    assert row is not None
    return row[0]


def test_the_warehouse_is_bounded_offline_and_in_utc(tmp_path: Path) -> None:
    settings = Settings(data_root=tmp_path / "data", duckdb_memory_limit="512MB", duckdb_threads=1)
    with open_warehouse(settings) as con:
        assert setting(con, "TimeZone") == "UTC"
        assert setting(con, "threads") == 1
        assert setting(con, "memory_limit") == "488.2 MiB"
        assert setting(con, "autoinstall_known_extensions") is False
        assert setting(con, "autoload_known_extensions") is False
        assert setting(con, "temp_directory") == str(tmp_path / "data" / "tmp")


def test_a_warehouse_opened_for_reading_cannot_be_written(house: Any) -> None:
    house.ingest()
    house.con.close()
    with (
        open_warehouse(house.settings, read_only=True) as con,
        pytest.raises(duckdb.InvalidInputException, match="read-only"),
    ):
        con.execute("delete from raw_meta.load")


def test_a_municipality_brings_those_merged_into_it_however_long_ago(tmp_path: Path) -> None:
    changes = tmp_path / "changes.csv"
    changes.write_text(
        "from_code,to_code,valid_from,kind,source\n911,541,2020-01-01,merger,a\n045,911,2001-01-01,code_change,a\n"
        "443,305,2007-01-01,split,a\n010,305,2016-01-01,part_transfer,a\n",
        encoding="utf-8",
    )
    assert with_predecessors(["541", "305"], changes) == {"541", "911", "045", "305"}
