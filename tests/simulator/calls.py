"""The record of calls, and the limits that publishers set on them."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tests.simulator.wire import Reply, Request, text_reply


@dataclass(frozen=True)
class Limits:
    """How many calls a publisher answers in how many seconds, and whether it talks to nameless clients.

    `retry_after` says whether its 429 tells how long to wait.
    """

    calls: int | None = None
    seconds: float = 60.0
    retry_after: bool = False
    needs_agent: bool = False

    def scaled(self, factor: float) -> Limits:
        """The same limit in a shorter window: 40 calls in 0.6 s is StatFin's at 0.01."""
        return replace(self, seconds=self.seconds * factor)

    def with_calls(self, calls: int) -> Limits:
        return replace(self, calls=calls)


STATFIN = Limits(calls=40, seconds=60.0)
TEN_SECONDS = Limits(calls=100, seconds=10.0)
"""Verohallinto and Traficom."""
SOTKANET = Limits(needs_agent=True)


@dataclass(frozen=True)
class Call:
    """One call as it was answered. `at` is in seconds of a clock that only runs forward."""

    at: float
    host: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: bytes
    status: int
    fault: str | None

    @property
    def address(self) -> str:
        asked = "&".join(f"{k}={v}" for k, v in self.query)
        return f"{self.path}?{asked}" if asked else self.path


@dataclass
class Gate:
    """Whether a publisher answers a call at all: its window of calls slides."""

    limits: Limits
    _answered: deque[float] = field(default_factory=deque)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def turned_away(self, request: Request) -> Reply | None:
        """The refusal of a call that is one too many or comes from nobody, else None."""
        if self.limits.needs_agent and not request.headers.get("user-agent", "").strip():
            return text_reply("Forbidden", status=403)
        if self.limits.calls is None:
            return None
        now = time.monotonic()
        with self._lock:
            while self._answered and self._answered[0] <= now - self.limits.seconds:
                self._answered.popleft()
            if len(self._answered) < self.limits.calls:
                self._answered.append(now)
                return None
            wait = self._answered[0] + self.limits.seconds - now
        headers = {"Content-Type": "text/plain"}
        if self.limits.retry_after:
            headers["Retry-After"] = str(max(1, round(wait + 0.5)))
        return Reply(b"Too Many Requests", 429, headers)
