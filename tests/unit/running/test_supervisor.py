"""The supervisor starts a dead process again and leaves none behind, however it ends itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from dagster_project.running import supervisor
from dagster_project.running.supervisor import Keeper, Program, start, stop

_PATIENCE = 15.0


def _program(tmp_path: Path, script: str, name: str = "sleeper") -> Program:
    return Program(name, ("/bin/sh", "-c", script), {}, tmp_path, tmp_path / f"{name}.log")


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_dead_process_is_started_again_and_its_log_is_named(tmp_path: Path) -> None:
    said: list[str] = []
    keeper = Keeper(say=said.append)
    keeper.add(_program(tmp_path, "echo x >> starts; exit 3"))
    starts = tmp_path / "starts"
    try:
        deadline = time.monotonic() + _PATIENCE
        while not (starts.exists() and len(starts.read_text().split()) >= 2):
            assert time.monotonic() < deadline
            keeper.look()
            time.sleep(0.02)
    finally:
        keeper.close()

    assert said[0] == (
        f"sleeper stopped (exit code 3); see {tmp_path / 'sleeper.log'}; starting it again in 1 s"
    )


def test_the_pause_before_a_restart_doubles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr(supervisor.time, "monotonic", lambda: clock[0])
    monkeypatch.setattr(supervisor, "stop", lambda _: None)
    said: list[str] = []
    keeper = Keeper(say=said.append)
    keeper.add(_program(tmp_path, "exit 1"))
    for _ in range(8):
        keeper._kept[0].process.wait()
        keeper.look()
        clock[0] += keeper._kept[0].pause
        keeper.look()

    pauses = [int(line.rsplit(" ", 2)[1]) for line in said]
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]


def test_stopping_ends_what_the_processes_started_too(tmp_path: Path) -> None:
    process = start(_program(tmp_path, "sleep 300 & echo $! > child; wait"))
    _wait_until(lambda: (tmp_path / "child").exists() and (tmp_path / "child").read_text().strip() != "")
    child = int((tmp_path / "child").read_text())

    stop([process])

    assert process.poll() is not None
    assert not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE


def test_a_process_stops_when_asked_also_below_one_that_ignores_it(tmp_path: Path) -> None:
    before = signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        process = start(_program(tmp_path, "echo up; exec sleep 300"))
    finally:
        signal.signal(signal.SIGTERM, before)
    _wait_until(lambda: "up" in (tmp_path / "sleeper.log").read_text())

    stop([process])

    assert process.returncode == -signal.SIGTERM


def test_a_closed_terminal_ends_watching_unless_it_was_to_be_ignored() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        Keeper(say=lambda _: None).stop_on_signals()
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        signal.signal(signal.SIGHUP, signal.SIG_DFL)
        keeper = Keeper(say=lambda _: None)
        keeper.stop_on_signals()
        os.kill(os.getpid(), signal.SIGHUP)
        assert keeper.stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def test_a_process_that_ignores_being_asked_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervisor, "_STOP_SECONDS", 0.3)
    process = start(_program(tmp_path, "trap '' TERM; echo up; while true; do sleep 0.1; done"))
    _wait_until(lambda: "up" in (tmp_path / "sleeper.log").read_text())

    stop([process])

    assert process.returncode == -signal.SIGKILL


def test_killing_the_supervisor_ends_its_processes(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path\n"
        "from dagster_project.running.supervisor import Program, start\n"
        "import time\n"
        f"folder = Path({str(tmp_path)!r})\n"
        "p = start(Program('s', ('/bin/sleep', '300'), {}, folder, folder / 's.log'))\n"
        "time.sleep(0.5); print(p.pid, flush=True); time.sleep(300)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait()

    _wait_until(
        lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    )


def test_a_signal_ends_watching() -> None:
    keeper = Keeper(say=lambda _: None)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        keeper.stop_on_signals()
        keeper.watch(every=0.01, meanwhile=lambda: os.kill(os.getpid(), signal.SIGTERM))
        assert keeper.stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
