"""PxWeb's interface of version 1 over HTTP: which addresses are asked, and what its limits and lists say.

The interface: https://pxdata.stat.fi/API1.html; docs/sources/statfin.md tells what is known of Statistics
Finland's. Another version is another module with a class of the same methods.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.chunk import CELL_LIMIT, chunks, query_body
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.hosts import Host
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import Progress, WebRequest

Get = Callable[[WebRequest], Answer]


class PxWebV1:
    """One host's PxWeb for the length of a refresh: its limits and lists are asked for once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._cells: int | None = None
        self._listings: dict[str, list[dict[str, str]]] = {}

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
        return get(self._request(self._path(entry, get), name="metadata.json"))

    def data(
        self, entry: PxWebEntry, selection: Selection, progress: Progress, get: Get
    ) -> tuple[Answer, ...]:
        parts = list(chunks(selection.by_variable(), time=selection.first_split, limit=self.cells(get)))
        answers, path = [], self._path(entry, get)
        for number, part in enumerate(parts, start=1):
            name = "data.json" if len(parts) == 1 else f"data-{number:04}.json"
            answers.append(get(self._request(path, name=name, body=query_body(part))))
            progress("fetch", number, len(parts))
        return tuple(answers)

    def listing_stamp(self, entry: PxWebEntry, get: Get) -> str | None:
        """When the publisher last updated the table, off its folder's list; None when it does not say."""
        self.cells(get)
        ids = (f"{entry.table_id}.px", entry.table_id)
        for item in self._listed(entry, get):
            if item["id"] in ids or _is_called(item, entry):
                stamp = item.get("updated")
                return stamp if isinstance(stamp, str) and stamp and stamp.isascii() else None
        return None

    def _path(self, entry: PxWebEntry, get: Get) -> str:
        """Where the table is asked for. Raises: PermanentSourceError when its title is not listed."""
        if entry.listed_as is None:
            return f"{entry.language}/{entry.path}"
        listed = self._listed(entry, get)
        found = [item["id"] for item in listed if _is_called(item, entry)]
        if len(found) != 1 or re.fullmatch(r"[\w.-]+", found[0]) is None:
            titles = "; ".join(str(item.get("text"))[:90] for item in listed[:8]) or "nothing"
            raise PermanentSourceError(
                "wrong_table",
                f"{entry.qualified_name}: {len(found)} tables in {entry.database}/{entry.folder} are titled "
                f"{entry.listed_as!r}; listed there: {titles}. Mend listed_as in sources/catalogue",
            )
        return "/".join(part for part in (entry.language, entry.database, entry.folder, found[0]) if part)

    def _listed(self, entry: PxWebEntry, get: Get) -> list[dict[str, str]]:
        """The folder's list, empty when the publisher has none that can be read."""
        folder = "/".join(part for part in (entry.language, entry.database, entry.folder) if part)
        if folder not in self._listings:
            try:
                listed = json.loads(get(self._request(folder)).body)
                self._listings[folder] = [item for item in listed if isinstance(item["id"], str)]
            except (SourceFault, ValueError, TypeError, KeyError, AttributeError, RecursionError):
                self._listings[folder] = []  # a saving mostly: without a list the table itself is asked
        return self._listings[folder]

    def _request(
        self,
        path: str,
        *,
        params: tuple[tuple[str, str], ...] = (),
        name: str = "",
        body: dict[str, object] | None = None,
    ) -> WebRequest:
        return WebRequest(self._host.key, path, params, name=name, body=body)


def _is_called(item: dict[str, str], entry: PxWebEntry) -> bool:
    return entry.listed_as is not None and re.fullmatch(entry.listed_as, str(item.get("text"))) is not None


def _cells_allowed(config: bytes, ours: int) -> int:
    """The publisher's own limit of cells, ours when the answer does not say."""
    try:
        told = json.loads(config)
        return max(1, int(told.get("maxCells") or told.get("maxValues") or ours))
    except (ValueError, AttributeError, TypeError, OverflowError, RecursionError):
        return ours
