"""One refresh at a time: a kernel lock that dies with the processes that hold it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.running.exits import ExitCode, PlainFailure

_GRACE_SECONDS = 2.0
"""How long to wait for a lock before calling it taken: a killed refresh's children need a moment to die."""

_held: set[Path] = set()


@contextmanager
def refresh_lock(path: Path) -> Iterator[None]:
    """Hold the refresh lock; entering again in the same process is free.

    The lock becomes this process's standard input while it is held: that is the one descriptor every child
    inherits however it is started, so a dbt that outlives a killed refresh keeps the next one out of the
    warehouse. A refresh reads nothing from its standard input.
    Raises: PlainFailure (LOCKED) when another process has it.
    """
    path = path.resolve()
    if path in _held:
        yield
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _take(descriptor, path)
        with _as_standard_input(descriptor):
            _held.add(path)
            try:
                yield
            finally:
                _held.discard(path)
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """True while some process holds the lock."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _take(descriptor: int, path: Path) -> None:
    deadline = time.monotonic() + _GRACE_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise PlainFailure(
                    f"another refresh is running (it holds {path}); wait until it has finished",
                    ExitCode.LOCKED,
                ) from None
            time.sleep(0.1)


@contextmanager
def _as_standard_input(descriptor: int) -> Iterator[None]:
    try:
        before = os.dup(0)
    except OSError:
        before = os.open(os.devnull, os.O_RDONLY)
    os.dup2(descriptor, 0)
    try:
        yield
    finally:
        os.dup2(before, 0)
        os.close(before)
