"""kill -9 at any moment: what was published stays, and the next refresh builds the same figures again."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import time

import dagster as dg
import psutil
import pytest

from contract.published_history import MORNING_REPORT
from dagster_project.running.lock import is_locked
from tests.integration.house import House

_LONGEST_SECONDS = 40.0
_LONGEST_DYING_SECONDS = 20.0
"""The kernel kills the children at once; a crowded machine may take its time to bury them."""


def _kill_after(house: House, seconds: float) -> None:
    """Start a refresh that rebuilds everything and kill the command, not its children, after some time."""
    process = house.start(
        "refresh", "--from", "bundled", "--json", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()


def _orphans(house: House) -> list[str]:
    """Commands of processes that still work on the house."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ"]):
        environment = process.info["environ"] or {}
        if environment.get("KUNTALUOTSI_DATA_ROOT") == str(house.root):
            found.append(" ".join(process.info["cmdline"] or []))
    return found


def _still_dying(house: House) -> bool:
    """True while a killed process is there or holds the lock.

    The kernel frees a process's memory, and with it the name it is known by here, before it closes its files.
    """
    return bool(_orphans(house)) or is_locked(house.settings.lock_path)


def _survive(house: House, moments: list[float]) -> None:
    before = house.current()
    for seconds in moments:
        (house.settings.dbt_target_dir / "published.json").unlink(missing_ok=True)
        _kill_after(house, seconds)
        deadline = time.monotonic() + _LONGEST_DYING_SECONDS
        while _still_dying(house) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert _orphans(house) == [], f"killed after {seconds:.1f} s"
        assert not is_locked(house.settings.lock_path)
        house.current()

    code, result = house.refresh("bundled")

    assert code == 0, result
    after = house.current()
    changed = {
        new.name
        for old, new in zip(before.tables, after.tables, strict=True)
        if (old.rows, old.sha256) != (new.rows, new.sha256)
    }
    remembered = {"fct_forecast_vintage", "fct_forecast_vintage_group", MORNING_REPORT}
    assert changed <= remembered, "only what is remembered of the first snapshot is new"
    marts = house.settings.marts_dir
    assert not [entry.name for entry in marts.iterdir() if entry.name.startswith((".building", ".removing"))]


def test_killing_a_refresh_leaves_the_snapshot_and_the_next_one_publishes_equal_files(house: House) -> None:
    chance = random.Random(20261121)
    _survive(house, [chance.uniform(2.0, 12.0), chance.uniform(12.0, 30.0)])
    with dg.DagsterInstance.from_config(str(house.settings.dagster_home)) as instance:
        states = {record.dagster_run.status for record in instance.get_run_records()}
    assert states <= {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}


@pytest.mark.long
def test_killing_refreshes_many_times_never_hurts_what_is_published(house: House) -> None:
    chance = random.Random(1)
    _survive(house, [chance.uniform(0.5, _LONGEST_SECONDS) for _ in range(30)])


def test_a_second_refresh_at_once_is_told_to_wait(house: House) -> None:
    house.forget_what_was_published()
    first = house.start("refresh", "--from", "bundled", "--json")
    while not is_locked(house.settings.lock_path):
        assert first.poll() is None
        time.sleep(0.02)

    second = house.run("refresh", "--from", "bundled")

    assert first.poll() is None, "the first ended too early to tell"
    os.kill(first.pid, signal.SIGKILL)
    first.communicate()
    assert second.returncode == 5
    assert second.stderr.startswith("kuntaluotsi: another refresh is running")
    assert len(second.stderr.splitlines()) == 1
