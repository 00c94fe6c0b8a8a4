"""What a page is asked for: one snapshot, one municipality, one language, and the rest of the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Protocol

from contract.locale_formats import Language
from contract.messages import has_message, t
from contract.snapshot import Status
from contract.submission import Book
from dashboards.address import address
from dashboards.data.records import Municipality, Source
from dashboards.data.snapshot import Snapshot

if TYPE_CHECKING:
    from dash import Dash
    from dash.development.base_component import Component

    from dashboards.data.store import SnapshotStore


@dataclass(frozen=True)
class RequestContext:
    """One reader's request. Everything a page shows comes from `snapshot`, from start to end."""

    snapshot: Snapshot
    municipality_code: str
    language: Language
    today: date
    status: Status | None = None
    """How the sources are doing, or None where nothing says."""
    params: Mapping[str, str] = field(default_factory=dict)
    """The other parameters of the address, as given; validate before use."""
    book: Book | None = None
    """How the municipalities' own submissions are doing, or None where there are none."""
    has_lineage: bool = False
    """True where dbt's own pages have been built and can be linked to."""

    @property
    def municipality(self) -> Municipality:
        return self.snapshot.municipality(self.municipality_code)

    def text(self, key: str, **arguments: object) -> str:
        """The message `key` in the reader's language."""
        return t(self.language, key, **arguments)

    def publisher(self, source: Source) -> str:
        """The source's publisher in the reader's language; as published where no translation is known."""
        names = [name.strip() for name in source.publisher.split(",")]
        return ", ".join(
            self.text(f"publisher.{name}") if has_message(self.language, f"publisher.{name}") else name
            for name in names
        )

    def link(self, path: str, **parameters: str | int | None) -> str:
        """The address of another view of the same municipality in the same language."""
        return address(path, self.municipality_code, self.language, **parameters)


class Page(Protocol):
    """A page module: its content is rendered inside `<main>`; header and footer are the shell's.

    `layout` is called for every request, both for the first paint (rendered to HTML on the server) and
    for Dash, which takes over. Callbacks look up their context with `store.current()`.
    """

    PATH: str
    TITLE: str
    """Message key of the page's name."""

    @staticmethod
    def layout(context: RequestContext) -> Component:
        """The page's content for one request."""

    @staticmethod
    def register(app: Dash, store: SnapshotStore) -> None:
        """Registers the page's callbacks with `app`; their bodies are functions of the module."""
