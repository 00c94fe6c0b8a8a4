"""A publisher that gives back recorded answers: one file per address, named as in the project's folders."""

from __future__ import annotations

import re
from pathlib import Path

from tests.simulator.wire import NOT_FOUND, Reply, Request

KINDS = {
    ".json": "application/json; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".bin": "application/octet-stream",
}
LONGEST_NAME = 180


class Recorded:
    """`<folder>/<path><-name-value for every parameter>.<json|csv|…>`; anything else is 404."""

    def __init__(self, *folders: Path) -> None:
        self.folders = folders

    def reply(self, request: Request) -> Reply:
        tail = "".join(f"-{_plain(name)}-{_plain(value)}" for name, value in request.query)
        parts = [_plain(part) for part in request.segments]
        if not parts:
            return NOT_FOUND
        name = parts.pop() + tail
        for folder in self.folders:
            for ending, kind in KINDS.items():
                directory = folder.joinpath(*parts)
                path = directory / f"{name}{ending}"
                if len(name) > LONGEST_NAME:  # cut short there, with a digest we cannot know
                    path = next(directory.glob(f"{name[:LONGEST_NAME]}-*{ending}"), path)
                if path.is_file():
                    return Reply(path.read_bytes(), 200, {"Content-Type": kind})
        return NOT_FOUND


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).strip(".") or "_"
