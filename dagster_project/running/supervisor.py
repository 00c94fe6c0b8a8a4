"""Keeping the house's processes up in the foreground, and leaving none behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from dagster_project.running.logs import rotate
from dagster_project.running.tethered import PARENT

_TETHER = Path(__file__).with_name("tethered.py")
_STOP_SECONDS = 10.0
_LONGEST_PAUSE = 60.0
_STEADY_SECONDS = 60.0
"""A process that stayed up this long starts its backoff anew."""


@dataclass(frozen=True)
class Program:
    """One process to keep up: its name in messages, its command, environment, folder and log."""

    name: str
    command: Sequence[str]
    environment: dict[str, str]
    folder: Path
    log: Path


def start(program: Program) -> subprocess.Popen[bytes]:
    """The running process: in a group of its own, output to its log, told to stop when this one dies."""
    program.log.parent.mkdir(parents=True, exist_ok=True)
    rotate(program.log)
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(_TETHER), "SIGTERM", *program.command],
            env={**os.environ, **program.environment, PARENT: str(os.getpid())},
            cwd=program.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def stop(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """End processes with everything they started: asked first, killed after ten seconds."""
    for process in processes:
        _signal_group(process, signal.SIGTERM)
    deadline = time.monotonic() + _STOP_SECONDS
    while time.monotonic() < deadline and any(_group_lives(process) for process in processes):
        time.sleep(0.05)
    for process in processes:
        _signal_group(process, signal.SIGKILL)
        process.wait()


@dataclass
class Keeper:
    """Starts programs, starts a dead one again after a pause that doubles to a minute, stops them all."""

    say: Callable[[str], None]
    _kept: list[_Kept] = field(default_factory=list)
    _stopping: bool = False

    def add(self, program: Program) -> None:
        """Start a program and keep it up from now on."""
        self._kept.append(_Kept(program, start(program), time.monotonic()))

    def watch(self, every: float = 0.3, meanwhile: Callable[[], None] = lambda: None) -> None:
        """Keep everything up until a stop signal arrives; `meanwhile` is called at every look."""
        while not self._stopping:
            self.look()
            meanwhile()
            time.sleep(every)

    def look(self) -> None:
        """Start again what has died and whose pause is over; returns at once."""
        for kept in self._kept:
            self._look_at(kept)

    def stop_on_signals(self) -> None:
        """Let Ctrl-C, SIGTERM and a closed terminal end `watch`; the last one not under `nohup`."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue
            signal.signal(number, self._stop)

    @property
    def stopping(self) -> bool:
        """True once a stop signal has arrived."""
        return self._stopping

    def close(self) -> None:
        """Stop every program."""
        stop([kept.process for kept in self._kept])

    def _stop(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._stopping = True

    def _look_at(self, kept: _Kept) -> None:
        now = time.monotonic()
        code = kept.process.poll()
        if code is None:
            rotate(kept.program.log)
            return
        if kept.next_start is None:
            if now - kept.started > _STEADY_SECONDS:
                kept.pause = 1.0
            stop([kept.process])
            self.say(
                f"{kept.program.name} stopped (exit code {code}); see {kept.program.log};"
                f" starting it again in {kept.pause:.0f} s"
            )
            kept.next_start = now + kept.pause
            kept.pause = min(kept.pause * 2, _LONGEST_PAUSE)
        elif now >= kept.next_start:
            kept.process, kept.started, kept.next_start = start(kept.program), now, None


@dataclass
class _Kept:
    program: Program
    process: subprocess.Popen[bytes]
    started: float
    pause: float = 1.0
    next_start: float | None = None


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    try:
        os.killpg(process.pid, number)
    except (ProcessLookupError, PermissionError):
        return


def _group_lives(process: subprocess.Popen[bytes]) -> bool:
    process.poll()
    try:
        os.killpg(process.pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
