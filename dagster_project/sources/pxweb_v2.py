"""PxWeb's interface of version 2 over HTTP, for the day StatFin moves: same tables, other addresses.

Chosen by `contract: pxweb-v2` of a host. Ids are unique in the whole interface, so database and folder are in
no address; every table tells its own stamp; limits stand in `/config`. The interface:
https://github.com/statisticssweden/PxApiSpecs; what of it was seen: docs/sources/simulator.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.chunk import CELL_LIMIT, chunks
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.hosts import Host
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import Progress, WebRequest

Get = Callable[[WebRequest], Answer]


class PxWebV2:
    """One host's PxWeb for the length of a refresh; its limit of cells is asked for once."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._cells: int | None = None

    def cells(self, get: Get) -> int:
        """The cells to ask for at once, after the publisher has answered. Raises: SourceFault unreachable."""
        if self._cells is None:
            ours = self._host.cells or CELL_LIMIT
            try:
                answer = get(WebRequest(self._host.key, "config"))
            except SourceFault as fault:
                if fault.kind == "unreachable":
                    raise
                self._cells = ours  # it answers: what is wrong shows at the tables
            else:
                self._cells = min(ours, _cells_allowed(answer.body, ours))
        return self._cells

    def metadata(self, entry: PxWebEntry, get: Get) -> Answer:
        self.cells(get)
        return get(self._request(entry, "metadata", name="metadata.json"))

    def data(
        self, entry: PxWebEntry, selection: Selection, progress: Progress, get: Get
    ) -> tuple[Answer, ...]:
        parts = list(chunks(selection.by_variable(), time=selection.first_split, limit=self.cells(get)))
        answers = []
        for number, part in enumerate(parts, start=1):
            name = "data.json" if len(parts) == 1 else f"data-{number:04}.json"
            answers.append(get(self._request(entry, "data", name=name, body=query_body(part))))
            progress("fetch", number, len(parts))
        return tuple(answers)

    def listing_stamp(self, entry: PxWebEntry, get: Get) -> str | None:
        """When the publisher last updated the table, off its place in the list of tables; None without one.

        The list itself comes in pages of twenty (4 246 tables at Statistics Sweden): one table's place in it
        is cheaper to ask for.
        """
        self.cells(get)
        try:
            told = json.loads(get(self._request(entry)).body)
            stamp = told.get("updated")
        except (SourceFault, ValueError, AttributeError, RecursionError):
            return None  # a saving only: without a stamp the table itself is asked
        return stamp if isinstance(stamp, str) and stamp and stamp.isascii() else None

    def _request(
        self, entry: PxWebEntry, part: str = "", *, name: str = "", body: Mapping[str, Any] | None = None
    ) -> WebRequest:
        path = f"tables/{entry.table_id}/{part}".rstrip("/")
        params = [("lang", entry.language)]
        if body is not None:
            params.append(("outputFormat", "json-stat2"))
        return WebRequest(self._host.key, path, tuple(params), name=name, body=body)


def query_body(selected: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    """The POST body that asks for exactly these values (variable code to value codes)."""
    return {
        "selection": [{"variableCode": code, "valueCodes": list(values)} for code, values in selected.items()]
    }


def _cells_allowed(config: bytes, ours: int) -> int:
    """The publisher's own limit of cells, ours when the answer does not say."""
    try:
        told = json.loads(config)["maxDataCells"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ours
    return told if isinstance(told, int) and told > 0 else ours
