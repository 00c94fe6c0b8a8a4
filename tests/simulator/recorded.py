"""A publisher that gives back recorded answers: one file per address, named as in the project's folders."""

from __future__ import annotations

import re
from pathlib import Path

from tests.simulator.wire import NOT_FOUND, Reply, Request

KINDS = {".json": "application/json; charset=utf-8", ".csv": "text/csv; charset=utf-8"}


class Recorded:
    """`<folder>/<path><-name-value for every parameter>.<json|csv>`; anything else is 404."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def reply(self, request: Request) -> Reply:
        tail = "".join(f"-{_plain(name)}-{_plain(value)}" for name, value in request.query)
        parts = [_plain(part) for part in request.segments]
        if not parts or ".." in parts:
            return NOT_FOUND
        for ending, kind in KINDS.items():
            path = self.folder.joinpath(*parts[:-1], f"{parts[-1]}{tail}{ending}")
            if path.is_file():
                return Reply(path.read_bytes(), 200, {"Content-Type": kind})
        return NOT_FOUND


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text)
