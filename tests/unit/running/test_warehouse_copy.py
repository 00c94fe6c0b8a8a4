"""An analyst's copy of the warehouse: apart from the night's, and gone afterwards."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from dagster_project.running import warehouse_copy
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.lock import refresh_lock
from dagster_project.running.warehouse_copy import copied_warehouse
from dagster_project.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data root whose warehouse has one table with one row."""
    settings = Settings(profile="test", data_root=tmp_path)
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        connection.execute("create table figure as select 1 as value")
    return settings


def quiet(_: str) -> None:
    """Whoever waits is not told here."""


def test_what_is_changed_in_the_copy_stays_out_of_the_warehouse(settings: Settings) -> None:
    with copied_warehouse(settings, quiet) as copy, duckdb.connect(str(copy.warehouse_path)) as connection:
        connection.execute("update figure set value = 2")
    with duckdb.connect(str(settings.warehouse_path)) as connection:
        assert connection.execute("select value from figure").fetchall() == [(1,)]


def test_the_copy_is_gone_afterwards_even_when_the_work_failed(settings: Settings) -> None:
    with pytest.raises(ZeroDivisionError), copied_warehouse(settings, quiet) as copy:
        raise ZeroDivisionError
    assert not copy.warehouse_path.exists()


def test_two_copies_at_a_time_lie_in_two_places(settings: Settings) -> None:
    with copied_warehouse(settings, quiet) as one, copied_warehouse(settings, quiet) as other:
        assert one.warehouse_path.is_file()
        assert other.warehouse_path.is_file()
        assert one.data_root != other.data_root


def test_what_a_killed_process_left_is_taken_over(settings: Settings) -> None:
    left = settings.data_root / "dev" / "1" / "warehouse.duckdb"
    left.parent.mkdir(parents=True)
    left.write_bytes(b"half a copy")
    with copied_warehouse(settings, quiet) as copy, duckdb.connect(str(copy.warehouse_path)) as connection:
        assert copy.warehouse_path == left
        assert connection.execute("select value from figure").fetchall() == [(1,)]


def test_without_a_warehouse_the_remedy_is_said(tmp_path: Path) -> None:
    with (
        pytest.raises(PlainFailure, match="kuntaluotsi refresh --from bundled"),
        copied_warehouse(Settings(profile="test", data_root=tmp_path), quiet),
    ):
        pass


def test_a_refresh_that_goes_on_is_waited_for_and_then_named(settings: Settings) -> None:
    told: list[str] = []
    with (
        refresh_lock(settings.lock_path),
        pytest.raises(PlainFailure, match="a refresh is running") as refused,
        copied_warehouse(settings, told.append, wait=0.01),
    ):
        pass
    assert refused.value.code is ExitCode.LOCKED
    assert len(told) <= 1


def test_a_warehouse_that_changes_under_the_copying_is_not_taken(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy_file = warehouse_copy.shutil.copyfile

    def written_meanwhile(source: Path, target: Path) -> None:
        copy_file(source, target)
        with source.open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr(warehouse_copy.shutil, "copyfile", written_meanwhile)
    with (
        pytest.raises(PlainFailure, match="changed 3 times while it was copied"),
        copied_warehouse(settings, quiet),
    ):
        pass


def test_the_verbs_are_listed_without_a_warehouse() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).with_name("kuntaluotsi")), "dev", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "kpi" in done.stdout
    assert "sql" in done.stdout
