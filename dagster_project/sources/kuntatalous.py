"""The client of the State Treasury's municipal economy interface: register, figures, taxonomies, ids.

The register lists every document of every municipality and joint authority; the furthest stage of each is
read. Figure ids mean something within their taxonomy alone. docs/sources/kuntatalous.md
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import BusinessIds, load_business_ids
from dagster_project.sources.candidate import Candidate, present
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.kuntatalous_directory import directory_frame, directory_request, settled
from dagster_project.sources.kuntatalous_documents import (
    LARGEST_REGISTER,
    REGISTER_PATH,
    Document,
    newest_documents,
    newest_moment,
    slice_of,
    stamp_of,
)
from dagster_project.sources.kuntatalous_figures import figures_of
from dagster_project.sources.kuntatalous_taxonomy import (
    API_HOST,
    FILE_HOST,
    LARGEST_FILE,
    LIST_PATH,
    check_listed,
    file_path,
    taxonomy_of,
)
from dagster_project.sources.transport import Progress, Transport, WebRequest

LARGEST_DOCUMENT = 64_000_000
"""Bytes; a document by service class has some tens of thousands of figures."""
RECONCILED = ("049", "235")
"""Espoo and Kauniainen: the figure ids were reconciled with their published accounts."""


class KuntatalousQuery(BaseModel):
    """What an entry asks for.

    `figures` are those of one package's documents whose period fits `periods` (a pattern) from `first_year`
    on, in `parts` (all when none are named). `taxonomies` names, by year, those whose figure ids are known:
    other years are then not asked for, and a document in another taxonomy is refused. `documents` are the
    register's rows of `packages`, `taxonomy` the meaning of one package's figures, `directory` the
    municipalities' business ids.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Literal["figures", "documents", "taxonomy", "directory"]
    packages: tuple[str, ...] = ()
    periods: str = r"\d{4}(C\d\d)?"
    first_year: int = 2021
    parts: tuple[str, ...] | None = None
    taxonomies: dict[str, tuple[str, ...]] | None = None

    @model_validator(mode="after")
    def _one_package(self) -> KuntatalousQuery:
        if self.content in ("figures", "taxonomy") and len(self.packages) != 1:
            raise ValueError(f"{self.content} are of one package; got {list(self.packages)}")
        re.compile(self.periods)
        return self

    def wants(self, period: str) -> bool:
        """True for a period whose documents are read."""
        year = period[:4]
        known = self.taxonomies is None or year in self.taxonomies
        return known and int(year) >= self.first_year and re.fullmatch(self.periods, period) is not None

    def known_taxonomies(self, period: str) -> Sequence[str] | None:
        """The taxonomies in which the period's figures are known, None when the entry tells of none."""
        return None if self.taxonomies is None else self.taxonomies.get(period[:4], ())


@dataclass(frozen=True)
class Reading:
    """What `parse` needs beside the bytes."""

    ids: BusinessIds
    documents: tuple[Document, ...] = ()
    """Those whose figures are the answers after the first, in their order."""
    areas: frozenset[str] | None = None


class KuntatalousClient:
    """The Treasury's protocol."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """Changes when a document is new or has another stage or date; None for the other lists."""
        query = KuntatalousQuery.model_validate(entry.query)
        if transport.origin != "live" or query.content in ("taxonomy", "directory"):
            return None
        return stamp_of(_documents(entry, query, transport, _business_ids(transport)[0], None)[1])

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        query = KuntatalousQuery.model_validate(entry.query)
        if query.content == "directory":
            answers, reading = (transport.get(directory_request()),), Reading(load_business_ids())
        elif query.content == "taxonomy":
            answers, reading = _fetch_taxonomy(query, transport), Reading(load_business_ids())
        else:
            named = None if areas is None or entry.keep_all_areas else frozenset(areas)
            answers, reading = _fetch_documents(entry, query, transport, named, progress)
        return Fetched(
            entry, transport.origin, answers, listing_stamp, reading, border_year=entry.border_year
        )

    def parse(self, fetched: Fetched) -> Candidate:
        query = KuntatalousQuery.model_validate(fetched.entry.query)
        reading: Reading = fetched.reading
        if query.content == "directory":
            return _candidate(fetched, directory_frame(fetched.answers[0], reading.ids))
        if query.content == "taxonomy":
            return _candidate(fetched, taxonomy_of(fetched.answers[-1], query.packages[0]))
        if query.content == "documents":
            return _candidate(fetched, documents_frame(reading.documents, reading.ids))
        figures = [answer for answer in fetched.answers if _is_document(answer)]
        frames = [
            figures_of(
                answer,
                document,
                reading.ids,
                parts=query.parts,
                taxonomies=query.known_taxonomies(document.period),
            )
            for answer, document in zip(figures, reading.documents, strict=True)
        ]
        return _candidate(fetched, pd.concat(frames, ignore_index=True))

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """The documents of the municipalities `areas` and `RECONCILED`, and their rows of the register."""
        reading: Reading = fetched.reading
        wanted = {*areas, *RECONCILED}
        kept = [d for d in reading.documents if reading.ids.municipality(d.business_id) in wanted]
        if not kept:
            return fetched.answers
        names = {document.name for document in kept}
        register = next(answer for answer in fetched.answers if answer.name == "aineistot.json")
        shortened = replace(register, body=slice_of(kept))
        others = [answer for answer in fetched.answers if answer is not register]
        return (shortened, *(a for a in others if a.name in names or not _is_document(a)))


CLIENT = KuntatalousClient()


def documents_frame(documents: Sequence[Document], ids: BusinessIds) -> pd.DataFrame:
    """One row per municipality, package and period: its document in the furthest stage."""
    return pd.DataFrame(
        {
            "ytunnus": [document.business_id for document in documents],
            "kunta_koodi": [ids.municipality(document.business_id) for document in documents],
            "raportointikokonaisuus": [document.package for document in documents],
            "raportointikausi": [document.period for document in documents],
            "hyvaksymisvaihe": [document.stage for document in documents],
            "hyvaksymispvm": [document.accepted or None for document in documents],
            "julkaisupvm": [document.published or None for document in documents],
        },
        dtype=object,
    )


def _fetch_documents(
    entry: RestEntry,
    query: KuntatalousQuery,
    transport: Transport,
    areas: frozenset[str] | None,
    progress: Progress,
) -> tuple[tuple[Answer, ...], Reading]:
    ids, directory = _business_ids(transport)
    register, documents = _documents(entry, query, transport, ids, areas)
    lists = (_part_of(register, documents, entry, query), *directory)
    if not documents:
        raise PermanentSourceError(
            "wrong_areas" if areas is not None else "drifted",
            f"{entry.qualified_name}: the register has no document of {', '.join(query.packages)} "
            f"from {query.first_year} on for the municipalities asked for{_refused_among(ids, areas)}",
        )
    answers = []
    if query.content == "figures":
        for number, document in enumerate(documents, start=1):
            answers.append(transport.get(_document_request(entry, document)))
            progress("fetch", number, len(documents))
    return (*lists, *answers), Reading(ids, documents, areas)


def _documents(
    entry: RestEntry,
    query: KuntatalousQuery,
    transport: Transport,
    ids: BusinessIds,
    areas: frozenset[str] | None,
) -> tuple[Answer, tuple[Document, ...]]:
    """The register, and the documents in it that the entry reads."""
    register = _register(entry, query, transport)
    wanted = ids.within(areas)
    first = transport.first_year or 0
    return register, tuple(
        document
        for document in newest_documents(register, query.packages, ids)
        if document.business_id in wanted
        and query.wants(document.period)
        and int(document.period[:4]) >= first
    )


def _part_of(
    register: Answer, documents: Sequence[Document], entry: RestEntry, query: KuntatalousQuery
) -> Answer:
    """The register's rows that chose these documents: all of it that is worth keeping."""
    part = WebRequest(entry.host, REGISTER_PATH, (("raportointikokonaisuus", "_".join(query.packages)),))
    return Answer("aineistot.json", register.url, slice_of(documents), place=part.place)


def _register(entry: RestEntry, query: KuntatalousQuery, transport: Transport) -> Answer:
    """The whole register, or out of a folder the packages' part of it, which tables keep for themselves."""
    how = {"name": "aineistot.json", "largest": LARGEST_REGISTER, "shared": True}
    if transport.origin != "live":
        part = (("raportointikokonaisuus", "_".join(query.packages)),)
        try:
            return transport.get(WebRequest(entry.host, REGISTER_PATH, part, **how))
        except PermanentSourceError as fault:
            if fault.kind not in ("missing_file", "not_carried"):
                raise
    return transport.get(WebRequest(entry.host, REGISTER_PATH, **how))


def _business_ids(transport: Transport) -> tuple[BusinessIds, tuple[Answer, ...]]:
    """The seed's ids, those that it refuses settled by the official directory where that answers."""
    ids = load_business_ids()
    try:
        directory = transport.get(directory_request())
        return settled(ids, directory), (directory,)
    except SourceFault:
        return ids, ()  # the municipalities stay refused, the others do not wait for it


def _fetch_taxonomy(query: KuntatalousQuery, transport: Transport) -> tuple[Answer, ...]:
    package = query.packages[0]
    listed = transport.get(WebRequest(API_HOST, LIST_PATH, name="taksonomia.json", shared=True))
    check_listed(listed, package)
    request = WebRequest(FILE_HOST, file_path(package), name=f"{package}.json", largest=LARGEST_FILE)
    return listed, transport.get(request)


def _document_request(entry: RestEntry, document: Document) -> WebRequest:
    return WebRequest(
        entry.host,
        document.path,
        name=document.name,
        largest=LARGEST_DOCUMENT,
        versioned=bool(document.accepted or document.published),
    )


def _is_document(answer: Answer) -> bool:
    return "/dokumentti/" in answer.place


def _refused_among(ids: BusinessIds, areas: frozenset[str] | None) -> str:
    refused = [f"{code} ({ids.refused[code]})" for code in sorted(ids.refused) if areas and code in areas]
    return f"; their business ids are refused: {', '.join(refused)}" if refused else ""


def _candidate(fetched: Fetched, frame: pd.DataFrame) -> Candidate:
    entry, reading = fetched.entry, fetched.reading
    found = present(frame[entry.area_column]) if entry.area_column else ()
    return Candidate(
        frame=frame[list(entry.raw_columns)],
        key_columns=entry.key_columns,
        periods=present(frame[entry.period_column]) if entry.period_column else (),
        areas=found,
        municipalities=found,
        publisher_stamp=newest_moment(reading.documents),
        border_year=fetched.border_year,
        covers_country=reading.areas is None,
        missing_areas=tuple(sorted((reading.areas or frozenset()) - set(found))) if entry.area_column else (),
    )
