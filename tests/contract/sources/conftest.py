"""A publisher on the loopback, and a house that refreshes from it through real sockets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import httpx
import pytest

from contract.snapshot import CheckOutcome
from dagster_project.raw.ingest import IngestResult, ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.sources.catalogue import CatalogueEntry, find_entry
from dagster_project.sources.hosts import Host, load_hosts
from dagster_project.sources.http import PoliteClient
from dagster_project.sources.live_transport import LiveTransport
from tests.simulator import Simulator

QUICK = {"calls": 1_000_000, "seconds": 1.0, "answer_seconds": 5.0}
"""A pace that holds no test up."""


def open_gate(*_: object) -> tuple[CheckOutcome, ...]:
    """A gate that checks nothing, for tests of what happens before it."""
    return ()


@dataclass
class House:
    """A warehouse in memory and landings in a folder, refreshed from a simulator night after night."""

    publisher: Simulator
    root: Path
    web: httpx.Client
    con: duckdb.DuckDBPyConnection
    hosts: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a host's description says instead, by key."""
    longest_wait: float = 0.02
    now: datetime = datetime(2026, 11, 25, 3, tzinfo=UTC)
    transport: LiveTransport | None = None

    def night(self) -> LiveTransport:
        """A new night: another day and a client that has met nobody yet."""
        self.now += timedelta(days=1)
        self.publisher.forget_calls()
        client = PoliteClient(self.described(), longest_wait=self.longest_wait, client=self.web)
        self.transport = LiveTransport(client)
        return self.transport

    def described(self) -> dict[str, Host]:
        """The hosts of the catalogue, those that are simulated at their simulated addresses."""
        hosts = load_hosts()
        return {
            key: hosts[key].model_copy(update={**QUICK, "base_url": address, **self.hosts.get(key, {})})
            for key, address in self.publisher.hosts.items()
        }

    def ingest(self, table: str | CatalogueEntry, **asked: Any) -> IngestResult:
        """Bring a table in, on the night that is going on; through an open gate unless `gate` is given."""
        entry = find_entry(table) if isinstance(table, str) else table
        asked.setdefault("gate", open_gate)
        return ingest_table(
            entry,
            transport=self.transport or self.night(),
            store=LandingStore(self.root),
            con=self.con,
            now=self.now,
            **asked,
        )

    def be_impatient(self, key: str, seconds: float = 0.3) -> None:
        """Wait this long for the next bytes of an answer; from the next night on."""
        self.hosts[key] = {**self.hosts.get(key, {}), "answer_seconds": seconds}

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        """The table as it stands, without lineage, in a fixed order."""
        entry = find_entry(table)
        return self.con.execute(
            f"select columns('^[^_]') from {entry.qualified_name} order by all"
        ).fetchall()


@pytest.fixture(scope="session")
def web() -> Iterator[httpx.Client]:
    """One client for all tests: making one reads the machine's certificates."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def publisher() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def house(publisher: Simulator, tmp_path: Path, web: httpx.Client) -> Iterator[House]:
    with duckdb.connect(":memory:") as con:
        yield House(publisher, tmp_path / "landed", web, con)
