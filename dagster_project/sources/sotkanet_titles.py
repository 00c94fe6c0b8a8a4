"""Which of Sotkanet's indicators is meant: found by its Finnish title, as written numbers lead astray.

Public programs disagree on numbers (3064 and 5641 are both called the morbidity index), and a number says
nothing when it is wrong. A number may be pinned beside the title and is then checked against it.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import Json

Gender = Literal["total", "male", "female"]

_QUALIFIER = re.compile(r"\s*\(\s*((?:\d{4})?\s*[-–]\s*(?:\d{4})?)\s*\)\s*$")
"""`(-2019)` or `(2020-)` at a title's end: the years that the series covers in this form."""


class WantedIndicator(BaseModel):
    """One indicator of the catalogue: the house's word for it, its title, and the genders asked for.

    An optional one may be missing from Sotkanet's list: its title has not been seen in a real answer.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str
    title: str
    id: int | None = None
    genders: tuple[Gender, ...] = ("total",)
    optional: bool = False


@dataclass(frozen=True)
class FoundIndicator:
    """A wanted indicator and what Sotkanet's list says of it. `last_year` is None where no list was there."""

    wanted: WantedIndicator
    id: int
    title: str
    first_year: int | None
    last_year: int | None
    updated: str | None


def find_indicators(
    wanted: Sequence[WantedIndicator], listed: Sequence[Json], where: str
) -> tuple[FoundIndicator, ...]:
    """The wanted indicators that are listed, in the catalogue's order; optional ones may be left out.

    Raises: PermanentSourceError drifted naming the title that is gone, that two indicators share, or that a
    pinned number does not carry, with what is listed instead; malformed when a row has no number.
    """
    for row, item in enumerate(listed, start=1):
        if not isinstance(item.get("id"), int) or isinstance(item["id"], bool):
            raise PermanentSourceError(
                "malformed",
                f"{where}: row {row} has the id {str(item.get('id'))[:60]!r}, expected a whole number",
            )
    titles = [(item, _title(item)) for item in listed]
    found = (_find(one, titles, where) for one in wanted)
    return tuple(one for one in found if one is not None)


def split_qualifier(title: str) -> tuple[str, str | None]:
    """The title without the years at its end, and those years (`-2019`), None when there are none."""
    match = _QUALIFIER.search(title)
    if match is None:
        return title.strip(), None
    return title[: match.start()].strip(), re.sub(r"\s", "", match[1]).replace("–", "-")


def normalised(title: str) -> str:
    """The letters, digits and percent signs of a title without its years.

    Spacing and dashes change from edition to edition: "17 - 24-vuotiaat", "17–24-vuotiaat".
    """
    text = unicodedata.normalize("NFC", split_qualifier(title)[0]).casefold()
    return "".join(sign for sign in text if sign.isalnum() or sign in "%‰€")


def _find(wanted: WantedIndicator, titles: list[tuple[Json, str]], where: str) -> FoundIndicator | None:
    if wanted.id is not None:
        return _found(wanted, _pinned(wanted, titles, where), where)
    matching = [item for item, title in titles if normalised(title) == normalised(wanted.title)]
    if len(matching) > 1:
        matching = _closest(wanted.title, matching)
    if len(matching) == 1:
        return _found(wanted, matching[0], where)
    if not matching and wanted.optional:
        return None
    if matching:
        shown = "; ".join(f"{item['id']} {_title(item)!r}" for item in matching)
        raise PermanentSourceError(
            "drifted",
            f"{where}: {len(matching)} indicators have the title {wanted.title!r}: {shown}; "
            "pin the right one's id in sources/catalogue/sotkanet.yaml",
        )
    raise PermanentSourceError(
        "drifted", f"{where}: no indicator has the title {wanted.title!r}; {_alike(wanted.title, titles)}"
    )


def _pinned(wanted: WantedIndicator, titles: list[tuple[Json, str]], where: str) -> Json:
    """The listed indicator with the pinned number. Raises: PermanentSourceError when its title is another."""
    for item, title in titles:
        if item.get("id") == wanted.id:
            if normalised(title) == normalised(wanted.title):
                return item
            others = [one["id"] for one, other in titles if normalised(other) == normalised(wanted.title)]
            now = f"that title has {', '.join(map(str, others))}" if others else "no indicator has that title"
            raise PermanentSourceError(
                "drifted",
                f"{where}: indicator {wanted.id} is {title!r}, the catalogue says {wanted.title!r}; {now}",
            )
    raise PermanentSourceError(
        "drifted",
        f"{where}: there is no indicator {wanted.id} ({wanted.title!r}); {_alike(wanted.title, titles)}",
    )


def _closest(title: str, matching: list[Json]) -> list[Json]:
    """Of indicators that differ in their years alone: the one so written, else the one without an end."""
    exact = [item for item in matching if _title(item).strip() == title.strip()]
    if exact:
        return exact
    going_on = [item for item in matching if (split_qualifier(_title(item))[1] or "-").endswith("-")]
    return going_on or matching


def _found(wanted: WantedIndicator, item: Json, where: str) -> FoundIndicator:
    years = item.get("range") or {}
    first, last = (years.get(end) if isinstance(years, dict) else None for end in ("start", "end"))
    if not _is_year(first) or not _is_year(last) or first > last:
        raise PermanentSourceError(
            "malformed",
            f"{where}: indicator {item['id']} has the range {years!r}, expected start and end years",
        )
    updated = item.get("data-updated")
    return FoundIndicator(
        wanted, item["id"], _title(item), first, last, updated if isinstance(updated, str) else None
    )


def _is_year(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1900 <= value <= 2100


def _title(item: Json) -> str:
    """The Finnish title, "" where there is none."""
    title = item.get("title")
    text = title.get("fi") if isinstance(title, dict) else None
    return text if isinstance(text, str) else ""


def _alike(title: str, titles: list[tuple[Json, str]]) -> str:
    """What is listed now under titles like the one that is gone."""
    by_title = {found: item["id"] for item, found in titles}
    alike = difflib.get_close_matches(title, by_title, n=3, cutoff=0.5)
    if not alike:
        return f"none of the {len(titles)} titles is like it"
    return "the closest are " + "; ".join(f"{by_title[one]} {one!r}" for one in alike)
