"""One HTTP client for all publishers: polite, patient, and clear about what went wrong.

Nothing that comes over the network is trusted: an answer has a largest size and a longest time, and a machine
may not send us on to just anywhere. A host that does not answer is found out once and not waited for again.
"""

from __future__ import annotations

import json
import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

import httpx
from pyrate_limiter import Limiter, Rate
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from dagster_project.sources.answer import JSON, fault_in_body
from dagster_project.sources.errors import PermanentSourceError, SourceFault, TransientSourceError
from dagster_project.sources.hosts import Host
from dagster_project.sources.http_faults import fault_of_status, followed
from dagster_project.sources.secrets import Secrets

CONNECT_SECONDS = 5.0
LONGEST_ANSWER_SECONDS = 900.0
"""An answer that is still coming after this long never ends."""
TRIES = 5
FIRST_WAIT = 1.0
"""Seconds to the second try at most; each later pause may be twice as long."""
CROWDED_WAIT = 8.0
"""The same after a refusal for too many calls: four pauses then outlast a window of a minute."""
LONGEST_WAIT = 60.0
"""Seconds between two tries, also when the publisher asks for more."""
LARGEST_BYTES = 256_000_000
"""Bytes of the largest answer read; honest ones, such as the Treasury's lists, have some tens of MB."""
AWAY_AFTER = 2
"""Questions in a row that a machine which had answered before leaves unanswered until it counts as away: one
may be a single table's fault, and a silent machine is not waited for table by table."""
DOWN_AFTER = 4
"""Questions in a row that end in a failing server or a web page until it counts as down: as many as two
tables ask. A publisher's maintenance is not sat out table by table; whoever asks next hears of it at once."""
REDIRECTS = 5
LOOPBACK = ("127.0.0.1", "::1", "localhost")
_PATH_SAFE = "/!$&'()*+,;=:@~"


@cache
def pace(name: str, calls: int, seconds: float) -> Limiter:  # noqa: ARG001 (each name has its own)
    """The process's one token bucket for the machine `name`: `calls` in `seconds`, the next one waits."""
    return Limiter(Rate(calls, round(seconds * 1000)))


@dataclass
class Ledger:
    """What was asked of one host, and where the time went (seconds)."""

    calls: int = 0
    bytes: int = 0
    paced: float = 0.0
    """Waited for the pace we keep."""
    paused: float = 0.0
    """Waited between two tries."""
    answering: float = 0.0
    """Waited for the publisher's answers."""


@dataclass(frozen=True)
class _Call:
    """One request, ready to be sent."""

    host: Host
    method: str
    url: str
    accept: str
    largest: int
    body: bytes | None = None


class PoliteClient:
    """Asks the publishers' machines in `hosts`. `contact` goes into the User-Agent when set.

    `longest_wait` bounds the pause between two tries in seconds. One client serves a whole refresh.
    """

    def __init__(
        self,
        hosts: Mapping[str, Host],
        *,
        contact: str = "",
        secrets: Secrets | None = None,
        longest_wait: float = LONGEST_WAIT,
        client: httpx.Client | None = None,
    ) -> None:
        self.hosts = hosts
        self.ledgers: dict[str, Ledger] = {}
        self._agent = f"Kuntaluotsi/0.1 ({contact})" if contact else "Kuntaluotsi/0.1"
        self._secrets = secrets or Secrets()
        self._longest_wait = longest_wait
        self._client = client or httpx.Client()
        self._answered: set[str] = set()
        self._unanswered: dict[str, int] = {}
        self._failing: dict[str, int] = {}
        self._unreachable: dict[str, SourceFault] = {}

    def close(self) -> None:
        self._client.close()

    def host(self, key: str) -> Host:
        """The host of this key. Raises: PermanentSourceError when hosts.yaml has none."""
        try:
            return self.hosts[key]
        except KeyError:
            raise PermanentSourceError(
                "drifted", f"there is no host {key!r} in sources/hosts.yaml; known: {', '.join(self.hosts)}"
            ) from None

    def url(self, host: str, path: str, params: Sequence[tuple[str, str]] = ()) -> str:
        """The address; `path` and `params` are given as they read, not percent-encoded."""
        query = "&".join(
            quote(key, safe="") + (f"={quote(value, safe='')}" if value else "") for key, value in params
        )
        base = self.host(host).base_url.rstrip("/")
        return f"{base}/{quote(path.lstrip('/'), safe=_PATH_SAFE)}" + (f"?{query}" if query else "")

    def get(
        self,
        host: str,
        path: str,
        params: Sequence[tuple[str, str]] = (),
        *,
        accept: str = JSON,
        largest_bytes: int = LARGEST_BYTES,
    ) -> bytes:
        """The answer's bytes, after as many tries as a passing fault deserves. Raises: SourceFault."""
        there = self.host(host)
        return self._patiently(_Call(there, "GET", self.url(host, path, params), accept, largest_bytes))

    def post(
        self,
        host: str,
        path: str,
        body: Mapping[str, Any],
        params: Sequence[tuple[str, str]] = (),
        *,
        accept: str = JSON,
        largest_bytes: int = LARGEST_BYTES,
    ) -> bytes:
        """The same for a question that is posted as JSON. Raises: SourceFault."""
        sent = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        there, url = self.host(host), self.url(host, path, params)
        return self._patiently(_Call(there, "POST", url, accept, largest_bytes, sent))

    def _patiently(self, call: _Call) -> bytes:
        if (fault := self._unreachable.get(call.host.key)) is not None:
            raise fault
        tries = Retrying(
            stop=stop_after_attempt(TRIES),
            wait=lambda state: self._wait(state, call.host.key),
            retry=retry_if_exception(lambda error: self._worth_another_try(error, call.host.key)),
            reraise=True,
        )
        try:
            body = tries(self._once, call)
        except TransientSourceError as fault:
            self._note_unanswered(call.host.key, fault)
            raise
        self._failing.pop(call.host.key, None)
        return body

    def _note_unanswered(self, host: str, fault: SourceFault) -> None:
        """Remember a machine that is away or down, so that whoever asks next need not wait as long."""
        if fault.kind == "unreachable":
            self._unanswered[host] = self._unanswered.get(host, 0) + 1
            if host not in self._answered or self._unanswered[host] >= AWAY_AFTER:
                self._unreachable[host] = fault
        elif fault.kind in ("server_error", "html_answer"):
            self._failing[host] = self._failing.get(host, 0) + 1
            if self._failing[host] >= DOWN_AFTER:
                self._unreachable[host] = fault

    def _worth_another_try(self, error: BaseException, host: str) -> bool:
        """A passing fault is; that a machine cannot be reached at all shows at a refresh's first call."""
        if not isinstance(error, TransientSourceError):
            return False
        return error.kind != "unreachable" or host in self._answered

    def _wait(self, state: RetryCallState, host: str) -> float:
        """Seconds to the next try: what the publisher asks for, else twice as long each time, with jitter."""
        fault = state.outcome.exception() if state.outcome else None
        asked = fault.retry_after if isinstance(fault, SourceFault) else None
        if asked is None:
            crowded = isinstance(fault, SourceFault) and fault.kind in ("rate_limited", "refused")
            longest = (CROWDED_WAIT if crowded else FIRST_WAIT) * 2 ** (state.attempt_number - 1)
            asked = min(longest, self._longest_wait) * random.uniform(0.5, 1.0)
        wait = min(asked, self._longest_wait)
        self._ledger(host).paused += wait
        return wait

    def _ledger(self, host: str) -> Ledger:
        return self.ledgers.setdefault(host, Ledger())

    def _once(self, call: _Call) -> bytes:
        method, url, sent = call.method, call.url, call.body
        for _ in range(REDIRECTS + 1):
            status, headers, body = self._exchange(call, method, url, sent)
            self._answered.add(call.host.key)
            self._unanswered.pop(call.host.key, None)
            if status not in (301, 302, 303, 307, 308):
                break
            url = followed(call.host, url, headers.get("Location", ""))
            method, sent = ("GET", None) if status == 303 else (method, sent)
        else:
            raise PermanentSourceError("redirected", f"{call.url}: sent on more than {REDIRECTS} times")
        if fault := fault_of_status(call.host, call.method, call.url, status, headers, body):
            raise fault
        if fault := fault_in_body(body, call.url, transient=True, accept=call.accept):
            raise fault
        return body

    def _exchange(
        self, call: _Call, method: str, url: str, sent: bytes | None
    ) -> tuple[int, httpx.Headers, bytes]:
        """Status, headers and body of one exchange, within the host's pace, the size and the time allowed."""
        host, ledger = call.host, self._ledger(call.host.key)
        before = time.monotonic()
        pace(host.name, host.calls, host.seconds).try_acquire(host.key)
        started = time.monotonic()
        ledger.paced += started - before
        ledger.calls += 1
        try:
            with self._client.stream(
                method,
                url,
                content=sent,
                headers=self._headers(call, url, posted=sent is not None),
                timeout=httpx.Timeout(host.answer_seconds, connect=CONNECT_SECONDS),
                follow_redirects=False,
            ) as response:
                body = _read(response, call, started)
        except httpx.TimeoutException as error:
            raise TransientSourceError(
                "unreachable", f"{url}: no answer in time ({type(error).__name__})"
            ) from error
        except httpx.DecodingError as error:
            raise TransientSourceError("truncated", f"{url}: cannot be unpacked ({error})") from error
        except httpx.RemoteProtocolError as error:
            raise TransientSourceError("truncated", f"{url}: the answer breaks off ({error})") from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise TransientSourceError("unreachable", f"{url}: {error or type(error).__name__}") from error
        finally:
            ledger.answering += time.monotonic() - started
        ledger.bytes += len(body)
        return response.status_code, response.headers, body

    def _headers(self, call: _Call, url: str, *, posted: bool) -> dict[str, str]:
        """No other packing than gzip: each piece that comes unpacks to at most a thousand times its size."""
        headers = {"User-Agent": self._agent, "Accept": call.accept, "Accept-Encoding": "gzip"}
        if posted:
            headers["Content-Type"] = "application/json"
        there = httpx.URL(url)
        if call.host.token and there.netloc.decode() == call.host.name:
            if there.scheme != "https" and there.host not in LOOPBACK:
                raise PermanentSourceError("refused", f"{url}: a secret is sent over HTTPS only")
            headers["Authorization"] = f"Bearer {self._secrets.reveal(call.host.token)}"
        return headers


def _read(response: httpx.Response, call: _Call, started: float) -> bytes:
    """The body, never more of it than allowed; of an answer that is no good only its beginning."""
    parts, size = [], 0
    largest = call.largest if response.status_code == 200 else 2_000
    for part in response.iter_bytes(65_536):
        size += len(part)
        if size > largest:
            if response.status_code != 200:
                break
            raise PermanentSourceError(
                "too_large", f"{call.url}: the answer is larger than the {largest:_} bytes expected at most"
            )
        if time.monotonic() - started > LONGEST_ANSWER_SECONDS:
            raise TransientSourceError(
                "unreachable", f"{call.url}: the answer had not ended after {LONGEST_ANSWER_SECONDS:.0f} s"
            )
        parts.append(part)
    return b"".join(parts)
