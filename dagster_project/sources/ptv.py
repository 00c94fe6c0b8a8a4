"""The client of Suomi.fi's service directory (PTV, open interface 11): services and channels by municipality.

Only what counts services is loaded; what a description tells of persons stays behind. docs/sources/ptv.md
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.candidate import Candidate, present
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.rows import Json, dumped, read_column
from dagster_project.sources.transport import Progress, Transport, WebRequest

MOST_PAGES = 200
"""Pages of one municipality; Helsinki had 80 pages of channels."""
LARGEST_PAGE = 20_000_000
_ROOT = "api/v11"


class PtvQuery(BaseModel):
    """What an entry asks for: `services` or `channels` of `municipalities`, or of those that were named."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Literal["services", "channels"]
    municipalities: tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """The municipality of every answer, and the municipalities that were named."""

    municipalities: tuple[str, ...]
    named: frozenset[str] | None


class PtvClient:
    """PTV's protocol."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:  # noqa: ARG002
        """None: only the pages themselves tell when something was modified."""
        return None

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """All pages of every municipality."""
        query = PtvQuery.model_validate(entry.query)
        codes = tuple(sorted(areas)) if areas is not None else query.municipalities
        answers: list[Answer] = []
        asked: list[str] = []
        for number, code in enumerate(codes, start=1):
            for page in _pages(entry, query, transport, code):
                answers.append(page)
                asked.append(code)
            progress("fetch", number, len(codes))
        named = None if areas is None else frozenset(areas)
        reading = Reading(tuple(asked), named)
        return Fetched(entry, transport.origin, tuple(answers), listing_stamp, reading)

    def parse(self, fetched: Fetched) -> Candidate:
        """One row per municipality and service or channel."""
        entry, reading = fetched.entry, fetched.reading
        query = PtvQuery.model_validate(entry.query)
        describe = _service if query.content == "services" else _channel
        rows = [
            {"municipality_code": code, **describe(item)}
            for code, answer in zip(reading.municipalities, fetched.answers, strict=True)
            for item in _items(answer)
        ]
        if not rows:
            raise PermanentSourceError(
                "wrong_areas" if reading.named is not None else "truncated",
                f"{fetched.answers[0].url if fetched.answers else entry.qualified_name}: nothing came for "
                f"{', '.join(sorted(set(reading.municipalities))[:6]) or 'no municipality'}",
            )
        where = fetched.answers[0].url
        frame = pd.DataFrame(
            {column: read_column(rows, column, "text", where) for column in entry.raw_columns}
        )
        frame = frame.drop_duplicates(
            list(entry.key_columns), ignore_index=True
        )  # a page may shift as it is read
        codes = present(frame["municipality_code"])
        return Candidate(
            frame=frame,
            key_columns=entry.key_columns,
            areas=codes,
            municipalities=codes,
            publisher_stamp=_newest(rows),
            covers_country=False,
            missing_areas=tuple(sorted((reading.named or frozenset()) - set(codes))),
        )

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """One page of two items for each of `areas`."""
        short = {}
        for code, answer in zip(fetched.reading.municipalities, fetched.answers, strict=True):
            if code in areas and code not in short:
                document = decode_json(answer)
                document |= {"pageCount": 1, "itemList": _items(answer)[:2]}
                short[code] = replace(answer, body=dumped(document))
        return tuple(short.values())


CLIENT = PtvClient()


def _request(entry: RestEntry, query: PtvQuery, code: str, page: int) -> WebRequest:
    kind = "Service" if query.content == "services" else "ServiceChannel"
    return WebRequest(
        entry.host,
        f"{_ROOT}/{kind}/list/area/Municipality/code/{code}",
        (("page", str(page)),),
        name=f"{code}-{page:03}.json",
        largest=LARGEST_PAGE,
    )


def _pages(entry: RestEntry, query: PtvQuery, transport: Transport, code: str) -> Iterator[Answer]:
    number, count = 1, 1
    while number <= count:
        page = transport.get(_request(entry, query, code, number))
        document = decode_json(page)
        told = document.get("pageCount")
        if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= MOST_PAGES:
            raise PermanentSourceError(
                "malformed", f"{page.url}: {str(told)[:40]!r} pages, expected up to {MOST_PAGES}"
            )
        if told and not _items(page):
            raise TransientSourceError("truncated", f"{page.url}: page {number} of {told} is empty")
        count = told
        yield page
        number += 1


def _items(page: Answer) -> list[Json]:
    items = decode_json(page).get("itemList")
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise PermanentSourceError("malformed", f"{page.url}: expected a list of objects under `itemList`")
    return items


def _service(item: Json) -> Json:
    """A service: who is responsible for it, and the channels it is reached by."""
    responsible = [
        one.get("organization")
        for one in _objects(item.get("organizations"))
        if one.get("roleType") == "Responsible" and isinstance(one.get("organization"), dict)
    ]
    keeper: Any = responsible[0] if responsible else {}
    channels = [
        channel["id"]
        for one in _objects(item.get("serviceChannels"))
        if isinstance(channel := one.get("serviceChannel"), dict) and isinstance(channel.get("id"), str)
    ]
    return {
        "service_id": item.get("id"),
        "service_name_fi": _finnish(item.get("serviceNames")),
        "organization_id": keeper.get("id"),
        "organization_name": keeper.get("name"),
        "publishing_status": item.get("publishingStatus"),
        "channel_ids": " ".join(sorted(set(channels))) or None,
        "modified": item.get("modified"),
    }


def _channel(item: Json) -> Json:
    return {
        "channel_id": item.get("id"),
        "channel_type": item.get("serviceChannelType"),
        "organization_id": item.get("organizationId"),
        "publishing_status": item.get("publishingStatus"),
        "modified": item.get("modified"),
    }


def _objects(value: object) -> list[Json]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _finnish(names: object) -> str | None:
    """The name in Finnish, else in Swedish; alternative names are left out."""
    told = {
        one.get("language"): one.get("value")
        for one in _objects(names)
        if one.get("type", "Name") == "Name"
        and isinstance(one.get("value"), str)
        and isinstance(one.get("language"), str)
    }
    return told.get("fi") or told.get("sv")


def _newest(rows: list[Json]) -> datetime | None:
    """The youngest time of change in the rows, None when they tell of none that can be read."""
    times = [row["modified"] for row in rows if isinstance(row.get("modified"), str)]
    day = re.match(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}", max(times, default=""))
    try:
        return datetime.fromisoformat(day[0]).replace(tzinfo=UTC) if day else None
    except ValueError:
        return None
