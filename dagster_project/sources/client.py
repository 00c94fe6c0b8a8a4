"""The seam between protocols and the warehouse: what every client fetches and parses, and how it is found."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Protocol, runtime_checkable

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, PxWebEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.transport import Progress, Transport, silent


@dataclass(frozen=True)
class Fetched:
    """A table's answers as received. `reading` is what the client knows of them until it parses them."""

    entry: CatalogueEntry
    origin: str
    answers: tuple[Answer, ...]
    listing_stamp: str | None = None
    reading: Any = None
    variable_codes: Mapping[str, str] = field(default_factory=dict)
    """The publisher's own codes of the columns that we call otherwise, for the landing's manifest."""
    border_year: int | None = None


class SourceClient(Protocol):
    """One protocol's way of asking and reading; the module `sources/<protocol>.py` has one as `CLIENT`."""

    def listing_stamp(self, entry: Any, transport: Transport) -> str | None:
        """What tells, cheaply, that nothing has changed since it was the same; None when nothing does.

        Raises: SourceFault.
        """

    def fetch(
        self,
        entry: Any,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The table's answers. `areas` are municipalities' three digits, or None. Raises: SourceFault."""

    def parse(self, fetched: Fetched) -> Candidate:
        """The candidate in the answers. Raises: PermanentSourceError."""


@runtime_checkable
class Shortens(Protocol):
    """A client that can make a small example of its answers, in the publisher's wire shape."""

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """The answers with a few of their records."""


def client_for(entry: CatalogueEntry) -> SourceClient:
    """The client of the entry's protocol. Raises: PermanentSourceError when no module speaks it yet."""
    name = f"dagster_project.sources.{entry.protocol}"
    try:
        return import_module(name).CLIENT
    except ModuleNotFoundError as error:
        if error.name != name:
            raise
        raise PermanentSourceError(
            "drifted", f"{entry.qualified_name}: no client speaks {entry.protocol!r}; expected {name}"
        ) from error


def carries(transport: Transport, entry: CatalogueEntry) -> bool:
    """True when a folder of answers has those of the table. Raises: SourceFault when they are no good."""
    try:
        if isinstance(entry, PxWebEntry):
            transport.metadata(entry)
        else:
            client_for(entry).fetch(entry, transport, areas=None, listing_stamp=None, progress=silent)
    except PermanentSourceError as fault:
        if fault.kind in ("missing_file", "not_carried"):
            return False
        raise
    return True
