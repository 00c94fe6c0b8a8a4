"""PxWeb over HTTP, against a real server on the loopback that answers as the publisher does."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest

from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.errors import PermanentSourceError, SourceFault, TransientSourceError
from dagster_project.sources.hosts import Host
from dagster_project.sources.http import PoliteClient, pace
from dagster_project.sources.live_transport import LiveTransport
from dagster_project.sources.pxweb import fetch_table, parse_table

EVENTS = find_entry("vital_events")
TABLE_PATH = f"/api/v1/fi/{EVENTS.path}"


@dataclass(frozen=True)
class Reply:
    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Publisher:
    """A PxWeb server that holds one recorded table. `fail_first` are replies given before the right ones."""

    recorded: Path
    max_cells: int = 120_000
    fail_first: list[Reply] = field(default_factory=list)
    calls: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    updated: str = "2026-06-06T21:04:32"

    def reply(self, method: str, path: str, body: bytes) -> Reply:
        self.calls.append((method, path))
        if path.endswith("?config"):
            return Reply(json.dumps({"maxCells": self.max_cells, "maxCalls": 40, "timeWindow": 60}).encode())
        if path == TABLE_PATH and self.fail_first:
            return self.fail_first.pop(0)
        if path == "/api/v1/fi/StatFin/muutl":
            return Reply(json.dumps([{"id": "11ae.px", "type": "t", "updated": self.updated}]).encode())
        if path != TABLE_PATH:
            return Reply(b"", 400)
        if method == "GET":
            return Reply((self.recorded / "metadata.json").read_bytes())
        return self.answer(json.loads(body))

    def answer(self, query: dict[str, Any]) -> Reply:
        """The recorded cells that the query selects, as json-stat2."""
        document = json.loads((self.recorded / "data.json").read_text(encoding="utf-8"))
        asked = {part["code"]: part["selection"]["values"] for part in query["query"]}
        ids = document["id"]
        order = [list(document["dimension"][code]["category"]["index"]) for code in ids]
        flat = dict(zip(product(*order), document["value"], strict=True))
        cells = [flat[cell] for cell in product(*(asked[code] for code in ids))]
        if len(cells) > self.max_cells:
            return Reply(b"", 403)
        for code in ids:
            document["dimension"][code]["category"] = {"index": asked[code]}
        document |= {"size": [len(asked[code]) for code in ids], "value": cells}
        return Reply(json.dumps(document).encode())


@pytest.fixture
def publisher(project_root: Path) -> Publisher:
    return Publisher(project_root / "tests" / "recorded" / "statfin" / EVENTS.path)


@pytest.fixture
def address(publisher: Publisher) -> Iterator[str]:
    """Where the publisher listens."""

    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            publisher.agents.add(self.headers["User-Agent"])
            reply = publisher.reply(self.command, self.path, body)
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.body)))
            self.end_headers()
            self.wfile.write(reply.body)

        do_GET = do_POST = _serve

        def log_message(self, *_: object) -> None:
            """Keep the tests' output quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """One client for all tests: making one reads the machine's certificates."""
    with httpx.Client(timeout=5) as made:
        yield made


def live(address: str, **how: Any) -> LiveTransport:
    """A transport to StatFin at another address, with a pace that holds nothing up."""
    statfin = Host(
        key="statfin", publisher="P", base_url=address, contract="pxweb-v1", calls=10_000, seconds=60
    )
    return LiveTransport(PoliteClient({"statfin": statfin}, **how))


@pytest.fixture
def transport(address: str, client: httpx.Client) -> LiveTransport:
    """A transport that waits at most a few hundredths of a second between tries."""
    return live(address, longest_wait=0.05, client=client)


def recorded_value(publisher: Publisher) -> list[Any]:
    return json.loads((publisher.recorded / "data.json").read_text(encoding="utf-8"))["value"]


def test_the_same_figures_come_over_http_as_from_a_folder(
    transport: LiveTransport, publisher: Publisher
) -> None:
    fetched = fetch_table(EVENTS, transport)
    assert parse_table(fetched).frame["value"].tolist() == recorded_value(publisher)
    assert [answer.name for answer in fetched.answers] == ["metadata.json", "data.json"]
    assert fetched.answers[1].query is not None
    assert publisher.calls[0] == ("GET", "/api/v1/fi/?config")


def test_the_publishers_own_limit_splits_the_query(transport: LiveTransport, publisher: Publisher) -> None:
    publisher.max_cells = 40
    fetched = fetch_table(EVENTS, transport)
    assert len(fetched.answers) == 1 + 4
    frame = parse_table(fetched).frame.sort_values(["area", "time", "contents"])
    assert frame["value"].tolist() == recorded_value(publisher)


def test_progress_is_told_part_by_part(transport: LiveTransport, publisher: Publisher) -> None:
    publisher.max_cells = 40
    told: list[tuple[str, int, int]] = []
    fetch_table(EVENTS, transport, progress=lambda *step: told.append(step))
    assert told == [("fetch", number, 4) for number in (1, 2, 3, 4)]


@pytest.mark.parametrize(
    "first",
    [
        Reply(b"", 429, {"Retry-After": "0"}),
        Reply(b"", 403),
        Reply(b"", 503),
        Reply(b"<html>maintenance</html>"),
        Reply(b'{"title": "V\xc3\xa4est'),
    ],
    ids=["too many calls", "refused", "server error", "web page", "cut off"],
)
def test_a_passing_fault_is_tried_again(transport: LiveTransport, publisher: Publisher, first: Reply) -> None:
    publisher.fail_first = [first]
    assert len(parse_table(fetch_table(EVENTS, transport)).frame) == len(recorded_value(publisher))
    assert publisher.calls.count(("GET", TABLE_PATH)) == 2


def test_the_pause_the_publisher_asks_for_is_kept(address: str, publisher: Publisher) -> None:
    publisher.fail_first = [Reply(b"", 429, {"Retry-After": "1"})]
    started = time.monotonic()
    fetch_table(EVENTS, live(address))
    assert time.monotonic() - started >= 1.0


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(b"", 429), "rate_limited"),
        (Reply(b"", 500), "server_error"),
        (Reply(b"<html></html>"), "html_answer"),
        (Reply(b"{"), "truncated"),
    ],
)
def test_a_fault_that_stays_is_told_after_five_tries(
    transport: LiveTransport, publisher: Publisher, reply: Reply, kind: str
) -> None:
    publisher.fail_first = [reply] * 10
    with pytest.raises(TransientSourceError) as raised:
        fetch_table(EVENTS, transport)
    assert raised.value.kind == kind
    assert publisher.calls.count(("GET", TABLE_PATH)) == 5


def test_a_table_the_publisher_does_not_know_is_not_asked_for_again(
    transport: LiveTransport, publisher: Publisher
) -> None:
    with pytest.raises(PermanentSourceError, match="four characters in June 2026") as raised:
        fetch_table(find_entry("unemployment_monthly"), transport)
    assert raised.value.kind == "wrong_table"
    assert len(publisher.calls) == 2


def test_a_query_the_publisher_refuses_is_drift(transport: LiveTransport, publisher: Publisher) -> None:
    original: Callable[..., Reply] = publisher.answer
    publisher.answer = lambda query: Reply(b"bad query", 400) if query else original(query)  # type: ignore[method-assign]
    with pytest.raises(PermanentSourceError, match="bad query") as raised:
        fetch_table(EVENTS, transport)
    assert raised.value.kind == "drifted"


def test_without_a_connection_every_table_fails_at_once_with_one_clear_line() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    transport = live(f"http://127.0.0.1:{port}/api/v1")
    started = time.monotonic()
    faults: list[SourceFault] = []
    for name in ("vital_events", "population_by_age", "unemployment_monthly"):
        with pytest.raises(TransientSourceError) as raised:
            fetch_table(find_entry(name), transport)
        faults.append(raised.value)
    assert time.monotonic() - started < 2
    assert {fault.kind for fault in faults} == {"unreachable"}
    assert "\n" not in faults[0].message


def test_an_address_that_is_no_address_is_unreachable() -> None:
    with pytest.raises(TransientSourceError) as raised:
        live("not an address").listing_stamp(EVENTS)
    assert raised.value.kind == "unreachable"


def test_the_list_of_a_folder_tells_when_a_table_was_updated(
    transport: LiveTransport, publisher: Publisher
) -> None:
    assert transport.listing_stamp(EVENTS) == "2026-06-06T21:04:32"
    transport.listing_stamp(EVENTS)
    assert publisher.calls.count(("GET", "/api/v1/fi/StatFin/muutl")) == 1


def test_a_folder_that_cannot_be_listed_is_no_fault(transport: LiveTransport) -> None:
    assert transport.listing_stamp(find_entry("unemployment_monthly")) is None


def test_publishers_are_told_a_contact_only_when_one_is_set(address: str, publisher: Publisher) -> None:
    live(address).listing_stamp(EVENTS)
    live(address, contact="data@kuusamo.example").listing_stamp(EVENTS)
    assert publisher.agents == {"Kuntaluotsi/0.1", "Kuntaluotsi/0.1 (data@kuusamo.example)"}


def test_calls_beyond_the_limit_wait_for_room() -> None:
    limiter = pace("publisher.example", 3, 60)
    for _ in range(3):
        assert limiter.try_acquire("pxweb", blocking=False)
    assert not limiter.try_acquire("pxweb", blocking=False)
    assert pace("publisher.example", 3, 60) is limiter, "one pace for all of the process"
    assert pace("other.example", 3, 60).try_acquire("pxweb", blocking=False)
