"""Log files under data/logs: which one, rotated by size, removed by age."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

KEPT_DAYS = 90
_LARGEST = 10_000_000
_KEPT = 5


@contextmanager
def refresh_log(directory: Path, now: datetime) -> Iterator[logging.Logger]:
    """A logger that writes to `refresh.log` in the directory; logs older than 90 days are removed first."""
    directory.mkdir(parents=True, exist_ok=True)
    remove_older_than(directory, KEPT_DAYS, now)
    file = directory / "refresh.log"
    rotate(file)
    handler = logging.FileHandler(file, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(message)s"))
    logger = logging.getLogger("kuntaluotsi.refresh")
    logger.setLevel(logging.INFO)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield logger
    finally:
        logger.removeHandler(handler)
        handler.close()


def rotate(path: Path) -> None:
    """Start `path` afresh when it has grown past 10 MB, keeping five earlier ones as `.1` … `.5`.

    The file is copied and emptied, so a process that appends to it goes on appending.
    """
    if not path.exists() or path.stat().st_size <= _LARGEST:
        return
    for number in range(_KEPT - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    shutil.copyfile(path, path.with_name(f"{path.name}.1"))
    with path.open("r+b") as stream:
        stream.truncate(0)


def remove_older_than(directory: Path, days: int, now: datetime) -> int:
    """Delete log files not written to for `days`; how many."""
    limit = (now - timedelta(days=days)).timestamp()
    old = [file for file in directory.glob("*.log*") if file.is_file() and file.stat().st_mtime < limit]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
