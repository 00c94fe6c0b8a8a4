"""The simulator: loopback addresses that answer as the official interfaces do, and misbehave when told to.

One socket serves every publisher below `/<host key>`, followed by the path of the publisher's true address,
so that a client meets the same paths as at home.
"""

from __future__ import annotations

import socket
import struct
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.simulator.calls import Call, Gate, Limits
from tests.simulator.faults import Fault, Rule
from tests.simulator.wire import NOT_FOUND, Reply, Request, Service

ENDLESS_CHUNK = b"[" + b"0.125," * 10_000
DRIPS = 40
NO_LIMITS = Limits()


@dataclass
class Host:
    """One publisher in the simulator."""

    key: str
    service: Service
    base_path: str
    gate: Gate


class Simulator:
    """A context manager: publishers are added with `serve`, spoilt with `misbehave`, judged by `calls`."""

    def __init__(self, *, port: int = 0, compress: bool = True) -> None:
        self.calls: list[Call] = []
        self._hosts: dict[str, Host] = {}
        self._rules: list[Rule] = []
        self._lock = threading.Lock()
        self._compress = compress
        self._stopping = threading.Event()
        handler = type("_Bound", (_Handler,), {"simulator": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    def __enter__(self) -> Simulator:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def serve(self, key: str, service: Service, *, path: str = "", limits: Limits = NO_LIMITS) -> str:
        """The base URL under which the publisher `key` now answers; `path` is its true address's path."""
        self._hosts[key] = Host(key, service, f"/{key}{path.rstrip('/')}", Gate(limits))
        return self.base_url(key)

    def service(self, key: str) -> Any:
        """What answers for the publisher `key`."""
        return self._hosts[key].service

    def base_url(self, key: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}{self._hosts[key].base_path}"

    @property
    def hosts(self) -> dict[str, str]:
        """Host key to base URL, as `KUNTALUOTSI_HOSTS` takes them."""
        return {key: self.base_url(key) for key in self._hosts}

    def misbehave(
        self,
        key: str,
        fault: Fault,
        *,
        containing: str = "",
        method: str | None = None,
        first: int = 1,
        times: int | None = 1,
    ) -> Rule:
        """Spoil calls to `key` whose address holds `containing`: from the `first` on, `times` of them."""
        rule = Rule(fault, key, containing, method, first, times)
        with self._lock:
            self._rules.append(rule)
        return rule

    def behave(self) -> None:
        """Forget every fault that was ordered."""
        with self._lock:
            self._rules.clear()

    def forget_calls(self) -> None:
        with self._lock:
            self.calls.clear()

    def calls_to(self, key: str, *, containing: str = "", method: str | None = None) -> list[Call]:
        """The calls that came, in their order."""
        with self._lock:
            return [
                call
                for call in self.calls
                if call.host == key and containing in call.address and method in (None, call.method)
            ]

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Reply:
        """The reply to one call, faults and limits included; recorded."""
        address = urlsplit(target)
        path = unquote(address.path)
        host = self._host_of(path)
        if host is None:
            return NOT_FOUND
        request = Request(
            method=method,
            path=path[len(host.base_path) :] or "/",
            query=tuple(parse_qsl(address.query, keep_blank_values=True)),
            headers=headers,
            body=body,
            base_url=self.base_url(host.key),
        )
        reply = host.gate.turned_away(request)
        if reply is None:
            with self._lock:
                striking = [rule for rule in self._rules if rule.strikes(host.key, request)]
            reply = self._served(host, request)
            for rule in striking:
                reply = rule.fault(request, reply)
        call = Call(
            time.monotonic(),
            host.key,
            method,
            request.path,
            request.query,
            headers,
            body,
            reply.status,
            reply.fault,
        )
        with self._lock:
            self.calls.append(call)
        return reply

    def _served(self, host: Host, request: Request) -> Reply:
        try:
            return host.service.reply(request)
        except Exception as error:  # what a client sends must never take the publisher down
            return Reply(repr(error).encode(), 500, fault=f"simulator broke: {error!r}")

    def wait(self, seconds: float) -> bool:
        """False when the simulator is stopped before that time is over."""
        return not self._stopping.wait(seconds)

    def _host_of(self, path: str) -> Host | None:
        below = [
            host
            for host in self._hosts.values()
            if path == host.base_path or path.startswith((f"{host.base_path}/", f"{host.base_path}?"))
        ]
        return max(below, key=lambda host: len(host.base_path), default=None)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients hang up on endless answers; that is no fault of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    simulator: Simulator

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.simulator.answer(self.command, self.path, headers, body)
        getattr(self, f"_send_{reply.manner}")(reply)

    do_GET = do_POST = do_HEAD = _serve

    def _send_whole(self, reply: Reply) -> None:
        body, headers = reply.body, dict(reply.headers)
        if self._may_compress(reply):
            packer = zlib.compressobj(1, zlib.DEFLATED, 31)
            body = packer.compress(body) + packer.flush()
            headers["Content-Encoding"] = "gzip"
        self._begin(reply.status, headers | {"Content-Length": str(len(body))})
        self.wfile.write(body)

    def _may_compress(self, reply: Reply) -> bool:
        accepted = "gzip" in (self.headers.get("Accept-Encoding") or "")
        return self.simulator._compress and accepted and len(reply.body) > 1000

    def _send_hang_up(self, reply: Reply) -> None:
        promised = len(reply.body) if reply.promised is None else reply.promised
        self._begin(reply.status, dict(reply.headers) | {"Content-Length": str(promised)})
        self.wfile.write(reply.body)
        self.close_connection = True

    def _send_silent(self, reply: Reply) -> None:
        self.simulator.wait(reply.seconds)
        self.close_connection = True

    def _send_reset(self, reply: Reply) -> None:  # noqa: ARG002
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def _send_drip(self, reply: Reply) -> None:
        self._begin(reply.status, dict(reply.headers) | {"Content-Length": str(len(reply.body))})
        step = max(1, len(reply.body) // DRIPS)
        for start in range(0, len(reply.body), step):
            self.wfile.write(reply.body[start : start + step])
            self.wfile.flush()
            if not self.simulator.wait(reply.seconds / DRIPS):
                break

    def _send_endless(self, reply: Reply) -> None:
        self._chunked(reply, iter(lambda: ENDLESS_CHUNK, b""), {})

    def _send_bomb(self, reply: Reply) -> None:
        def packed() -> Iterator[bytes]:
            packer = zlib.compressobj(9, zlib.DEFLATED, 31)
            block = b" " * 1_000_000
            yield packer.compress(b"[")
            for _ in range(int(reply.seconds)):
                yield packer.compress(block)
            yield packer.compress(b"]") + packer.flush()

        self._chunked(reply, packed(), {"Content-Encoding": "gzip"})

    def _chunked(self, reply: Reply, parts: Iterator[bytes], headers: dict[str, str]) -> None:
        told = {"Content-Type": "application/json; charset=utf-8", "Transfer-Encoding": "chunked"}
        self._begin(reply.status, told | headers)
        for part in parts:
            if part:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(part), part))
            if self.simulator._stopping.is_set():
                break
        self.wfile.write(b"0\r\n\r\n")
        self.close_connection = True

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Keep the tests' output quiet; calls are in the simulator's record."""
