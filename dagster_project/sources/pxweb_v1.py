"""PxWeb's interface of version 1 over HTTP: which addresses are asked, and what its limits and lists say.

The interface: https://pxdata.stat.fi/API1.html; docs/sources/statfin.md tells what is known of Statistics
Finland's. Another version is another module with a class of the same methods.
"""

from __future__ import annotations

import json
from collections.abc import Callable

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.chunk import CELL_LIMIT, chunks, query_body
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.hosts import Host
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import Progress, WebRequest

Get = Callable[[WebRequest], Answer]


class PxWebV1:
    """One host's PxWeb for the length of a refresh: its limits and lists are asked for once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._cells: int | None = None
        self._listings: dict[str, dict[str, str]] = {}

    def cells(self, get: Get) -> int:
        """The cells to ask for at once, after the publisher has answered. Raises: SourceFault unreachable."""
        if self._cells is None:
            ours = self._host.cells or CELL_LIMIT
            try:
                answer = get(self._request("fi/", params=(("config", ""),)))
            except SourceFault as fault:
                if fault.kind == "unreachable":
                    raise
                self._cells = ours  # it answers: what is wrong shows at the tables
            else:
                self._cells = min(ours, _cells_allowed(answer.body, ours))
        return self._cells

    def metadata(self, entry: PxWebEntry, get: Get) -> Answer:
        self.cells(get)
        return get(self._request(f"{entry.language}/{entry.path}", name="metadata.json"))

    def data(
        self, entry: PxWebEntry, selection: Selection, progress: Progress, get: Get
    ) -> tuple[Answer, ...]:
        parts = list(chunks(selection.by_variable(), time=selection.first_split, limit=self.cells(get)))
        answers = []
        for number, part in enumerate(parts, start=1):
            name = "data.json" if len(parts) == 1 else f"data-{number:04}.json"
            path = f"{entry.language}/{entry.path}"
            answers.append(get(self._request(path, name=name, body=query_body(part))))
            progress("fetch", number, len(parts))
        return tuple(answers)

    def listing_stamp(self, entry: PxWebEntry, get: Get) -> str | None:
        """When the publisher last updated the table, off its folder's list; None when it does not say."""
        self.cells(get)
        folder = "/".join(part for part in (entry.language, entry.database, entry.folder) if part)
        if folder not in self._listings:
            try:
                listed = json.loads(get(self._request(folder)).body)
                self._listings[folder] = {item["id"]: item.get("updated") for item in listed}
            except (SourceFault, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                self._listings[folder] = {}  # a saving only: without a list the table itself is asked
        stamps = self._listings[folder]
        stamp = stamps.get(f"{entry.table_id}.px") or stamps.get(entry.table_id)
        return stamp if isinstance(stamp, str) and stamp and stamp.isascii() else None

    def _request(
        self,
        path: str,
        *,
        params: tuple[tuple[str, str], ...] = (),
        name: str = "",
        body: dict[str, object] | None = None,
    ) -> WebRequest:
        return WebRequest(self._host.key, path, params, name=name, body=body)


def _cells_allowed(config: bytes, ours: int) -> int:
    """The publisher's own limit of cells, ours when the answer does not say."""
    try:
        told = json.loads(config)
        return max(1, int(told.get("maxCells") or told.get("maxValues") or ours))
    except (ValueError, AttributeError, TypeError, OverflowError, RecursionError):
        return ours
