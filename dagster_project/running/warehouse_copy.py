"""A copy of the warehouse to work on: never the file that the night writes, and never in the night's way.

Copies live in numbered places under `data/dev/`. A place is held with flock while it is in use, so what a
killed process left is taken over by the next. dbt's parsed project stays: it belongs to the place's paths.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.publish.files import require_space
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.running.lock import is_locked
from dagster_project.settings import Settings

WAIT_SECONDS = 600.0
_PLACES = 9
_TRIES = 3
_LOOK_EVERY_SECONDS = 0.5
_KEPT = frozenset({"dbt", ".in_use"})

Say = Callable[[str], None]


@contextmanager
def copied_warehouse(settings: Settings, say: Say, *, wait: float = WAIT_SECONDS) -> Iterator[Settings]:
    """Settings of a data root of its own that holds a copy of the warehouse; the copy is removed at the end.

    Waits for a running refresh. Raises: PlainFailure when there is no warehouse, a refresh goes on for longer
    than `wait` seconds, or every place is taken; NoSpace.
    """
    source = settings.warehouse_path
    if not source.is_file():
        raise PlainFailure(
            f"there is no warehouse at {source}; make one with `kuntaluotsi refresh --from bundled`"
        )
    with _place(settings.data_root / "dev") as place:
        copy = settings.model_copy(update={"data_root": place})
        require_space(place, 2 * source.stat().st_size, "a copy of the warehouse")
        try:
            _copy_at_rest(settings, copy.warehouse_path, say, wait)
            yield copy
        finally:
            _clean(place)


@contextmanager
def _place(folder: Path) -> Iterator[Path]:
    """The first place that nobody is in, emptied of what a killed process left."""
    for number in range(1, _PLACES + 1):
        place = folder / str(number)
        place.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(place / ".in_use", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            continue
        try:
            _clean(place)
            yield place
        finally:
            os.close(descriptor)
        return
    raise PlainFailure(f"{_PLACES} copies of the warehouse are in use in {folder}; leave one of their shells")


def _clean(place: Path) -> None:
    for left in place.iterdir():
        if left.name in _KEPT:
            continue
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left)
        else:
            left.unlink()


def _copy_at_rest(settings: Settings, target: Path, say: Say, wait: float) -> None:
    """Copy the warehouse while nobody writes it: it is the same before and after, or it is copied again.

    Takes no lock, so that a refresh that is due does not find the warehouse occupied by a copy.
    """
    for _ in range(_TRIES):
        _wait_for_rest(settings, say, wait)
        before = _marks(settings.warehouse_path)
        for file in before:
            shutil.copyfile(file, target.with_name(target.name + file.name.removeprefix(target.name)))
        if _marks(settings.warehouse_path) == before:
            return
        for copied in target.parent.glob(f"{target.name}*"):
            copied.unlink()
    raise PlainFailure(
        f"{settings.warehouse_path} changed {_TRIES} times while it was copied; try again when it is quiet",
        ExitCode.LOCKED,
    )


def _marks(warehouse: Path) -> dict[Path, tuple[int, int]]:
    """Time of change and size of the warehouse's files: itself and its log of what is yet to be written."""
    files = (warehouse, warehouse.with_name(f"{warehouse.name}.wal"))
    return {file: (file.stat().st_mtime_ns, file.stat().st_size) for file in files if file.is_file()}


def _wait_for_rest(settings: Settings, say: Say, wait: float) -> None:
    deadline, told = time.monotonic() + wait, False
    while is_locked(settings.lock_path):
        if time.monotonic() >= deadline:
            raise PlainFailure(
                f"a refresh is running (it holds {settings.lock_path}), so the warehouse cannot be copied; "
                "try again when `kuntaluotsi status` no longer says so",
                ExitCode.LOCKED,
            )
        if not told:
            say("A refresh is running: waiting until it has finished (Ctrl-C stops waiting)")
            told = True
        time.sleep(_LOOK_EVERY_SECONDS)
