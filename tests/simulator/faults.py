"""Ways to misbehave. Each takes the good reply and gives the one that goes out instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from tests.simulator.wire import Reply, Request, Service

Fault = Callable[[Request, Reply], Reply]

MAINTENANCE = (
    b'<!DOCTYPE html>\r\n<html lang="fi"><head><title>Huoltokatko</title></head>'
    b"<body><h1>Palvelua huolletaan</h1></body></html>"
)


def too_many_calls(retry_after: str | int | None = None) -> Fault:
    """429, with the Retry-After that publishers may or may not send (seconds, or an HTTP date)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _status(429, b"Too Many Requests", headers)


def refused() -> Fault:
    return _status(403, b"Forbidden")


def server_error(status: int = 503, retry_after: str | int | None = None) -> Fault:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return _status(status, b"Service Unavailable", headers)


def answer(body: bytes, status: int = 200, headers: Mapping[str, str] | None = None) -> Fault:
    """Exactly these bytes, whatever was asked."""
    return _status(status, body, headers or {})


def web_page() -> Fault:
    """A maintenance page with status 200."""
    return lambda _request, _reply: Reply(
        MAINTENANCE, 200, {"Content-Type": "text/html; charset=utf-8"}, fault="web_page"
    )


def cut_off(keep: float = 0.5) -> Fault:
    """A shorter body whose Content-Length agrees with it: nothing at HTTP's level is wrong."""
    return lambda _request, reply: replace(
        reply, body=reply.body[: int(len(reply.body) * keep)], fault="cut_off"
    )


def hang_up(keep: float = 0.5) -> Fault:
    """The connection ends after a part of the body that was promised."""
    return lambda _request, reply: replace(
        reply,
        body=reply.body[: int(len(reply.body) * keep)],
        promised=len(reply.body),
        manner="hang_up",
        fault="hang_up",
    )


def wrong_length(more: int) -> Fault:
    """Content-Length that is `more` than the body has (less when negative: the rest is cut off)."""
    return lambda _request, reply: replace(
        reply, promised=max(0, len(reply.body) + more), manner="hang_up", fault="wrong_length"
    )


def no_answer(seconds: float = 600.0) -> Fault:
    """The connection stays open and nothing comes."""
    return lambda _request, reply: replace(reply, manner="silent", seconds=seconds, fault="no_answer")


def reset() -> Fault:
    """The connection is reset before anything is sent."""
    return lambda _request, reply: replace(reply, manner="reset", fault="reset")


def drip(seconds: float) -> Fault:
    """The whole good body, spread over this time."""
    return lambda _request, reply: replace(reply, manner="drip", seconds=seconds, fault="drip")


def endless() -> Fault:
    """A body that never ends and looks like JSON as long as one looks at it."""
    return lambda _request, reply: replace(reply, manner="endless", fault="endless")


def gzip_bomb(megabytes: int = 2_000) -> Fault:
    """A small gzip body that unpacks to this much."""
    return lambda _request, reply: replace(reply, manner="bomb", seconds=float(megabytes), fault="gzip_bomb")


def instead(service: Service) -> Fault:
    """What another service would answer: a drifted table between two calls, another table's figures."""
    return lambda request, _reply: replace(service.reply(request), fault="instead")


def edited(edit: Callable[[bytes], bytes]) -> Fault:
    """The good body after `edit`."""
    return lambda _request, reply: replace(reply, body=edit(reply.body), fault="edited")


@dataclass
class Rule:
    """When a fault strikes: from the `first` matching call on, `times` times (None: for ever)."""

    fault: Fault
    host: str
    containing: str = ""
    method: str | None = None
    first: int = 1
    times: int | None = 1
    seen: int = field(default=0, init=False)

    def strikes(self, host: str, request: Request) -> bool:
        """True when this call is to be spoilt; counts the calls that match."""
        if host != self.host or self.method not in (None, request.method):
            return False
        if self.containing not in _address(request):
            return False
        self.seen += 1
        return self.seen >= self.first and (self.times is None or self.seen < self.first + self.times)


def _address(request: Request) -> str:
    return request.path + "?" + "&".join(f"{k}={v}" for k, v in request.query)


def _status(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Fault:
    return lambda _request, _reply: Reply(body, status, headers or {}, fault=f"status {status}")
