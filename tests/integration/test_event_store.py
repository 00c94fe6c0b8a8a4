"""Dagster's event store of the house keeps its databases open and loses nothing by it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from dagster_project.running.instance import prepare_home
from dagster_project.settings import Settings

JOB = """
import os, sys, time
import dagster as dg

@dg.op
def count():
    for number in range(300 if sys.argv[2] == "slowly" else 3):
        dg.OpExecutionContext.get().log.info(f"line {number}")
        time.sleep(0.2 if sys.argv[2] == "slowly" else 0)
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), 9)

@dg.job(executor_def=dg.in_process_executor)
def counting():
    count()

with dg.DagsterInstance.from_config(sys.argv[1]) as instance:
    counting.execute_in_process(instance=instance)
"""
LINES = {"line 0", "line 1", "line 2"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A DAGSTER_HOME of the house without any run."""
    return prepare_home(Settings(profile="test", data_root=tmp_path))


@pytest.fixture
def instance(home: Path) -> Iterator[dg.DagsterInstance]:
    """The instance as the web server holds it."""
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def _run(home: Path, how: str) -> int:
    return subprocess.run([sys.executable, "-c", JOB, str(home), how], capture_output=True).returncode


def _messages(instance: dg.DagsterInstance, run_id: str) -> set[str]:
    return {entry.user_message for entry in instance.all_logs(run_id)}


def _eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_the_store_is_the_one_that_dagster_yaml_names(instance: dg.DagsterInstance) -> None:
    assert type(instance.event_log_storage).__name__ == "KeptEventStore"


def test_events_of_a_killed_run_are_all_there(home: Path, instance: dg.DagsterInstance) -> None:
    assert _run(home, "killed") == -signal.SIGKILL

    (run,) = instance.get_runs()
    assert run.status is dg.DagsterRunStatus.STARTED
    assert _messages(instance, run.run_id) >= LINES


def test_dagsters_own_store_reads_what_was_stored(home: Path) -> None:
    assert _run(home, "to its end") == 0
    assert not list((home / "history" / "runs").glob("*-wal")), "the logs are folded in at the end"

    (home / "dagster.yaml").unlink()
    with dg.DagsterInstance.from_config(str(home)) as plain:
        assert type(plain.event_log_storage).__name__ == "SqliteEventLogStorage"
        (run,) = plain.get_runs()
        assert _messages(plain, run.run_id) >= LINES


def test_more_runs_than_are_kept_open_can_be_read(home: Path, instance: dg.DagsterInstance) -> None:
    @dg.job
    def nothing() -> None:
        pass

    runs = [nothing.execute_in_process(instance=instance).run_id for _ in range(12)]

    assert all(_messages(instance, run_id) for run_id in [*runs, *reversed(runs)])
    opened = {file.path for file in psutil.Process().open_files() if file.path.endswith(".db")}
    assert 1 < len([path for path in opened if Path(path).parent == home / "history" / "runs"]) <= 8


def test_a_reader_is_told_of_events_while_the_run_goes_on(home: Path, instance: dg.DagsterInstance) -> None:
    command = [sys.executable, "-c", JOB, str(home), "slowly"]
    writer = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _eventually(lambda: bool(instance.get_runs()))
        seen: list[str] = []
        run_id = instance.get_runs()[0].run_id
        instance.watch_event_logs(run_id, None, lambda entry, _: seen.append(entry.user_message))
        _eventually(lambda: set(seen) >= LINES)
        assert writer.poll() is None
    finally:
        writer.kill()
        writer.wait()
