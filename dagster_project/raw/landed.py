"""Transports that read what has landed: one landing, or the answers behind all tables that are loaded now."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from dagster_project.raw.landing import LandedFile, LandingManifest, LandingStore
from dagster_project.raw.load import loaded
from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import CatalogueEntry, PxWebEntry, load_catalogue
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.resolve import Selection
from dagster_project.sources.transport import KeptAnswers, Progress, WebRequest


class LandingTransport:
    """The answers of one landing. Raises: PermanentSourceError missing_file for whatever else is asked."""

    def __init__(self, store: LandingStore, entry: CatalogueEntry, manifest: LandingManifest) -> None:
        self.origin = manifest.origin
        self.first_year = manifest.first_year
        self._directory = store.directory(entry, manifest.landing_id)
        self._files = manifest.files

    def get(self, request: WebRequest) -> Answer:
        for file in self._files:
            if file.place == request.place:
                return request.answered(file.url, self._bytes(file))
        raise PermanentSourceError("missing_file", f"{self._directory} has no answer at {request.place}")

    def resumed(self, kept: KeptAnswers) -> LandingTransport:  # noqa: ARG002
        return self

    def metadata(self, entry: PxWebEntry) -> Answer:  # noqa: ARG002
        return self._answers(metadata=True)[0]

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:  # noqa: ARG002
        return self._answers(metadata=False)

    def listing_stamp(self, entry: PxWebEntry) -> str | None:  # noqa: ARG002
        return None

    def _answers(self, *, metadata: bool) -> tuple[Answer, ...]:
        found = tuple(
            Answer(name=file.name, url=file.url, body=self._bytes(file), query=file.query, place=file.place)
            for file in self._files
            if (file.name == "metadata.json") == metadata
        )
        if not found:
            raise PermanentSourceError("missing_file", f"{self._directory} has no such answer")
        return found

    def _bytes(self, file: LandedFile) -> bytes:
        try:
            return (self._directory / file.name).read_bytes()
        except OSError as error:
            raise PermanentSourceError(
                "missing_file", f"{self._directory / file.name} cannot be read: {error.strerror}"
            ) from error


class LandedTransport:
    """The answers behind the tables that are loaded now, read from their landings."""

    origin = "directory"
    first_year: int | None = None

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        store: LandingStore,
        entries: Sequence[CatalogueEntry] | None = None,
    ) -> None:
        self._con = con
        self._store = store
        self._entries = load_catalogue() if entries is None else entries

    def get(self, request: WebRequest) -> Answer:
        for entry in self._entries:
            if entry.protocol == "pxweb" or (landing := self._landing(entry)) is None:
                continue
            try:
                return landing.get(request)
            except PermanentSourceError:
                continue
        raise _never_loaded(f"nothing loaded came from {request.host}/{request.path}")

    def resumed(self, kept: KeptAnswers) -> LandedTransport:  # noqa: ARG002
        return self

    def metadata(self, entry: PxWebEntry) -> Answer:
        return self._required(entry).metadata(entry)

    def data(self, entry: PxWebEntry, selection: Selection, progress: Progress) -> tuple[Answer, ...]:
        return self._required(entry).data(entry, selection, progress)

    def listing_stamp(self, entry: PxWebEntry) -> str | None:  # noqa: ARG002
        return None

    def _required(self, entry: CatalogueEntry) -> LandingTransport:
        landing = self._landing(entry)
        if landing is None:
            raise _never_loaded(f"{entry.qualified_name} has no landed answers")
        return landing

    def _landing(self, entry: CatalogueEntry) -> LandingTransport | None:
        standing = loaded(self._con, entry)
        manifest = self._store.manifest(entry, standing.landing_id) if standing else None
        return LandingTransport(self._store, entry, manifest) if manifest is not None else None


def _never_loaded(words: str) -> PermanentSourceError:
    return PermanentSourceError("missing_file", f"{words}; run `kuntaluotsi refresh` first")
