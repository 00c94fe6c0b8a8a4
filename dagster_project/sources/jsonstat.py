"""json-stat2 answers as numpy cubes. The format: https://json-stat.org/full/ (dataset, value, status)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import prod
from typing import Any

import numpy as np

from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.errors import PermanentSourceError

MOST_CELLS = 100_000_000
"""Cells of the largest cube that is read: a few bytes can claim more than any memory holds."""
EXTRACT_KEY = "kuntaluotsi"
"""Under `extension`: what our own writer says of an extract. Publishers' answers do not have it."""


@dataclass(frozen=True)
class Cube:
    """One json-stat2 dataset.

    `values` is flat and row-major over `dimensions` (missing cells are NaN); `symbols` maps flat positions
    to the publisher's missing symbol. `dimensions` maps each variable code to its category codes in order.
    """

    url: str
    dimensions: dict[str, tuple[str, ...]]
    values: np.ndarray
    symbols: dict[int, str]
    updated: datetime | None
    table_id: str | None
    extract: dict[str, Any] | None
    made_at: datetime | None
    """When our own writer made the extract; None for a publisher's answer."""


def parse_jsonstat(answer: Answer) -> Cube:
    """The answer's cube. Takes values as list or sparse object, category.index as list or object.

    Raises: PermanentSourceError html_answer, truncated or malformed.
    """
    try:
        return _cube(answer, decode_json(answer))
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise PermanentSourceError(
            "malformed", f"{answer.url}: not a json-stat2 dataset ({type(error).__name__}: {error})"
        ) from error


def _cube(answer: Answer, document: dict[str, Any]) -> Cube:
    """The cube in the document. Raises: PermanentSourceError, or whatever a wrong form makes Python raise."""
    ids, size = list(map(str, document["id"])), list(map(int, document["size"]))
    dimensions = {code: _categories(document["dimension"][code]["category"]) for code in ids}
    raw_values = document["value"]
    for code, expected in zip(ids, size, strict=True):
        if len(dimensions[code]) != expected:
            raise PermanentSourceError(
                "malformed",
                f"{answer.url}: {code!r} has {len(dimensions[code])} categories, size says {expected}",
            )
    cells = prod(size)
    if cells > MOST_CELLS:
        raise PermanentSourceError("malformed", f"{answer.url}: claims {cells} cells, {MOST_CELLS} at most")
    extension = document.get("extension") or {}
    extract = extension.get(EXTRACT_KEY)
    return Cube(
        url=answer.url,
        dimensions=dimensions,
        values=_values(raw_values, cells, answer.url),
        symbols=_symbols(document.get("status"), cells),
        updated=_moment(document.get("updated"), "updated", answer.url),
        table_id=(extension.get("px") or {}).get("tableid"),
        extract=extract,
        made_at=_moment((extract or {}).get("made_at"), "made_at", answer.url),
    )


def _categories(category: dict[str, Any]) -> tuple[str, ...]:
    """Category codes in order; a dimension of one category may have no index, only its label."""
    index = category.get("index")
    if index is None:
        return tuple(map(str, category["label"]))
    if isinstance(index, dict):
        return tuple(str(code) for code, _ in sorted(index.items(), key=lambda item: item[1]))
    return tuple(map(str, index))


def _values(raw: list[Any] | dict[str, Any], cells: int, url: str) -> np.ndarray:
    if isinstance(raw, dict):
        values = np.full(cells, np.nan)
        positions = np.fromiter(map(int, raw), dtype=np.int64, count=len(raw))
        if positions.size and (positions.min() < 0 or positions.max() >= cells):
            raise PermanentSourceError("malformed", f"{url}: a sparse value lies outside the {cells} cells")
        values[positions] = _numbers(list(raw.values()), url)
        return values
    if len(raw) != cells:
        raise PermanentSourceError("truncated", f"{url}: {len(raw)} values for {cells} cells")
    return _numbers(raw, url)


def _numbers(raw: list[Any], url: str) -> np.ndarray:
    try:
        return np.array(raw, dtype=np.float64)  # None becomes NaN
    except (TypeError, ValueError) as error:
        raise PermanentSourceError(
            "malformed", f"{url}: a value is neither a number nor null ({error})"
        ) from error


def _symbols(status: object, cells: int) -> dict[int, str]:
    if isinstance(status, dict):
        return {int(position): str(symbol) for position, symbol in status.items()}
    if isinstance(status, list):
        return {position: str(symbol) for position, symbol in enumerate(status) if symbol}
    if isinstance(status, str) and status:
        return dict.fromkeys(range(cells), status)
    return {}


def _moment(text: object, name: str, url: str) -> datetime | None:
    """The moment an answer gives under `name`, in UTC."""
    if not text:
        return None
    try:
        stamp = datetime.fromisoformat(str(text))
    except ValueError as error:
        raise PermanentSourceError("malformed", f"{url}: `{name}` is {text!r}, not a time") from error
    return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)
