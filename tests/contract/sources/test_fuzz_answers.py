"""Spoilt answers of every protocol: a fault or a verdict, never another error, never half a table.

Every case goes through the client's reading; one in so many goes all the way (HTTP layer, landing, gate,
load), into the simulator within the process. A case is told by its number and can be made again from it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import httpx
import pytest

from dagster_project.quality.gate import run_gate
from dagster_project.raw.ingest import IngestResult, ingest_table
from dagster_project.raw.landing import LISTING, LandingStore
from dagster_project.raw.load import require_columns
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, find_entry, load_catalogue
from dagster_project.sources.client import client_for
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.hosts import load_hosts
from dagster_project.sources.http import PoliteClient
from dagster_project.sources.live_transport import LiveTransport
from dagster_project.sources.transport import WebRequest, silent
from tests.simulator import Simulator, changes, read_table
from tests.simulator.folder import serve_folders
from tests.simulator.mutations import mutated
from tests.simulator.pxweb_v2 import PxWebV2

AREAS = ("305", "832")
"""The municipalities of the recorded examples: asked for alone, the gate judges them as such."""
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
ALL_THE_WAY, ALL_THE_WAY_LONG = 20, 4
"""One case in so many: the gate takes a tenth of a second."""
Spoil = Callable[[bytes, int], bytes]
"""Given a good body and the number of the answer within the refresh: what comes instead."""


def one_of_each_protocol() -> dict[str, CatalogueEntry]:
    """A table of every protocol there is, both interfaces of PxWeb among them."""
    events = find_entry("vital_events")
    chosen: dict[str, CatalogueEntry] = {"pxweb": events, "pxweb version 2": events}
    for entry in load_catalogue():
        chosen.setdefault(entry.protocol, entry)
    if (wanted := chosen.get("sotkanet")) is not None:  # a call for each indicator: two will do
        query = wanted.query | {"indicators": wanted.query["indicators"][:2]}
        chosen["sotkanet"] = wanted.model_copy(update={"query": query})
    return chosen


ENTRIES = one_of_each_protocol()


class SpoiltTransport(LiveTransport):
    """Answers from memory, spoilt on their way."""

    def __init__(self, client: PoliteClient, memory: dict[str, bytes], spoil: Spoil) -> None:
        super().__init__(client)
        self.memory, self.spoil, self.given = memory, spoil, 0

    def _asked(self, request: WebRequest) -> bytes:
        if request.digest not in self.memory:
            self.memory[request.digest] = super()._asked(request)
        self.given += 1
        return self.spoil(self.memory[request.digest], self.given - 1)


@dataclass
class Mill:
    """One table refreshed over and over from a publisher whose answers are spoilt."""

    entry: CatalogueEntry
    publisher: Simulator
    hosts: dict[str, Any]
    root: Path
    con: duckdb.DuckDBPyConnection
    memory: dict[str, bytes] = field(default_factory=dict)

    def refresh(self, spoil: Spoil) -> IngestResult:
        """One night's try at the table, with nothing remembered of its stamp in the publisher's list."""
        (self.root / self.entry.source / self.entry.table_name / LISTING).unlink(missing_ok=True)
        told: dict[tuple[str, bytes], bytes] = {}

        def answer(request: httpx.Request) -> httpx.Response:
            target, body = request.url.raw_path.decode(), request.read()
            if (target, body) not in told:
                reply = self.publisher.answer(request.method, target, dict(request.headers), body)
                if reply.status != 200:
                    return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)
                told[target, body] = spoil(reply.body, len(told))
            return httpx.Response(200, content=told[target, body])

        with self.client(answer) as transport:
            return ingest_table(
                self.entry,
                transport=transport,
                store=LandingStore(self.root),
                con=self.con,
                now=NOW,
                areas=AREAS,
                allow_older=True,
                gate=run_gate,
            )

    def read(self, spoil: Spoil) -> Candidate:
        """What the client makes of the answers. Raises: SourceFault."""
        client = client_for(self.entry)
        with self.client(self.good) as live:
            transport = SpoiltTransport(live.client, self.memory, spoil)
            stamp = client.listing_stamp(self.entry, transport)
            fetched = client.fetch(self.entry, transport, areas=AREAS, listing_stamp=stamp, progress=silent)
            candidate = client.parse(fetched)
        require_columns(self.entry, candidate)
        return candidate

    def good(self, request: httpx.Request) -> httpx.Response:
        """The publisher's answer as it is."""
        target = request.url.raw_path.decode()
        reply = self.publisher.answer(request.method, target, dict(request.headers), request.read())
        return httpx.Response(reply.status, headers=dict(reply.headers), content=reply.body)

    @contextmanager
    def client(self, answer: Callable[[httpx.Request], httpx.Response]) -> Iterator[LiveTransport]:
        with httpx.Client(transport=httpx.MockTransport(answer)) as web:
            yield LiveTransport(PoliteClient(self.hosts, longest_wait=0.0, client=web))

    def standing(self) -> tuple[Any, ...]:
        """What stands in the warehouse, in a few figures; equal when nothing has changed."""
        name = self.entry.qualified_name
        told = self.con.execute(f"select count(*), bit_xor(hash(t)) from {name} t").fetchone()
        load = self.con.execute("select bit_xor(hash(l)) from raw_meta.load l").fetchone()
        assert told is not None
        assert load is not None
        return (*told, *load)

    def keep(self) -> None:
        self.con.execute(f"create or replace table kept as from {self.entry.qualified_name}")
        self.con.execute("create or replace table kept_load as from raw_meta.load")

    def restore(self) -> None:
        """Put the good version back after a spoilt one was let in."""
        self.con.execute(f"create or replace table {self.entry.qualified_name} as from kept")
        self.con.execute("delete from raw_meta.load; insert into raw_meta.load from kept_load")

    def bad_rows(self) -> list[tuple[Any, ...]]:
        """Rows that no table may hold: a key missing or twice, a figure that is no number, no such year."""
        keys = ", ".join(self.entry.key_columns)
        missing = " or ".join(f"{key} is null" for key in self.entry.key_columns)
        name = self.entry.qualified_name
        numbers = [
            f"isinf({column}) or isnan({column})"
            for column, kind in self.entry.raw_columns.items()
            if kind == "double"
        ]
        period = getattr(self.entry, "period_column", "time")
        years = [
            f"not coalesce(try_cast(left({period}::varchar, 4) as integer) between 1900 and 2150, false)"
        ]
        years *= bool(period)
        wrong = " or ".join([missing, *numbers, *years])
        twice = f"select {keys} from {name} group by {keys} having count(*) > 1"
        return self.con.execute(f"from {name} where {wrong}").fetchall() + self.con.execute(twice).fetchall()


@pytest.fixture(scope="module")
def recorded(project_root: Path) -> Iterator[Simulator]:
    """The publishers with the recorded examples, and vital events with all years that the gate expects."""
    folders = sorted(path for path in (project_root / "tests" / "recorded").iterdir() if path.is_dir())
    bundled = project_root / "data" / "raw" / "bundled" / find_entry("vital_events").path
    few = changes.only_areas("SSS", *(f"KU{code}" for code in AREAS))
    with Simulator() as simulator:
        statfin = serve_folders(simulator, *folders, scale=0.0)["statfin"]
        statfin.change("11ae", lambda _: few(read_table(bundled)))
        simulator.service("sotkanet").only_years(2020, 2020)
        simulator.serve("second", PxWebV2(statfin.tables()), path="/api/v2")
        yield simulator


@pytest.fixture
def mill(
    request: pytest.FixtureRequest, recorded: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Mill]:
    name = request.param
    monkeypatch.setattr(os, "fsync", lambda _: None)  # that landings are flushed is tested elsewhere
    recorded.forget_calls()
    told = load_hosts()
    hosts = {
        key: told[key].model_copy(update={"base_url": address, "calls": 10**9, "seconds": 1.0})
        for key, address in recorded.hosts.items()
        if key in told
    }
    if name == "pxweb version 2":
        hosts["statfin"] = hosts["statfin"].model_copy(
            update={"base_url": recorded.base_url("second"), "contract": "pxweb-v2"}
        )
    with duckdb.connect(":memory:") as con:
        made = Mill(ENTRIES[name], recorded, hosts, tmp_path / "landed", con)
        good = made.refresh(unspoilt)
        assert good.outcome == "loaded", good.message
        made.keep()
        yield made


def others(recorded: Simulator) -> list[bytes]:
    """Some good answers of other tables."""
    targets = ("/statfin/PxWeb/api/v1/fi/StatFin/vaerak/11re.px", "/statfin/PxWeb/api/v1/fi/StatFin/muutl")
    return [recorded.answer("GET", target, {}, b"").body for target in targets]


def unspoilt(body: bytes, _place: int) -> bytes:
    return body


def spoiling(mill: Mill, number: int, answers: int, foreign: list[bytes]) -> Spoil:
    """The case of this number: which of the refresh's answers is spoilt, and how."""
    random = Random(f"{mill.entry.table_name} {number}")
    victim = random.choice([*range(answers), answers - 1, answers - 2])
    return lambda body, place: mutated(body, random, foreign) if place == victim else body


def all_the_way(mill: Mill, spoil: Spoil, good: tuple[Any, ...]) -> str:
    """How the case ended. Asserts that the warehouse has a whole table, with no bad row when it is new."""
    result = mill.refresh(spoil)
    assert result.usable, result
    if result.outcome == "loaded":
        assert result.rows == mill.standing()[0], result
        assert mill.bad_rows() == [], "the gate let bad rows in"
        mill.restore()
    else:
        assert mill.standing() == good, f"{result.outcome} changed the warehouse"
    return result.error.kind if result.error else result.outcome


def grind(mill: Mill, cases: int, one_in: int) -> Counter[str]:
    """How many cases ended how; `one_in` of them all the way, the others as far as the client reads."""
    good, foreign, seen = mill.standing(), others(mill.publisher), []
    mill.read(lambda body, place: seen.append(place) or body)
    ended: Counter[str] = Counter()
    for number in range(cases):
        spoil = spoiling(mill, number, len(seen), foreign)
        try:
            if number % one_in == 0:
                ended[all_the_way(mill, spoil, good)] += 1
            else:
                ended[f"read {min(len(mill.read(spoil).frame), 1)}"] += 1
        except SourceFault as fault:
            ended[fault.kind] += 1
        except Exception as error:
            raise AssertionError(
                f"case {number} of {mill.entry.table_name}: {type(error).__name__}: {error}"
            ) from error
    return ended


@pytest.mark.parametrize("mill", ENTRIES, indirect=True)
def test_five_hundred_spoilt_answers_end_in_a_fault_or_a_verdict(mill: Mill) -> None:
    ended = grind(mill, 500, ALL_THE_WAY)
    assert ended.total() == 500
    assert len(ended) > 3  # the spoiling reaches more than one line of defence


@pytest.mark.long
@pytest.mark.parametrize("mill", ENTRIES, indirect=True)
def test_ten_thousand_spoilt_answers_end_in_a_fault_or_a_verdict(mill: Mill) -> None:
    assert grind(mill, 10_000, ALL_THE_WAY_LONG).total() == 10_000
