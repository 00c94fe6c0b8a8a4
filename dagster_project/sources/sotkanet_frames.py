"""Sotkanet's answers as tables: figures with the region they belong to, indicators, regions."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd

from dagster_project.sources.answer import Answer
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.rows import Json, read_column, read_rows
from dagster_project.sources.sotkanet_titles import FoundIndicator, split_qualifier

LANGUAGES = ("fi", "sv", "en")
MUNICIPALITY = "KUNTA"


@dataclass(frozen=True)
class Reading:
    """What `parse` needs beside the bytes: the indicator of every answer with figures, the areas named."""

    asked: tuple[FoundIndicator, ...] = ()
    areas: frozenset[str] | None = None


def indicators_frame(listed: Answer) -> pd.DataFrame:
    """One row per indicator of the list."""
    rows = read_rows(listed)
    where = listed.url
    flat = [
        {
            "indicator": item.get("id"),
            **_in_languages(item, "title"),
            "organization_fi": _in_languages(item.get("organization") or {}, "title")["title_fi"],
            "first_year": (item.get("range") or {}).get("start"),
            "last_year": (item.get("range") or {}).get("end"),
            "data_updated": item.get("data-updated"),
            "region_categories": _classification(item, "region"),
            "sexes": _classification(item, "sex"),
        }
        for item in rows
    ]
    counts = ("first_year", "last_year")
    texts = [name for name in (flat[0] if flat else {}) if name not in counts]
    return pd.DataFrame(
        {name: read_column(flat, name, "text", where) for name in texts}
        | {name: read_column(flat, name, "count", where) for name in counts}
    )


def regions_frame(listed: Answer) -> pd.DataFrame:
    """One row per region, abolished municipalities among them. Raises: PermanentSourceError."""
    rows = read_rows(listed)
    flat = [
        {
            "region": item.get("id"),
            "code": item.get("code"),
            "category": item.get("category"),
            **_in_languages(item, "title"),
            "uri": item.get("uri"),
            "member_of": json.dumps(item["memberOf"]) if item.get("memberOf") else None,
        }
        for item in rows
    ]
    if not flat:
        raise PermanentSourceError("truncated", f"{listed.url}: the list of regions is empty")
    frame = pd.DataFrame({name: read_column(flat, name, "text", listed.url) for name in flat[0]})
    if (unnamed := frame[["region", "category"]].isna().any(axis=1)).any():
        first = rows[int(unnamed.to_numpy().argmax())]
        raise PermanentSourceError("malformed", f"{listed.url}: a region has no id or category: {first}")
    return frame


def values_frame(
    answers: Sequence[Answer], reading: Reading, regions: Answer, categories: Collection[str]
) -> pd.DataFrame:
    """One row per published figure of the answers, in regions of `categories` (all when empty).

    Municipalities are narrowed to the areas that were named. Raises: PermanentSourceError when a row is of
    another indicator or gender than asked for, or of a region that the list of regions does not have.
    """
    frames = [_figures(answer, one) for answer, one in zip(answers, reading.asked, strict=True)]
    frame = pd.concat([frame for frame in frames if not frame.empty] or frames[:1], ignore_index=True)
    known = regions_frame(regions).set_index("region")
    if (twice := known.index[known.index.duplicated()]).size:
        raise PermanentSourceError("malformed", f"{regions.url}: region {twice[0]} is listed twice")
    unknown = sorted(set(frame["region"]) - set(known.index))
    if unknown:
        raise PermanentSourceError(
            "drifted",
            f"{regions.url}: figures are given for region {unknown[0]}, which is not among the "
            f"{len(known)} regions listed; load the regions again",
        )
    for column in ("code", "category"):
        frame[f"region_{column}"] = frame["region"].map(known[column])
    keep = pd.Series(True, index=frame.index)
    if categories:
        keep &= frame["region_category"].isin(categories)
    if reading.areas is not None:
        keep &= (frame["region_category"] != MUNICIPALITY) | frame["region_code"].isin(reading.areas)
    return frame[keep].reset_index(drop=True)


def _figures(answer: Answer, one: FoundIndicator) -> pd.DataFrame:
    rows = read_rows(answer)
    indicator = read_column(rows, "indicator", "text", answer.url)
    if other := sorted(set(indicator.dropna()) - {str(one.id)}):
        raise PermanentSourceError(
            "wrong_table", f"{answer.url}: the figures are indicator {other[0]}'s, {one.id} was asked for"
        )
    gender = read_column(rows, "gender", "text", answer.url)
    if other := sorted(set(gender.dropna()) - set(one.wanted.genders)):
        raise PermanentSourceError(
            "wrong_table", f"{answer.url}: gender {other[0]!r} came, {one.wanted.genders} were asked for"
        )
    year = read_column(rows, "year", "count", answer.url)
    region = read_column(rows, "region", "text", answer.url)
    if rows and (year.isna().any() or region.isna().any() or gender.isna().any()):
        raise PermanentSourceError("malformed", f"{answer.url}: a figure lacks its region, year or gender")
    value = read_column(rows, "value", "number", answer.url)
    return pd.DataFrame(
        {
            "indicator_key": one.wanted.key,
            "indicator": str(one.id),
            "region": region,
            "year": year.astype("string").astype(object),
            "gender": gender,
            "value": value,
            "abs_value": read_column(rows, "absValue", "number", answer.url),
            "symbol": value.isna().map({True: "..", False: None}).astype(object),
            "title_fi": one.title,
            "title_years": split_qualifier(one.title)[1],
            "data_updated": one.updated,
        },
        index=range(len(rows)),
    )


def _in_languages(item: Json, field: str) -> dict[str, object]:
    told = item.get(field)
    words = told if isinstance(told, dict) else {}
    return {f"{field}_{language}": words.get(language) for language in LANGUAGES}


def _classification(item: Json, name: str) -> str | None:
    """A classification's values as JSON text, such as `["Kunta", "Maakunta"]`."""
    told = (item.get("classifications") or {}).get(name) or {}
    values = told.get("values") if isinstance(told, dict) else None
    return json.dumps(values, ensure_ascii=False) if values else None
