"""The client of Statistics Finland's classification service: municipalities by year and what became of them.

Years are found in the service's lists, never written. docs/sources/classifications.md
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote

import pandas as pd
from pydantic import BaseModel, ConfigDict

from dagster_project.sources.answer import Answer
from dagster_project.sources.candidate import Candidate, present
from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import Json, dumped, read_json, read_rows
from dagster_project.sources.transport import Progress, Transport, WebRequest

LANGUAGES = ("fi", "sv", "en")
"""One language comes a call."""
_ROOT = "api/classifications/v2"
_ITEMS = (("content", "data"), ("meta", "max"))
_MAPS = (("content", "data"), ("meta", "min"), ("lang", "fi"))
_MOST_IN_A_LIST = 20_000
"""Addresses; the service has some 450 classifications and 330 correspondence tables."""


class ClassificationsQuery(BaseModel):
    """What an entry asks for, of the `first_year` and later divisions.

    `items` are the classes of `classification` by year, `changes` the pairs of codes between the divisions of
    two years that follow one another, `parents` the pairs between a year's classes and those of `parents`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    content: Literal["items", "changes", "parents"]
    classification: str = "kunta"
    parents: tuple[str, ...] = ()
    first_year: int = 2013


@dataclass(frozen=True)
class Part:
    """One call's worth: the `year` of the division (the later one of a change), `what` language or parent."""

    identity: str
    year: int
    what: str
    newest: bool

    def request(self, entry: RestEntry, query: ClassificationsQuery) -> WebRequest:
        """The call. What is said of an earlier year does not change: it is asked for once."""
        if query.content == "items":
            path = f"classifications/{self.identity}/classificationItems"
            params, tail = (*_ITEMS, ("lang", self.what)), f"{self.identity}-{self.what}"
        else:
            path = f"correspondenceTables/{self.identity}/maps"
            params, tail = _MAPS, self.identity.replace("#", "_to_")
        return WebRequest(
            entry.host, f"{_ROOT}/{path}", params, name=f"{tail}.json", versioned=not self.newest
        )


@dataclass(frozen=True)
class Reading:
    """What was asked for. Divisions always come whole; `whole` is false when municipalities were named."""

    parts: tuple[Part, ...]
    whole: bool


class ClassificationsClient:
    """The classification service's protocol."""

    def listing_stamp(self, entry: RestEntry, transport: Transport) -> str | None:
        """A digest of the divisions that are published: a published one is not rewritten, a new one comes."""
        if transport.origin != "live":
            return None
        query = ClassificationsQuery.model_validate(entry.query)
        listed = transport.get(_list_request(entry, query))
        identities = "\n".join(part.identity for part in _parts(query, listed))
        return hashlib.sha256(identities.encode()).hexdigest()[:16]

    def fetch(
        self,
        entry: RestEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        """The service's list, and every part that the entry asks for."""
        query = ClassificationsQuery.model_validate(entry.query)
        listed = transport.get(_list_request(entry, query))
        parts = tuple(_parts(query, listed))
        answers = []
        for number, part in enumerate(parts, start=1):
            answers.append(transport.get(part.request(entry, query)))
            progress("fetch", number, len(parts))
        reading = Reading(parts, whole=areas is None)
        return Fetched(entry, transport.origin, (listed, *answers), listing_stamp, reading)

    def parse(self, fetched: Fetched) -> Candidate:
        entry, parts, answers = fetched.entry, fetched.reading.parts, fetched.answers[1:]
        query = ClassificationsQuery.model_validate(entry.query)
        read = {"items": _items, "changes": _changes, "parents": _parents}[query.content]
        frame = pd.DataFrame(list(read(parts, answers)), columns=list(entry.raw_columns), dtype=object)
        codes = present(frame[entry.area_column]) if entry.area_column else ()
        return Candidate(
            frame=frame,
            key_columns=entry.key_columns,
            periods=present(frame[entry.period_column]) if entry.period_column else (),
            areas=codes,
            municipalities=tuple(code for code in codes if re.fullmatch(r"\d{3}", code)),
            border_year=max(part.year for part in parts),
            covers_country=fetched.reading.whole,
        )

    def few(self, fetched: Fetched, areas: Collection[str]) -> tuple[Answer, ...]:
        """The answers of the last two divisions: `areas` and what was joined to them."""
        query = ClassificationsQuery.model_validate(fetched.entry.query)
        earliest = max(part.year for part in fetched.reading.parts) - 1
        kept = [
            answer
            for part, answer in zip(fetched.reading.parts, fetched.answers[1:], strict=True)
            if part.year >= earliest
        ]
        listed = fetched.answers[0]
        addresses = [address for address in _addresses(listed) if _earliest_year(address) >= earliest]
        short = [
            Answer(
                a.name,
                a.url,
                dumped([row for row in read_rows(a) if _concerns(row, query, areas)]),
                place=a.place,
            )
            for a in kept
        ]
        return (Answer(listed.name, listed.url, dumped(addresses), place=listed.place), *short)


CLIENT = ClassificationsClient()


def _list_request(entry: RestEntry, query: ClassificationsQuery) -> WebRequest:
    name = "classifications" if query.content == "items" else "correspondenceTables"
    return WebRequest(entry.host, f"{_ROOT}/{name}", name=f"{name}.json", shared=True)


def _addresses(listed: Answer) -> list[str]:
    value = read_json(listed)
    if (
        not isinstance(value, list)
        or len(value) > _MOST_IN_A_LIST
        or not all(isinstance(v, str) for v in value)
    ):
        raise PermanentSourceError(
            "malformed", f"{listed.url}: expected a list of at most {_MOST_IN_A_LIST} addresses"
        )
    return value


def _last(address: str) -> str:
    return unquote(address.rstrip("/").rpartition("/")[2])


def _earliest_year(address: str) -> int:
    years = re.findall(r"_(\d{4})\d{4}", _last(address))
    return min(map(int, years), default=0)


def _parts(query: ClassificationsQuery, listed: Answer) -> Iterator[Part]:
    """What there is to ask for, earlier years first.

    Raises: PermanentSourceError drifted, with some of what is listed, when nothing fits.
    """
    found = list(_found(query, [_last(address) for address in _addresses(listed)]))
    if not found:
        like = sorted(name for name in map(_last, _addresses(listed)) if query.classification in name)
        raise PermanentSourceError(
            "drifted",
            f"{listed.url}: no division of {query.classification!r} from {query.first_year} on is listed "
            f"in the form kunta_1_20260101; there are now: {', '.join(like[-6:]) or 'none like it'}. "
            "Look at the service's list and mend sources/classifications.py",
        )
    newest = max(year for _, year, _ in found)
    for identity, year, what in sorted(found, key=lambda part: (part[1], part[2])):
        yield Part(identity, year, what, newest=year == newest)


def _found(query: ClassificationsQuery, names: list[str]) -> Iterator[tuple[str, int, str]]:
    """Identity, year, and language or parent of every listed name that the query means."""
    own = rf"{re.escape(query.classification)}_1_(\d{{4}})0101"
    for name in dict.fromkeys(names):
        source, _, target = name.partition("#")
        mine = re.fullmatch(own, source)
        if mine is None or int(mine[1]) < query.first_year:
            continue
        year = int(mine[1])
        if query.content == "items" and not target:
            yield from ((name, year, language) for language in LANGUAGES)
        elif (
            query.content == "changes" and (later := re.fullmatch(own, target)) and int(later[1]) == year + 1
        ):
            yield name, year + 1, query.classification
        elif query.content == "parents":
            for parent in query.parents:
                if target == f"{parent}_1_{mine[1]}0101":
                    yield name, year, parent


def _items(parts: tuple[Part, ...], answers: tuple[Answer, ...]) -> Iterator[tuple[str, ...]]:
    """year, code and the names in every language."""
    names: dict[tuple[int, str], dict[str, str]] = {}
    for part, answer in zip(parts, answers, strict=True):
        for number, row in enumerate(read_rows(answer), start=1):
            code, name = row.get("code"), _name(row, part.what)
            if not isinstance(code, str) or not code or name is None:
                raise PermanentSourceError(
                    "malformed", f"{answer.url}: item {number} lacks `code` or a name in {part.what!r}"
                )
            if part.what in names.setdefault((part.year, code), {}):
                raise PermanentSourceError("malformed", f"{answer.url}: {code} stands twice")
            names[part.year, code][part.what] = name
    for (year, code), told in names.items():
        if lacking := [language for language in LANGUAGES if language not in told]:
            raise PermanentSourceError(
                "truncated", f"{answers[0].url}: {code} of {year} has no name in {', '.join(lacking)}"
            )
        yield (str(year), code, *(told[language] for language in LANGUAGES))


def _name(row: Json, language: str) -> str | None:
    """The item's name: in the language asked for when several come."""
    told = row.get("classificationItemNames")
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        return None
    fitting = [one for one in told if one.get("lang", language) == language]
    name = fitting[0].get("name") if fitting else None
    return name if isinstance(name, str) and name else None


def _pairs(answer: Answer) -> Iterator[tuple[str, str]]:
    for number, row in enumerate(read_rows(answer), start=1):
        codes = tuple(_code(row, side) for side in ("source", "target"))
        if None in codes:
            raise PermanentSourceError(
                "malformed",
                f"{answer.url}: pair {number} lacks the code of sourceItem or targetItem; has {sorted(row)}",
            )
        yield codes  # type: ignore[misc]


def _code(row: Json, side: str) -> str | None:
    """The code of one side of a pair, by the item's `code` or the last part of its local id."""
    item = row.get(f"{side}Item")
    code = item.get("code") if isinstance(item, dict) else None
    if code is None:
        local = row.get(f"{side}LocalId")
        code = local.rpartition("/")[2] if isinstance(local, str) else None
    return code if isinstance(code, str) and code else None


def _changes(parts: tuple[Part, ...], answers: tuple[Answer, ...]) -> Iterator[tuple[str, ...]]:
    """from year, from code, to year, to code."""
    for part, answer in zip(parts, answers, strict=True):
        for before, after in _pairs(answer):
            yield str(part.year - 1), before, str(part.year), after


def _parents(parts: tuple[Part, ...], answers: tuple[Answer, ...]) -> Iterator[tuple[str, ...]]:
    """year, code, classification of the parent, its code."""
    for part, answer in zip(parts, answers, strict=True):
        for code, parent in _pairs(answer):
            yield str(part.year), code, part.what, parent


def _concerns(row: Json, query: ClassificationsQuery, areas: Collection[str]) -> bool:
    if query.content == "items":
        return row.get("code") in areas
    return bool({_code(row, "source"), _code(row, "target")} & set(areas))
