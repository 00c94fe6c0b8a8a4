"""What passes between a client and a publisher: the request as it came, and the reply with its manner."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

Manner = Literal["whole", "silent", "reset", "hang_up", "drip", "endless", "bomb"]
"""How the bytes leave: `hang_up` closes before all have gone, `bomb` unpacks to far more than it weighs."""


@dataclass(frozen=True)
class Request:
    """One call. `path` is below the publisher's base and unquoted; `query` keeps order and repeats."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    base_url: str = ""
    """The publisher's own address as the client reaches it, for links in answers."""

    @property
    def segments(self) -> list[str]:
        return [part for part in self.path.split("/") if part]

    def first(self, name: str, default: str | None = None) -> str | None:
        """The query parameter's first value, whatever its case."""
        return next((v for k, v in self.query if k.casefold() == name.casefold()), default)

    def all(self, name: str) -> list[str]:
        """Every value of a repeated query parameter."""
        return [v for k, v in self.query if k.casefold() == name.casefold()]


@dataclass(frozen=True)
class Reply:
    """One answer. `promised` is the Content-Length told when it is not the body's own."""

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    manner: Manner = "whole"
    seconds: float = 0.0
    """How long a silent or dripping answer takes."""
    promised: int | None = None
    fault: str | None = None
    """The name of the fault that made this reply, for the record of calls."""


class Service(Protocol):
    """A publisher's interface: a pure function from request to reply."""

    def reply(self, request: Request) -> Reply: ...


def json_reply(document: Any, *, status: int = 200, kind: str = "application/json") -> Reply:
    body = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
    return Reply(body, status, {"Content-Type": f"{kind}; charset=utf-8"})


def text_reply(text: str, *, status: int = 200, kind: str = "text/plain") -> Reply:
    return Reply(text.encode(), status, {"Content-Type": f"{kind}; charset=utf-8"})


NOT_FOUND = text_reply(
    "<!DOCTYPE html><html><body><h2>404 - File or directory not found.</h2></body></html>",
    status=404,
    kind="text/html",
)
