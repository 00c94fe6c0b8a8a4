"""The Sotkanet client (THL, REST 1.1): indicator figures, the list of indicators, the list of regions.

One indicator a call; regions have Sotkanet's own numbers, which only its list of regions explains. What
Sotkanet does not publish is an absent row: missing, not zero. docs/sources/sotkanet.md
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate, present
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import dumped, read_rows
from dagster_project.sources.sotkanet_frames import (
    MUNICIPALITY,
    Reading,
    indicators_frame,
    regions_frame,
    values_frame,
)
from dagster_project.sources.sotkanet_titles import (
    FoundIndicator,
    WantedIndicator,
    find_indicators,
)
from dagster_project.sources.transport import Progress, Transport, WebRequest

LARGEST_LIST = 60_000_000
"""Bytes. Some 3 500 indicators, described in three languages."""
LARGEST_ANSWER = 30_000_000
LAST_YEAR_IN_A_FOLDER = 2040
"""Folders without a list of indicators are looked through up to this year."""
_PATH = "rest/1.1"


class SotkanetQuery(BaseModel):
    """What an entry asks for: `values` of `indicators` in regions of `categories`, or one of the lists."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Literal["values", "indicators", "regions"]
    indicators: tuple[WantedIndicator, ...] = ()
    categories: tuple[str, ...] = ()
    first_year: int = 1990


class SotkanetClient:
    """The Sotkanet protocol."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """The youngest `data-updated` of the wanted indicators, with their number; None for a folder."""
        query = SotkanetQuery.model_validate(entry.query)
        if transport.origin != "live" or query.content == "regions":
            return None
        listed = read_rows(transport.get(_list_request(entry)))
        if query.content == "indicators":
            updates = [str(item.get("data-updated") or "") for item in listed]
        else:
            updates = [one.updated or "" for one in find_indicators(query.indicators, listed, entry.host)]
        return f"{max(updates, default='')}/{len(updates)}"

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The answers of one list, or the list of regions and every wanted indicator's figures."""
        query = SotkanetQuery.model_validate(entry.query)
        reading = Reading(areas=None if areas is None or entry.keep_all_areas else frozenset(areas))
        if query.content == "indicators":
            answers = (transport.get(_list_request(entry)),)
        elif query.content == "regions":
            answers = (transport.get(_regions_request(entry)),)
        else:
            answers, reading = _fetch_values(entry, query, transport, reading, progress)
        return Fetched(
            entry, transport.origin, answers, listing_stamp, reading, border_year=entry.border_year
        )

    def parse(self, fetched: Fetched) -> Candidate:
        query = SotkanetQuery.model_validate(fetched.entry.query)
        if query.content == "indicators":
            frame = indicators_frame(fetched.answers[0])
            stamp = max(frame["data_updated"].dropna(), default=None)
            return _candidate(fetched, frame, stamp)
        if query.content == "regions":
            return _candidate(fetched, regions_frame(fetched.answers[0]), None)
        lists = 2 if len(fetched.answers) == len(fetched.reading.asked) + 2 else 1
        frame = values_frame(
            fetched.answers[lists:], fetched.reading, fetched.answers[lists - 1], query.categories
        )
        stamp = max((one.updated for one in fetched.reading.asked if one.updated), default=None)
        return _candidate(fetched, frame, stamp)

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """The answers for the municipalities `areas` and one region of every other category."""
        return tuple(_shortened(fetched, areas))


CLIENT = SotkanetClient()


def _fetch_values(
    entry: RestEntry, query: SotkanetQuery, transport: Transport, reading: Reading, progress: Progress
) -> tuple[tuple[Answer, ...], Reading]:
    lists, found = _resolved(entry, query, transport)
    first = max(query.first_year, transport.first_year or query.first_year)
    answers, asked = [], []
    for number, one in enumerate(found, start=1):
        for request in _value_requests(entry, one, first):
            answer = _carried(transport, request)
            if answer is not None:
                answers.append(answer)
                asked.append(one)
        progress("fetch", number, len(found))
    if not answers:
        raise _nothing(entry, found, transport)
    return (*lists, *answers), Reading(tuple(asked), reading.areas)


def _resolved(
    entry: RestEntry, query: SotkanetQuery, transport: Transport
) -> tuple[tuple[Answer, ...], tuple[FoundIndicator, ...]]:
    """The lists (the wanted slice of the indicators', all regions) and the indicators found in them.

    A folder may lack the list of indicators, as recorded answers do: pinned numbers then go unchecked, under
    the catalogue's own titles, and the others are left out.
    """
    regions = transport.get(_regions_request(entry))
    try:
        listed = transport.get(_list_request(entry))
    except PermanentSourceError as fault:
        if transport.origin == "live" or fault.kind not in ("missing_file", "not_carried"):
            raise
        pinned = [one for one in query.indicators if one.id is not None]
        found = tuple(FoundIndicator(one, one.id, one.title, None, None, None) for one in pinned)
        return (regions,), found
    rows = read_rows(listed)
    found = find_indicators(query.indicators, rows, listed.url)
    wanted = {one.id for one in found}
    part = dumped([row for row in rows if row.get("id") in wanted])
    return (Answer("indicators.json", listed.url, part, place=listed.place), regions), found


def _value_requests(entry: RestEntry, one: FoundIndicator, first_year: int) -> Iterator[WebRequest]:
    """A call for every year of the indicator.

    Lists of years with commas are refused (400), and answers of one year keep their place in a folder however
    many years there are; what has landed is not asked for again until the indicator is updated.
    """
    first = max(first_year, one.first_year or first_year)
    stamp = re.sub(r"\D", "", one.updated or "") or "undated"
    genders = [("genders", gender) for gender in one.wanted.genders]
    for year in range(first, (one.last_year or LAST_YEAR_IN_A_FOLDER) + 1):
        params = (("indicator", str(one.id)), ("years", str(year)), *genders)
        name = f"indicator-{one.id}-{year}-{'-'.join(one.wanted.genders)}-{stamp}.json"
        yield WebRequest(
            entry.host,
            f"{_PATH}/json",
            params,
            name=name,
            largest=LARGEST_ANSWER,
            versioned=one.updated is not None,
        )


def _carried(transport: Transport, request: WebRequest) -> Answer | None:
    """The answer; None when a folder does not have it, which a part of the whole need not."""
    try:
        return transport.get(request)
    except PermanentSourceError as fault:
        if transport.origin != "live" and fault.kind in ("missing_file", "not_carried"):
            return None
        raise


def _nothing(entry: RestEntry, found: Sequence[FoundIndicator], transport: Transport) -> PermanentSourceError:
    wanted = ", ".join(f"{one.id} {one.title!r}" for one in found) or "none of the catalogue's"
    kind = "not_carried" if getattr(transport, "may_lack_tables", False) else "missing_file"
    return PermanentSourceError(kind, f"{entry.qualified_name}: no answer for any indicator ({wanted})")


def _list_request(entry: RestEntry) -> WebRequest:
    return WebRequest(
        entry.host, f"{_PATH}/indicators", name="indicators.json", largest=LARGEST_LIST, shared=True
    )


def _regions_request(entry: RestEntry) -> WebRequest:
    return WebRequest(entry.host, f"{_PATH}/regions", name="regions.json", largest=LARGEST_LIST, shared=True)


def _candidate(fetched: Fetched, frame: pd.DataFrame, stamp: str | None) -> Candidate:
    entry, reading = fetched.entry, fetched.reading
    ordered = frame[list(entry.raw_columns)]
    areas, municipalities = (), ()
    if entry.area_column is not None:
        areas = present(frame[entry.area_column])
        municipalities = present(frame.loc[frame["region_category"] == MUNICIPALITY, entry.area_column])
    return Candidate(
        frame=ordered,
        key_columns=entry.key_columns,
        periods=present(frame[entry.period_column]) if entry.period_column else (),
        areas=areas,
        municipalities=municipalities,
        publisher_stamp=_moment(stamp),
        border_year=fetched.border_year,
        covers_country=reading.areas is None,
        missing_areas=tuple(sorted((reading.areas or frozenset()) - set(municipalities))),
    )


def _moment(updated: str | None) -> datetime | None:
    """`2025-04-29` or a longer moment as UTC; None for anything else."""
    try:
        moment = datetime.fromisoformat(updated or "")
    except ValueError:
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _shortened(fetched: Fetched, areas: Collection[str]) -> Iterator[Answer]:
    regions = next((answer for answer in fetched.answers if answer.name == "regions.json"), None)
    kept = _few_regions(regions, areas) if regions is not None else frozenset()
    for answer in fetched.answers:
        rows = read_rows(answer)
        if answer is regions:
            rows = [row for row in rows if row["id"] in kept]
        elif answer.name != "indicators.json":
            rows = [row for row in rows if row["region"] in kept]
        yield Answer(answer.name, answer.url, dumped(rows), place=answer.place)


def _few_regions(regions: Answer, areas: Collection[str]) -> frozenset[object]:
    """The ids of the municipalities `areas` and of the first region of every other category."""
    kept, seen = set(), set()
    for row in read_rows(regions):
        category = row["category"]
        if (category == MUNICIPALITY and row["code"] in areas) or (
            category != MUNICIPALITY and category not in seen
        ):
            seen.add(category)
            kept.add(row["id"])
    return frozenset(kept)
