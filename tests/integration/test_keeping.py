"""Rollback, status, sql, backup and restore on a refreshed house."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sqlite3
from pathlib import Path

import duckdb
import pytest

from tests.integration.house import House


def _second_snapshot(house: House) -> tuple[str, str]:
    """Ids of the first snapshot and of a second one, which differs in name only."""
    first = house.current()
    second = "20990101T000000Z"
    shutil.copytree(house.marts.path(first.snapshot_id), house.marts.path(second))
    file = house.marts.path(second) / "manifest.json"
    changed = first.model_copy(
        update={"snapshot_id": second, "created_at": first.created_at.replace(year=2099)}
    )
    file.write_text(changed.model_dump_json(), "utf-8")
    assert house.marts.switch(second)
    return first.snapshot_id, second


def test_rollback_shows_the_earlier_snapshot_until_it_is_released(house: House) -> None:
    first, second = _second_snapshot(house)

    rolled = json.loads(house.run("rollback", "--json").stdout)
    assert rolled == {"snapshot_id": first, "pinned": first}
    assert house.status().pinned
    assert house.marts.current_id() == first

    released = json.loads(house.run("rollback", "--release", "--json").stdout)
    assert released == {"snapshot_id": second, "pinned": None}
    assert not house.status().pinned


def test_rolling_back_too_far_is_one_line(house: House) -> None:
    done = house.run("rollback")
    assert done.returncode == 1
    assert done.stderr.endswith("is the oldest snapshot kept: there is nothing to roll back to\n")


def test_status_tells_what_is_published(refreshed: House) -> None:
    done = refreshed.run("status", "--json")

    told = json.loads(done.stdout)
    assert done.returncode == 0
    assert told["snapshot_id"] == refreshed.marts.current_id()
    assert told["is_extract"] is True
    assert not told["refresh_running"]
    assert len(told["sources"]) == len(refreshed.status().sources)


@pytest.mark.parametrize("verb", [["sql", "select 1"], ["rollback"], ["status"], ["backup"]])
def test_before_anything_is_published_every_verb_says_so(tmp_path: Path, verb: list[str]) -> None:
    done = House(tmp_path / "empty").run(*verb)
    assert done.returncode == 4
    assert "published" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_sql_answers_as_table_csv_and_json(refreshed: House) -> None:
    query = "select name_fi, municipality_code from dim_municipality where municipality_code = '305'"

    table = refreshed.run("sql", query).stdout
    rows = list(csv.DictReader(io.StringIO(refreshed.run("sql", "--csv", query).stdout)))
    answer = json.loads(refreshed.run("sql", "--json", query).stdout)

    assert "Kuusamo" in table
    assert rows == [{"name_fi": "Kuusamo", "municipality_code": "305"}]
    assert answer == {"columns": ["name_fi", "municipality_code"], "rows": [["Kuusamo", "305"]]}


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("drop table dim_kpi", "the published snapshot can only be read"),
        ("create table t as select 1", "the published snapshot can only be read"),
        ("copy dim_kpi to 'leak.csv'", "a query reaches no file"),
        ("from read_csv('/etc/passwd')", "a query reaches no file"),
        ("select nonsense", "nonsense"),
    ],
)
def test_sql_only_reads_the_snapshot(refreshed: House, query: str, said: str) -> None:
    done = refreshed.run("sql", query)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    refreshed.current()


def test_a_backup_brings_back_what_cannot_be_made_again(house: House, tmp_path: Path) -> None:
    inbox = house.settings.inbox_dir / "roster-1"
    inbox.mkdir(parents=True)
    (inbox / "envelope.json").write_text('{"register": "roster"}', "utf-8")
    own = house.settings.raw_dir / "own" / "roster" / "1"
    own.mkdir(parents=True)
    (own / "data.csv").write_text("a;b\n1;2\n", "utf-8")
    archive = tmp_path / "backup.tar.gz"
    published = house.current()

    saved = house.run("backup", str(archive))
    new = House(tmp_path / "new machine" / "data")
    brought_back = new.run("restore", str(archive))

    assert (saved.returncode, brought_back.returncode) == (0, 0), saved.stderr + brought_back.stderr
    assert new.current() == published
    assert (new.settings.inbox_dir / "roster-1" / "envelope.json").read_text(
        "utf-8"
    ) == '{"register": "roster"}'
    assert (new.settings.raw_dir / "own" / "roster" / "1" / "data.csv").read_text("utf-8") == "a;b\n1;2\n"
    assert _vintages(new) == _vintages(house) != []
    assert _dagster_runs(new) == _dagster_runs(house) > 0


def test_a_restore_does_not_overwrite_unless_told(house: House, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    house.run("backup", str(archive))
    first, second = _second_snapshot(house)

    refused = house.run("restore", str(archive))
    assert refused.returncode == 2
    assert house.run("backup", str(archive)).returncode == 2
    assert f"already holds the published snapshot {second}" in refused.stderr
    assert house.marts.current_id() == second

    assert house.run("restore", "--overwrite", str(archive)).returncode == 0
    assert house.marts.current_id() == first
    house.current()


def test_a_damaged_backup_changes_nothing(house: House, tmp_path: Path) -> None:
    archive = tmp_path / "backup.tar.gz"
    house.run("backup", str(archive))
    body = archive.read_bytes()
    archive.write_bytes(body[: len(body) // 2])
    published = house.marts.current_id()

    done = house.run("restore", "--overwrite", str(archive))

    assert done.returncode == 1
    assert "cannot be read as a backup" in done.stderr
    assert house.marts.current_id() == published


def _vintages(house: House) -> list[tuple[object, ...]]:
    with duckdb.connect(str(house.settings.warehouse_path), read_only=True) as warehouse:
        return warehouse.execute("from foresight.forecast_vintage order by all").fetchall()


def _dagster_runs(house: House) -> int:
    with sqlite3.connect(house.settings.dagster_home / "history" / "runs.db") as runs:
        (count,) = runs.execute("select count(*) from runs").fetchone()
        return int(count)
