"""A restore that dies half-way loses nothing; the next one finds everything and ends the work."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from contract.published import PublishedTable
from dagster_project.publish import backup
from dagster_project.publish.backup import AlreadyThere, Places, back_up, restore
from dagster_project.publish.snapshots import Marts
from tests.unit.publish.conftest import NOW, publish_at

DIES = """
import os, sys
from pathlib import Path
import duckdb
from dagster_project.publish import verify
from dagster_project.publish.backup import Places, restore

data_root, archive, moment, tables = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
verify.PUBLISHED_TABLES = tuple(table for table in verify.PUBLISHED_TABLES if table.name in tables.split(","))
rename, done = Path.rename, 0

def rename_and_die(self, target):
    global done
    if done == moment:
        os._exit(9)
    done += 1
    return rename(self, target)

Path.rename = rename_and_die
places = Places(data_root, *(data_root / name for name in ("marts", "own", "inbox", "quarantine", "dagster")))
with duckdb.connect() as warehouse:
    restore(places, warehouse, archive, overwrite=True)
"""


@pytest.fixture
def places(tmp_path: Path, marts: Marts, warehouse: duckdb.DuckDBPyConnection) -> Places:
    """A house with a snapshot, a line of own data, a submission, a refused one and some history."""
    publish_at(warehouse, marts)
    names = ("own", "inbox", "quarantine", "dagster")
    places = Places(tmp_path, marts.directory, *(tmp_path / name for name in names))
    _write(places, "saved")
    return places


@pytest.fixture
def archive(places: Places, warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> Path:
    """A backup of the house, which has gone on since."""
    archive = tmp_path / "backup.tar.gz"
    back_up(places, warehouse, archive, NOW)
    _write(places, "since")
    return archive


def _write(places: Places, text: str) -> None:
    for folder in _folders(places):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "line.csv").write_text(text, "utf-8")


def _texts(places: Places) -> list[str]:
    return [(folder / "line.csv").read_text("utf-8") for folder in _folders(places)]


def _folders(places: Places) -> tuple[Path, ...]:
    return places.own_dir, places.inbox_dir, places.quarantine_dir, places.dagster_home / "history"


def _leftovers(places: Places) -> list[str]:
    return [path.name for path in places.data_root.glob(".*")]


@pytest.mark.parametrize("moment", [1, 2, 7])
def test_a_restore_killed_between_two_renames_loses_nothing(
    places: Places,
    archive: Path,
    warehouse: duckdb.DuckDBPyConnection,
    some_tables: tuple[PublishedTable, ...],
    moment: int,
) -> None:
    names = ",".join(table.name for table in some_tables)
    killed = subprocess.run(
        [sys.executable, "-c", DIES, str(places.data_root), str(archive), str(moment), names], check=False
    )
    assert killed.returncode == 9
    assert any(name.startswith(".restore-") for name in _leftovers(places))

    with pytest.raises(AlreadyThere, match="add --overwrite"):
        restore(places, warehouse, archive, overwrite=False)
    exchanged = moment // 2
    assert _texts(places) == (["saved"] * exchanged + ["since"] * 4)[:4]
    assert Marts(places.marts_dir).current_id() is not None
    assert not any(name.startswith(".restore-") for name in _leftovers(places))

    restore(places, warehouse, archive, overwrite=True)
    assert _texts(places) == ["saved"] * 4
    assert _leftovers(places) == []


def test_a_restore_that_fails_at_its_last_step_puts_everything_back(
    places: Places, archive: Path, warehouse: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise duckdb.IOException("no room")

    monkeypatch.setattr(backup, "_load_vintages", fail)
    with pytest.raises(duckdb.IOException):
        restore(places, warehouse, archive, overwrite=True)
    assert _texts(places) == ["since"] * 4
    assert _leftovers(places) == []


def test_a_backup_after_a_killed_restore_holds_what_had_been_taken_away(
    places: Places, warehouse: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    (tmp_path / ".replaced-000001").mkdir()
    places.own_dir.rename(tmp_path / ".replaced-000001" / "own")

    index = back_up(places, warehouse, tmp_path / "backup.tar.gz", NOW)

    assert {"own/line.csv", "inbox/line.csv", "quarantine/line.csv"} <= index.files.keys()
    assert places.own_dir.is_dir()
