"""Own data on a running house: handed in, taken in by the sensor, held back by a refresh, published."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import duckdb
import pytest

from contract.submission import Envelope, drop_submission, new_submission_id, read_book
from dagster_project.defs.inbox_sensor import INTERVAL_SECONDS, inbox_sensor
from dagster_project.own.drops import STEADY_SECONDS
from dagster_project.own.submission_table import own_inputs
from dagster_project.running import lock
from dagster_project.running.inbox import load_accepted, look_into_inbox
from dagster_project.running.lock import refresh_lock
from tests.integration.house import House
from tests.unit.own.filled import DAY_CARE_ROW, csv_file, workbook


def _now() -> datetime:
    return datetime.now(UTC)


def _places(house: House) -> list[tuple[object, ...]]:
    with duckdb.connect(str(house.settings.warehouse_path), read_only=True) as con:
        return con.execute("select unit_code, places from raw_own.day_care_places order by all").fetchall()


def test_a_template_filled_in_and_submitted_is_in_the_warehouse(house: House, tmp_path: Path) -> None:
    file = tmp_path / "paikat.xlsx"
    assert house.run("template", "day_care_places", "--out", str(file)).returncode == 0
    assert house.run("submit", str(file)).returncode == 3  # nothing but the example: refused
    file.write_bytes(workbook([DAY_CARE_ROW]))
    done = house.run("submit", str(file), "--user", "varhaiskasvatus", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["decided"][0]["state"], len(told["loaded"])) == (0, "accepted", 1)
    assert _places(house) == [("PK1", 21)]
    listed = json.loads(house.run("template", "--list", "--json").stdout)
    assert listed["day_care_places"] == "Varhaiskasvatuksen paikat"


def test_the_sensor_takes_a_dropped_file_in_within_a_minute(house: House) -> None:
    assert INTERVAL_SECONDS + STEADY_SECONDS < 60
    house.settings.inbox_dir.mkdir(parents=True, exist_ok=True)
    (house.settings.inbox_dir / "paikat.csv").write_bytes(csv_file([DAY_CARE_ROW]))
    sensor = inbox_sensor(house.settings, lambda: _now() + timedelta(seconds=STEADY_SECONDS + 1))
    with dg.instance_for_test() as instance, dg.build_sensor_context(instance=instance) as context:
        said = sensor(context)
    assert isinstance(said, dg.SkipReason)
    assert said.skip_message == "1 accepted"
    assert _places(house) == [("PK1", 21)]
    assert sensor.minimum_interval_seconds == INTERVAL_SECONDS


def test_while_a_refresh_runs_files_are_decided_and_loaded_right_after_it(
    house: House, tmp_path: Path
) -> None:
    file = tmp_path / "paikat.csv"
    file.write_bytes(csv_file([DAY_CARE_ROW]))
    with refresh_lock(house.settings.lock_path):
        child = os.fork()
        if child == 0:  # another process, as the daemon is
            code = 1
            try:
                os.close(0)
                envelope = Envelope(submission_id=new_submission_id(), submitted_by="x", submitted_at=_now())
                drop_submission(house.settings.inbox_dir, file.read_bytes(), envelope)
                lock._held.clear()
                done = look_into_inbox(house.settings, _now)
                code = 0 if done.decided[0].state == "accepted" and "refresh is running" in done.later else 2
            finally:
                os._exit(code)
        assert os.waitpid(child, 0)[1] == 0
    book = read_book(house.settings.marts_dir)
    assert book is not None
    assert [entry.state for entry in book.submissions] == ["accepted"]
    assert len(look_into_inbox(house.settings, _now).loaded) == 1
    assert _places(house) == [("PK1", 21)]
    again = look_into_inbox(house.settings, _now)
    assert (again.decided, again.loaded) == ((), ())


def test_a_refresh_goes_through_the_inbox_and_sees_that_it_must_build(house: House) -> None:
    house.settings.inbox_dir.mkdir(parents=True, exist_ok=True)
    (house.settings.inbox_dir / "paikat.csv").write_bytes(csv_file([DAY_CARE_ROW]))
    with duckdb.connect(str(house.settings.warehouse_path)) as con:
        before = own_inputs(con)
        assert len(load_accepted(house.settings, con, _now() + timedelta(minutes=1))) == 1
        assert own_inputs(con) != before
        assert load_accepted(house.settings, con, _now()) == []


@pytest.mark.long
def test_a_submission_is_published_by_the_next_refresh_without_its_figures(house: House) -> None:
    look_into_inbox(house.settings, _now)
    envelope = Envelope(submission_id=new_submission_id(), submitted_by="eka", submitted_at=_now())
    drop_submission(house.settings.inbox_dir, csv_file([DAY_CARE_ROW]), envelope)
    code, result = house.refresh("bundled")
    assert code == 0, result
    snapshot = house.marts.path(house.current().snapshot_id)
    with duckdb.connect(str(snapshot / "snapshot.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select municipality_code, register_id, first_period, rows_standing, state from fct_submission"
        ).fetchall()
        assert rows == [("305", "day_care_places", "2025M09", 1, "published")]
        names = {
            name for (name,) in con.execute("select table_name from information_schema.tables").fetchall()
        }
    assert not any("day_care_places" in name for name in names)
