"""Log files under data/logs: which one, rotated by size, removed by age."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from pathlib import Path

_LARGEST = 10_000_000
_KEPT = 5


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
