"""The transport that asks the publishers themselves; one serves a whole refresh and remembers answers."""

from __future__ import annotations

import copy
from collections.abc import Callable

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.hosts import Host
from dagster_project.sources.http import PoliteClient
from dagster_project.sources.pxweb_v1 import PxWebV1
from dagster_project.sources.pxweb_v2 import PxWebV2
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import KeptAnswers, Progress, WebRequest

DIALECTS: dict[str, Callable[[Host], PxWebV1 | PxWebV2]] = {"pxweb-v1": PxWebV1, "pxweb-v2": PxWebV2}
"""Versions of PxWeb's interface by the `contract` of a host. A new one is a module and a line here."""


class LiveTransport:
    """Answers over HTTPS through one polite client; `first_year` spares the publishers earlier periods."""

    origin = "live"

    def __init__(self, client: PoliteClient, *, first_year: int | None = None) -> None:
        self.client = client
        self.first_year = first_year
        self._dialects: dict[str, PxWebV1 | PxWebV2] = {}
        self._shared: dict[str, Answer] = {}
        self._kept: KeptAnswers | None = None

    def get(self, request: WebRequest) -> Answer:
        if request.digest in self._shared:
            return self._shared[request.digest]
        url = self.client.url(request.host, request.path, request.params)
        body = self._kept.read(request) if self._kept is not None else None
        if body is None:
            body = self._asked(request)
            if self._kept is not None:
                self._kept.write(request, body)
        answer = request.answered(url, body)
        if request.shared:
            self._shared[request.digest] = answer
        return answer

    def resumed(self, kept: KeptAnswers) -> LiveTransport:
        same = copy.copy(self)
        same._kept = kept
        return same

    def metadata(self, entry: PxWebEntry) -> Answer:
        return self._dialect(entry).metadata(entry, self.get)

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        return self._dialect(entry).data(entry, selection, progress, self.get)

    def listing_stamp(self, entry: PxWebEntry) -> str | None:
        return self._dialect(entry).listing_stamp(entry, self.get)

    def _asked(self, request: WebRequest) -> bytes:
        how = {"accept": request.accept, "largest_bytes": request.largest}
        if request.body is None:
            return self.client.get(request.host, request.path, request.params, **how)
        return self.client.post(request.host, request.path, request.body, request.params, **how)

    def _dialect(self, entry: PxWebEntry) -> PxWebV1 | PxWebV2:
        if entry.host not in self._dialects:
            host = self.client.host(entry.host)
            if host.contract not in DIALECTS:
                raise PermanentSourceError(
                    "drifted", f"{entry.qualified_name}: host {host.key!r} speaks {host.contract}, not PxWeb"
                )
            self._dialects[entry.host] = DIALECTS[host.contract](host)
        return self._dialects[entry.host]
