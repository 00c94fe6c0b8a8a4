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
    """`<folder>/<path><-name-value for every parameter>.<json|csv|…>`; anything else is 404.

    Links in answers that lead to `home`, the publisher's true address, lead here instead.
    """

    def __init__(self, *folders: Path, home: str = "") -> None:
        self.folders = folders
        self.home = home.rstrip("/").encode()

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
                    body = path.read_bytes()
                    if self.home and "json" in kind:
                        body = body.replace(self.home, request.base_url.encode())
                    return Reply(body, 200, {"Content-Type": kind})
        return NOT_FOUND


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", text).strip(".") or "_"
