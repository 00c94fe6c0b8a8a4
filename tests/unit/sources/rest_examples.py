"""Recorded examples of REST tables, whole or with one answer replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry, find_entry
from dagster_project.sources.client import client_for
from dagster_project.sources.transport import DirectoryTransport, WebRequest, silent

RECORDED = Path(__file__).resolve().parents[2] / "recorded"
Change = Callable[[bytes], bytes]


class Spoilt(DirectoryTransport):
    """The recorded answers; those whose place holds `containing` are changed on the way."""

    def __init__(self, source: str, containing: str = "", change: Change = bytes) -> None:
        super().__init__(RECORDED / source)
        self._containing, self._change = containing, change

    def get(self, request: WebRequest) -> Answer:
        answer = super().get(request)
        if self._containing and self._containing in request.place:
            return request.answered(answer.url, self._change(answer.body))
        return answer


def read(
    table: str, containing: str = "", change: Change = bytes, areas: tuple[str, ...] | None = None
) -> Candidate:
    """The table's candidate. Raises: SourceFault."""
    entry = find_entry(table)
    assert isinstance(entry, RestEntry)
    client, transport = client_for(entry), Spoilt(entry.source, containing, change)
    return client.parse(client.fetch(entry, transport, areas=areas, listing_stamp=None, progress=silent))


def replacing(before: str, after: str) -> Change:
    """Replaces one text by another in the answer."""
    return lambda body: body.replace(before.encode(), after.encode())
