"""PxWeb over HTTP, against the simulated publisher: what is asked, how often, and what is told of faults.

Every fault in its manner, and what becomes of the tables: tests/contract/sources/test_pxweb_sockets.py.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
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
from tests.simulator import PxWebV1, Simulator, Table, changes, faults, read_table
from tests.simulator.table import numbers

EVENTS = find_entry("vital_events")
LISTED = "2026-06-06T21:04:32"


@pytest.fixture(scope="module")
def table(project_root: Path) -> Table:
    """The recorded example of vital events, as its folder's list stamps it."""
    recorded = read_table(project_root / "tests" / "recorded" / "statfin" / EVENTS.path)
    return changes.stamped(recorded.updated, LISTED)(recorded)


@pytest.fixture
def statfin(table: Table) -> PxWebV1:
    return PxWebV1([table])


@pytest.fixture
def publisher(statfin: PxWebV1) -> Iterator[Simulator]:
    with Simulator() as simulator:
        simulator.serve("statfin", statfin, path="/api/v1")
        yield simulator


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    """One client for all tests: making one reads the machine's certificates."""
    with httpx.Client() as made:
        yield made


def live(address: str, **how: Any) -> LiveTransport:
    """A transport to StatFin at another address, with a pace that holds nothing up."""
    statfin = Host(
        key="statfin", publisher="P", base_url=address, contract="pxweb-v1", calls=10_000, seconds=60
    )
    return LiveTransport(PoliteClient({"statfin": statfin}, **how))


@pytest.fixture
def transport(publisher: Simulator, client: httpx.Client) -> LiveTransport:
    """A transport that waits at most a few hundredths of a second between tries."""
    return live(publisher.base_url("statfin"), longest_wait=0.05, client=client)


def asked(publisher: Simulator) -> list[str]:
    return [f"{call.method} {call.address}" for call in publisher.calls]


def test_the_same_figures_come_over_http_as_from_a_folder(
    transport: LiveTransport, publisher: Simulator, table: Table
) -> None:
    fetched = fetch_table(EVENTS, transport)
    assert parse_table(fetched).frame["value"].tolist() == numbers(table.figures)
    assert [answer.name for answer in fetched.answers] == ["metadata.json", "data.json"]
    assert fetched.answers[1].query is not None
    assert asked(publisher)[0] == "GET /fi/?config="


def test_the_publishers_own_limit_splits_the_query(
    transport: LiveTransport, statfin: PxWebV1, table: Table
) -> None:
    statfin.max_cells = 40
    told: list[tuple[str, int, int]] = []
    fetched = fetch_table(EVENTS, transport, progress=lambda *step: told.append(step))
    assert len(fetched.answers) == 1 + 4
    assert told == [("fetch", number, 4) for number in (1, 2, 3, 4)]
    frame = parse_table(fetched).frame.sort_values(["area", "time", "contents"])
    assert frame["value"].tolist() == numbers(table.figures)


def test_the_pause_the_publisher_asks_for_is_kept(publisher: Simulator, client: httpx.Client) -> None:
    publisher.misbehave("statfin", faults.too_many_calls(1), containing="11ae.px")
    started = time.monotonic()
    fetch_table(EVENTS, live(publisher.base_url("statfin"), client=client))
    assert time.monotonic() - started >= 1.0


def test_a_fault_that_stays_is_told_after_five_tries(transport: LiveTransport, publisher: Simulator) -> None:
    rule = publisher.misbehave("statfin", faults.server_error(500), containing="11ae.px", times=None)
    with pytest.raises(TransientSourceError) as raised:
        fetch_table(EVENTS, transport)
    assert raised.value.kind == "server_error"
    assert rule.seen == 5


def test_a_table_the_publisher_does_not_know_is_not_asked_for_again(
    transport: LiveTransport, publisher: Simulator
) -> None:
    with pytest.raises(PermanentSourceError, match="four characters in June 2026") as raised:
        fetch_table(find_entry("unemployment_monthly"), transport)
    assert raised.value.kind == "wrong_table"
    assert len(publisher.calls) == 2


def test_a_query_the_publisher_refuses_is_drift(transport: LiveTransport, publisher: Simulator) -> None:
    publisher.misbehave("statfin", faults.answer(b"bad query", 400), method="POST", times=None)
    with pytest.raises(PermanentSourceError, match="bad query") as raised:
        fetch_table(EVENTS, transport)
    assert raised.value.kind == "drifted"


def test_without_a_connection_every_table_fails_at_once_with_one_clear_line() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    transport = live(f"http://127.0.0.1:{port}/api/v1")
    started = time.monotonic()
    told: list[SourceFault] = []
    for name in ("vital_events", "population_by_age", "unemployment_monthly"):
        with pytest.raises(TransientSourceError) as raised:
            fetch_table(find_entry(name), transport)
        told.append(raised.value)
    assert time.monotonic() - started < 2
    assert {fault.kind for fault in told} == {"unreachable"}
    assert "\n" not in told[0].message


def test_an_address_that_is_no_address_is_unreachable() -> None:
    with pytest.raises(TransientSourceError) as raised:
        live("not an address").listing_stamp(EVENTS)
    assert raised.value.kind == "unreachable"


def test_the_list_of_a_folder_tells_when_a_table_was_updated(
    transport: LiveTransport, publisher: Simulator
) -> None:
    assert transport.listing_stamp(EVENTS) == LISTED
    transport.listing_stamp(EVENTS)
    assert asked(publisher).count("GET /fi/StatFin/muutl") == 1


def test_a_folder_that_cannot_be_listed_is_no_fault(transport: LiveTransport) -> None:
    assert transport.listing_stamp(find_entry("unemployment_monthly")) is None


def test_publishers_are_told_a_contact_only_when_one_is_set(
    publisher: Simulator, client: httpx.Client
) -> None:
    address = publisher.base_url("statfin")
    live(address, client=client).listing_stamp(EVENTS)
    live(address, contact="data@kuusamo.example", client=client).listing_stamp(EVENTS)
    agents = {call.headers["user-agent"] for call in publisher.calls}
    assert agents == {"Kuntaluotsi/0.1", "Kuntaluotsi/0.1 (data@kuusamo.example)"}


def test_calls_beyond_the_limit_wait_for_room() -> None:
    limiter = pace("publisher.example", 3, 60)
    for _ in range(3):
        assert limiter.try_acquire("pxweb", blocking=False)
    assert not limiter.try_acquire("pxweb", blocking=False)
    assert pace("publisher.example", 3, 60) is limiter, "one pace for all of the process"
    assert pace("other.example", 3, 60).try_acquire("pxweb", blocking=False)
