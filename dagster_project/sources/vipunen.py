"""The client of Vipunen, the education administration's statistics: one resource a table, page by page.

Field names are the publisher's; an entry says by pattern which of them its columns are, as some are known
from public code alone. docs/sources/vipunen.md
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, model_validator

from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import load_business_ids
from dagster_project.sources.candidate import Candidate, of_records
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.rows import Json, Kind, dumped, read_column, read_json, read_rows
from dagster_project.sources.transport import Progress, Transport, WebRequest
from dagster_project.sources.vipunen_filter import rsql

PAGE = 5000
"""Rows asked for at once; a page with fewer is the last."""
MOST_ROWS = 3_000_000
STAMP_FIELD = "tietojoukkoPaivitettyPvm"
MUNICIPALITY = "kunta_koodi"
"""The column that is made of a provider's business id, empty for providers that are no municipality."""
_KINDS: dict[str, Kind] = {"varchar": "text", "double": "number", "bigint": "count", "boolean": "flag"}


class VipunenQuery(BaseModel):
    """What an entry asks for: the rows of a `resource` that pass `filter` (field: accepted values).

    `fields` says for each column the pattern of its field's whole name; those in `optional` may be missing.
    `municipality_by` names the column with the provider's business id.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: str
    fields: dict[str, str]
    optional: tuple[str, ...] = ()
    filter: dict[str, tuple[str, ...]] = {}
    municipality_by: str | None = None

    @model_validator(mode="after")
    def _is_possible(self) -> VipunenQuery:
        if re.fullmatch(r"[a-z0-9_]+", self.resource) is None:
            raise ValueError(f"{self.resource!r} is no resource's name")
        if unknown := {*self.optional, *filter(None, [self.municipality_by])} - set(self.fields):
            raise ValueError(f"{sorted(unknown)} are not among the fields")
        for pattern in self.fields.values():
            re.compile(pattern)
        rsql(self.filter)
        return self


@dataclass(frozen=True)
class Reading:
    """What `parse` needs beside the bytes: the publisher's field of every column, and the areas named."""

    fields: Mapping[str, str]
    areas: frozenset[str] | None = None


class VipunenClient:
    """Vipunen's protocol."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """The day in the first row on which the resource was updated, and the number of rows."""
        if transport.origin != "live":
            return None
        query = VipunenQuery.model_validate(entry.query)
        rows = read_rows(transport.get(_page_request(entry, query, 0, limit=1)))
        count = _count(transport.get(_count_request(entry, query)))
        updated = rows[0].get(STAMP_FIELD) if rows else None
        return None if updated is None else f"{updated}/{count}"

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The resource's fields, its number of rows, and all pages."""
        query = VipunenQuery.model_validate(entry.query)
        described = transport.get(_request(entry, query, "", name="fields.json"))
        fields = find_fields(described, query)
        counted = transport.get(_count_request(entry, query))
        expected = _count(counted)
        pages, came = [], 0
        while True:
            page = transport.get(_page_request(entry, query, came))
            rows = len(read_rows(page))
            pages.append(page)
            came += rows
            progress("fetch", came, max(came, expected))
            if rows < PAGE or came > MOST_ROWS:
                break
        if came != expected:
            raise TransientSourceError(
                "truncated",
                f"{counted.url}: {expected} rows were announced, {came} came; the resource may have been "
                "updated meanwhile",
            )
        named = None if areas is None or entry.keep_all_areas else frozenset(areas)
        reading = Reading(fields, named)
        answers = (described, counted, *pages)
        return Fetched(
            entry, transport.origin, answers, listing_stamp, reading, fields, border_year=entry.border_year
        )

    def parse(self, fetched: Fetched) -> Candidate:
        """The rows of all pages, narrowed to the areas that were named."""
        entry, reading = fetched.entry, fetched.reading
        query = VipunenQuery.model_validate(entry.query)
        frame = pd.concat([_frame(entry, reading, page) for page in fetched.answers[2:]], ignore_index=True)
        if query.municipality_by is not None:
            ids = load_business_ids().municipalities
            codes = [ids.get(provider) for provider in frame[query.municipality_by]]
            frame[MUNICIPALITY] = pd.Series(codes, index=frame.index, dtype=object)
        return of_records(
            entry,
            frame,
            reading.areas,
            fetched.answers[0].url,
            publisher_stamp=_newest(read_rows(fetched.answers[2])),
            border_year=fetched.border_year,
        )

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """One page with the rows of the municipalities `areas`, counted anew."""
        entry, reading = fetched.entry, fetched.reading
        query = VipunenQuery.model_validate(entry.query)
        ids = load_business_ids().municipalities
        rows = [row for page in fetched.answers[2:] for row in read_rows(page)]
        if entry.area_column is not None:
            column = query.municipality_by or entry.area_column
            field = reading.fields[column]
            rows = [row for row in rows if ids.get(str(row.get(field)), str(row.get(field))) in areas]
        described, counted, first = fetched.answers[:3]
        return (
            described,
            replace(counted, body=f"{len(rows)}\n".encode()),
            replace(first, body=dumped(rows)),
        )


CLIENT = VipunenClient()


def find_fields(described: Answer, query: VipunenQuery) -> dict[str, str]:
    """The publisher's field of every column; optional ones may be left out.

    Raises: PermanentSourceError drifted naming the column whose field is gone or is not one alone, with the
    fields there are now.
    """
    names = [row.get("name") for row in read_rows(described)]
    if not names or not all(isinstance(name, str) for name in names):
        raise PermanentSourceError("malformed", f"{described.url}: expected a list of fields with names")
    found = {}
    for column, pattern in query.fields.items():
        fitting = [name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)]
        if not fitting and column in query.optional:
            continue
        if len(fitting) != 1:
            several = f"{len(fitting)} fields fit" if fitting else "no field fits"
            raise PermanentSourceError(
                "drifted",
                f"{described.url}: {several} {pattern!r}, the pattern of {column}; "
                f"its fields are {', '.join(names)}",
            )
        found[column] = fitting[0]
    return found


def _frame(entry: RestEntry, reading: Reading, page: Answer) -> pd.DataFrame:
    """The page's rows under the entry's columns."""
    rows = read_rows(page)
    columns = {}
    for column, kind in entry.raw_columns.items():
        if column != MUNICIPALITY:
            field = reading.fields.get(column, column)
            columns[column] = read_column(rows, field, _KINDS[kind], page.url)
            if column in entry.key_columns:  # a school without branches has no branch: that is its key
                columns[column] = columns[column].fillna("")
    return pd.DataFrame(columns, index=range(len(rows)))


def _request(
    entry: RestEntry, query: VipunenQuery, tail: str, params: tuple[tuple[str, str], ...] = (), **more: Any
) -> WebRequest:
    return WebRequest(entry.host, f"api/resources/{query.resource}{tail}", params, **more)


def _count_request(entry: RestEntry, query: VipunenQuery) -> WebRequest:
    return _request(entry, query, "/data/count", tuple(_filter(query)), name="count.json")


def _page_request(entry: RestEntry, query: VipunenQuery, offset: int, limit: int = PAGE) -> WebRequest:
    params = (("limit", str(limit)), ("offset", str(offset)), *_filter(query))
    return _request(entry, query, "/data", params, name=f"page-{offset:07}-{limit}.json")


def _filter(query: VipunenQuery) -> Iterator[tuple[str, str]]:
    if (written := rsql(query.filter)) is not None:
        yield "filter", written


def _count(answer: Answer) -> int:
    value = read_json(answer)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= MOST_ROWS:
        raise PermanentSourceError(
            "malformed", f"{answer.url}: {str(value)[:80]!r} rows, expected a number up to {MOST_ROWS}"
        )
    return value


def _newest(rows: list[Json]) -> datetime | None:
    """The youngest day of update in the rows, None when they tell of none."""
    days = [row[STAMP_FIELD] for row in rows if isinstance(row.get(STAMP_FIELD), str)]
    try:
        return datetime.fromisoformat(max(days)[:10]).replace(tzinfo=UTC) if days else None
    except ValueError:
        return None
