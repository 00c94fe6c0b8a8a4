"""PxWeb over HTTPS: polite, patient, and clear about what went wrong.

One transport serves a whole refresh: it asks whether the publisher answers at all before anything else,
and when not, says so at once for every table instead of waiting for each.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any

import httpx
from pyrate_limiter import Duration, Limiter, Rate
from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    wait_random_exponential,
)

from dagster_project.sources.answer import Answer, fault_in_body
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.chunk import CELL_LIMIT, chunks, query_body
from dagster_project.sources.errors import PermanentSourceError, SourceFault, TransientSourceError
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import Progress

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 90.0
TRIES = 5
LONGEST_WAIT = 60.0
"""Seconds between two tries, also when the publisher asks for more."""
CALLS_PER_MINUTE = 35
"""StatFin allows 40 calls in 60 seconds to one address, which a municipality may share."""


@cache
def polite_limiter(calls: int = CALLS_PER_MINUTE) -> Limiter:
    """The process's one limiter for this pace: it lets `calls` calls a minute through, the next waits."""
    return Limiter(Rate(calls, Duration.MINUTE))


class HttpTransport:
    """The publisher's PxWeb interface at `base_url` (`https://…/api/v1`).

    `contact` goes into the User-Agent when set; `first_year` spares the publisher earlier periods;
    `longest_wait` bounds the pause between two tries in seconds.
    """

    origin = "live"

    def __init__(
        self,
        base_url: str,
        *,
        contact: str = "",
        first_year: int | None = None,
        limiter: Limiter | None = None,
        longest_wait: float = LONGEST_WAIT,
        client: httpx.Client | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.first_year = first_year
        agent = f"Kuntaluotsi/0.1 ({contact})" if contact else "Kuntaluotsi/0.1"
        self._client = client or httpx.Client(
            timeout=httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS),
            headers={"User-Agent": agent, "Accept": "application/json"},
            follow_redirects=True,
        )
        self._limiter = limiter or polite_limiter()
        self._longest_wait = longest_wait
        self._cell_limit: int | None = None
        self._unreachable: SourceFault | None = None
        self._listings: dict[str, dict[str, str]] = {}

    def close(self) -> None:
        self._client.close()

    def check_reachable(self) -> int:
        """The cells to ask for at once, after the publisher has answered.

        One short try; the outcome is remembered. Raises: TransientSourceError unreachable.
        """
        if self._unreachable is not None:
            raise self._unreachable
        if self._cell_limit is None:
            try:
                answer = self._once("GET", f"{self.base_url}/fi/?config")
            except SourceFault as fault:
                if fault.kind == "unreachable":
                    self._unreachable = fault
                    raise
                self._cell_limit = CELL_LIMIT  # it answers: what is wrong shows at the tables
            else:
                self._cell_limit = min(CELL_LIMIT, _cells_allowed(answer))
        return self._cell_limit

    def metadata(self, entry: CatalogueEntry) -> Answer:
        self.check_reachable()
        url = self._table_url(entry)
        return Answer(name="metadata.json", url=url, body=self._patiently("GET", url))

    def data(self, entry: CatalogueEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        limit = self.check_reachable()
        url = self._table_url(entry)
        parts = list(chunks(selection.by_variable(), time=selection.roles["time"].code, limit=limit))
        answers = []
        for number, part in enumerate(parts, start=1):
            query = query_body(part)
            name = "data.json" if len(parts) == 1 else f"data-{number:04}.json"
            answers.append(Answer(name=name, url=url, body=self._patiently("POST", url, query), query=query))
            progress("fetch", number, len(parts))
        return tuple(answers)

    def listing_stamp(self, entry: CatalogueEntry) -> str | None:
        """When the publisher last updated the table, off its folder's list; None when it does not say."""
        self.check_reachable()
        folder = f"{self.base_url}/{entry.language}/{entry.database}/{entry.folder}"
        if folder not in self._listings:
            try:
                listed = json.loads(self._patiently("GET", folder))
                self._listings[folder] = {item["id"]: item.get("updated") for item in listed}
            except (SourceFault, ValueError, TypeError, KeyError):
                self._listings[folder] = {}  # a saving only: without a list the table itself is asked
        stamps = self._listings[folder]
        return stamps.get(f"{entry.table_id}.px") or stamps.get(entry.table_id)

    def _table_url(self, entry: CatalogueEntry) -> str:
        return f"{self.base_url}/{entry.language}/{entry.path}"

    def _patiently(self, method: str, url: str, query: dict[str, Any] | None = None) -> bytes:
        """The answer's bytes, after as many tries as a passing fault deserves. Raises: SourceFault."""
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=self._wait,
            retry=retry_if_exception_type(TransientSourceError),
            reraise=True,
        )
        try:
            return tries(self._once, method, url, query)
        except TransientSourceError as fault:
            if fault.kind == "unreachable":
                self._unreachable = fault  # the tables after this one need not wait as long
            raise

    def _wait(self, state: RetryCallState) -> float:
        """Seconds to the next try: what the publisher asks for, else longer each time, with jitter."""
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after if isinstance(fault, SourceFault) else None
        if asked is not None:
            return min(asked, self._longest_wait)
        return wait_random_exponential(multiplier=1.0, max=self._longest_wait)(state)

    def _once(self, method: str, url: str, query: dict[str, Any] | None = None) -> bytes:
        self._limiter.try_acquire("pxweb")
        try:
            response = self._client.request(method, url, json=query)
        except httpx.TimeoutException as error:
            raise TransientSourceError(
                "unreachable", f"{url}: no answer in time ({type(error).__name__})"
            ) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TransientSourceError("unreachable", f"{url}: {error or type(error).__name__}") from error
        if fault := _fault_of_status(response, url):
            raise fault
        if fault := fault_in_body(response.content, url, transient=True):
            raise fault
        return response.content


def _fault_of_status(response: httpx.Response, url: str) -> SourceFault | None:
    """The fault an HTTP status stands for, None when the answer is good.

    PxWeb answers 400 for tables and folders it does not know, 403 or 413 for too many cells, 429 for too
    many calls (docs/sources/statfin.md).
    """
    status = response.status_code
    if status == 200:
        return None
    if status == 429:
        return TransientSourceError(
            "rate_limited", f"{url}: too many calls (429)", retry_after=_retry_after(response)
        )
    if status == 403:
        return TransientSourceError(
            "refused", f"{url}: refused (403): too many cells at once, or not allowed"
        )
    if status == 413:
        return PermanentSourceError("too_many_cells", f"{url}: too many cells at once (413)")
    if status >= 500:
        return TransientSourceError(
            "server_error",
            f"{url}: the publisher's server fails ({status})",
            retry_after=_retry_after(response),
        )
    if response.request.method == "GET" and status in (400, 404):
        return PermanentSourceError(
            "wrong_table",
            f"{url}: the publisher knows no such table ({status}). Ids became four characters in June 2026 "
            "(11re.px); look the table up in the publisher's database and mend sources/catalogue",
        )
    return PermanentSourceError(
        "drifted",
        f"{url}: the query was refused ({status}): {response.text[:200].strip() or 'no reason given'}",
    )


def _retry_after(response: httpx.Response) -> float | None:
    """Seconds from now in the Retry-After header, which is a number or a date; None without one."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return None


def _cells_allowed(config: bytes) -> int:
    """The publisher's own limit of cells, `CELL_LIMIT` when the answer does not say."""
    try:
        told = json.loads(config)
        return int(told.get("maxCells") or told.get("maxValues") or CELL_LIMIT)
    except (ValueError, AttributeError, TypeError):
        return CELL_LIMIT
