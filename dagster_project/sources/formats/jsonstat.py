"""json-stat 1 and 2 as cubes. The format: https://json-stat.org/full/ (dataset, value, status)."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import numpy as np

from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.formats.cube import MOST_MARKS, Cube, Marks, cell_count, first_repeated
from dagster_project.sources.formats.number_text import json_numbers

EXTRACT_KEY = "kuntaluotsi"
"""Under `extension`: what our own writer says of an extract. Publishers' answers do not have it."""
QUICK_FROM_BYTES = 100_000
"""Shorter answers are not worth the detour: reading them takes a millisecond either way."""
_VALUE_ARRAY = re.compile(rb'"value"\s*:\s*\[')
_SET_ASIDE = "values read apart"
_NAMED = 6


def parse_jsonstat(answer: Answer, part: str | None = None) -> Cube:
    """The answer's cube; `part` names the dataset where a bundle holds several.

    Takes json-stat 1 (single or bundle) and 2 (dataset or collection), values as list or sparse object,
    category.index as list, object or absent, status as object, list or one text.
    Raises: PermanentSourceError html_answer, truncated, malformed, too_many_cells; wrong_table.
    """
    document, numbers = _decoded(answer)
    where = answer.url
    dataset = _dataset(document, part, where)
    described = dataset if "id" in dataset else dataset.get("dimension")
    if not isinstance(described, dict):
        raise _malformed(where, "not a json-stat dataset: it has no `dimension`")
    ids = [_text(code, "id", where) for code in _list(described.get("id"), "id", where)]
    size = [_whole(number, "size", where) for number in _list(described.get("size"), "size", where)]
    if len(ids) != len(size):
        raise _malformed(where, f"`id` names {len(ids)} dimensions, `size` counts {len(size)}")
    if repeated := first_repeated(ids):
        raise _malformed(where, f"`id` names {repeated!r} twice")
    if "value" not in dataset:
        raise _malformed(where, "not a json-stat dataset: it has no `value`")
    raw = dataset["value"]
    cells = cell_count(size, where, sparse=isinstance(raw, dict))
    kept = _dict(dataset.get("dimension"), "dimension", where)
    dimensions, texts, names = {}, {}, {}
    for code, expected in zip(ids, size, strict=True):
        dimension = _dict(kept.get(code), f"dimension.{code}", where)
        dimensions[code], texts[code] = _categories(dimension, code, expected, where)
        names[code] = str(dimension.get("label") or code)
    extension = _dict(dataset.get("extension") or {}, "extension", where)
    extract = extension.get(EXTRACT_KEY)
    return Cube(
        url=where,
        dimensions=dimensions,
        values=_values(raw if numbers is None or raw != _SET_ASIDE else numbers, cells, where),
        marks=_marks(dataset.get("status"), cells, where),
        updated=_moment(dataset.get("updated"), "updated", where),
        table_id=_table_id(_dict(extension.get("px") or {}, "extension.px", where).get("tableid"), where),
        extract=extract,
        made_at=_moment(_dict(extract or {}, EXTRACT_KEY, where).get("made_at"), "made_at", where),
        title=str(dataset.get("label") or ""),
        source=str(dataset.get("source") or ""),
        names=names,
        texts=texts,
        time=_time(dataset, described, ids),
    )


def _table_id(told: object, where: str) -> str | None:
    """What the publisher says of which table the answer is; None when it does not say."""
    if told is None or isinstance(told, str):
        return told
    raise _malformed(where, f"`extension.px.tableid` is {str(told)[:60]!r}, not a text")


def looks_like_jsonstat(document: dict[str, Any]) -> bool:
    """Whether a JSON object is json-stat of either version."""
    if document.get("class") in ("dataset", "collection"):
        return True
    return any(isinstance(it, dict) and "dimension" in it for it in (document, *document.values()))


def _decoded(answer: Answer) -> tuple[dict[str, Any], np.ndarray | None]:
    """The JSON object, and its first `value` array read apart where that is quick and certain.

    The array then stands in the object as `_SET_ASIDE`. It holds nothing but numbers, so putting a text in
    its place leaves the rest of the JSON as right or wrong as it was.
    """
    body = answer.body
    found = _VALUE_ARRAY.search(body) if len(body) >= QUICK_FROM_BYTES else None
    if found is None or _SET_ASIDE.encode() in body:
        return decode_json(answer), None
    end = body.find(b"]", found.end())
    numbers = json_numbers(body[found.end() : end]) if end > 0 else None
    if numbers is None:
        return decode_json(answer), None
    rest = b'%b"%b"%b' % (body[: found.end() - 1], _SET_ASIDE.encode(), body[end + 1 :])
    try:
        return decode_json(Answer(answer.name, answer.url, rest, answer.query)), numbers
    except SourceFault:
        return decode_json(answer), None


def _dataset(document: dict[str, Any], part: str | None, where: str) -> dict[str, Any]:
    """The one dataset of the document, or the one that `part` names."""
    if "dimension" in document and "value" in document:
        return document
    if document.get("class") == "collection":
        items = _list(_dict(document.get("link"), "link", where).get("item"), "link.item", where)
        inside = {
            str(item.get("label") or item.get("href") or number): item
            for number, item in enumerate(items, start=1)
            if isinstance(item, dict) and "value" in item
        }
    else:
        inside = {
            name: item for name, item in document.items() if isinstance(item, dict) and "dimension" in item
        }
    if not inside:
        raise _malformed(where, "not json-stat: no dataset with `dimension` and `value` is in it")
    if part is None and len(inside) == 1:
        return next(iter(inside.values()))
    if part not in inside:
        names = ", ".join(map(repr, list(inside)[:_NAMED])) + (" …" if len(inside) > _NAMED else "")
        asked = f"there is no {part!r} among" if part is not None else "say which one to read of"
        raise PermanentSourceError("wrong_table", f"{where}: {asked} its {len(inside)} datasets: {names}")
    return inside[part]


def _categories(
    dimension: dict[str, Any], code: str, expected: int, where: str
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and texts of a dimension's categories; one of a single category may have only a label."""
    category = _dict(dimension.get("category"), f"dimension.{code}.category", where)
    index, label = category.get("index"), category.get("label")
    label = _dict({} if label is None else label, f"dimension.{code}.category.label", where)
    if index is None:
        codes = tuple(label)
    elif isinstance(index, dict):
        codes = _in_order(index, code, where)
    else:
        codes = tuple(_text(it, code, where) for it in _list(index, f"category.index of {code!r}", where))
    if len(codes) != expected:
        raise _malformed(where, f"{code!r} has {len(codes)} categories, size says {expected}")
    if repeated := first_repeated(codes):
        raise _malformed(where, f"{code!r} has category {repeated!r} twice")
    return codes, tuple(str(label.get(it, it)) for it in codes)


def _in_order(index: dict[str, Any], code: str, where: str) -> tuple[str, ...]:
    """The categories at places 0, 1, 2 …, each place once."""
    places = {place: category for category, place in index.items() if type(place) is int}
    if len(places) != len(index) or any(place not in places for place in range(len(index))):
        wrong = next((it for it, place in index.items() if type(place) is not int), None)
        raise _malformed(
            where,
            f"category.index of {code!r} does not number its {len(index)} categories 0 to {len(index) - 1}"
            + (f": {wrong!r} is at {index[wrong]!r}" if wrong is not None else ""),
        )
    return tuple(places[place] for place in range(len(index)))


def _values(raw: object, cells: int, where: str) -> np.ndarray:
    if isinstance(raw, dict):
        values = np.full(cells, np.nan)
        values[_positions(raw, cells, "a sparse value", where)] = _numbers(list(raw.values()), where)
        return values
    if not isinstance(raw, (list, np.ndarray)):
        raise _malformed(where, f"`value` is {type(raw).__name__}, expected a list or an object")
    if len(raw) != cells:
        kind = "truncated" if len(raw) < cells else "malformed"
        raise PermanentSourceError(kind, f"{where}: {len(raw)} values for {cells} cells")
    return raw if isinstance(raw, np.ndarray) else _numbers(raw, where)


def _numbers(raw: list[Any], where: str) -> np.ndarray:
    if strange := set(map(type, raw)) - {int, float, type(None)}:
        wrong = next(it for it in raw if type(it) in strange)
        raise _malformed(where, f"a value is neither a number nor null: {str(wrong)[:40]!r}")
    try:
        values = np.array(raw, dtype=np.float64)  # None becomes NaN
    except OverflowError:
        values = np.array([np.inf])
    if np.isinf(values).any():
        raise _malformed(where, "a value is too large for a number")
    return values


def _positions(raw: dict[str, Any], cells: int, what: str, where: str) -> np.ndarray:
    """The flat cells that the keys of an object name."""
    for key in raw:
        if not (key.isascii() and key.isdigit() and len(key) <= 12 and int(key) < cells):
            raise _malformed(where, f"{what} lies outside the {cells} cells: {key[:40]!r}")
    positions = np.fromiter(map(int, raw), dtype=np.int64, count=len(raw))
    if len(np.unique(positions)) != len(positions):
        raise _malformed(where, f"{what} stands twice at one cell")
    return positions


def _marks(status: object, cells: int, where: str) -> Marks:
    """The status of cells. One text, or a list of one, is the status of every cell."""
    if isinstance(status, list) and len(status) == 1:
        status = status[0]
    if isinstance(status, dict):
        given = {key: mark for key, mark in status.items() if mark}
        positions = _positions(given, cells, "a status", where)
        raw: list[Any] = list(given.values())
    elif isinstance(status, list):
        if len(status) != cells:
            raise _malformed(where, f"{len(status)} statuses for {cells} cells")
        positions = np.array([cell for cell, mark in enumerate(status) if mark], dtype=np.int64)
        raw = [mark for mark in status if mark]
    elif isinstance(status, str) and status:
        return Marks(np.arange(cells), np.zeros(cells, np.int16), (status,))
    elif not status:
        return Marks.none()
    else:
        raise _malformed(where, f"`status` is {type(status).__name__}, expected an object, a list or a text")
    if any(type(mark) is not str for mark in raw):
        raise _malformed(where, "a status is not a text")
    if len(set(raw)) > MOST_MARKS:
        raise _malformed(where, f"more than {MOST_MARKS} different statuses")
    return Marks.of(positions, raw)


def _time(dataset: dict[str, Any], described: dict[str, Any], ids: list[str]) -> str | None:
    """The dimension whose role is time; json-stat 1 keeps roles among the dimensions."""
    role = dataset.get("role") or described.get("role")
    named = role.get("time") if isinstance(role, dict) else None
    return named[0] if isinstance(named, list) and named and named[0] in ids else None


def _moment(text: object, name: str, where: str) -> datetime | None:
    """The moment an answer gives under `name`, in UTC."""
    if not text:
        return None
    try:
        stamp = datetime.fromisoformat(str(text))
        return stamp.astimezone(UTC) if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise _malformed(where, f"`{name}` is {str(text)[:40]!r}, not a time") from error


def _dict(raw: object, name: str, where: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise _malformed(where, f"not a json-stat dataset: `{name}` is {_kind(raw)}, expected an object")
    return raw


def _list(raw: object, name: str, where: str) -> list[Any]:
    if not isinstance(raw, list):
        raise _malformed(where, f"not a json-stat dataset: `{name}` is {_kind(raw)}, expected a list")
    return raw


def _text(raw: object, name: str, where: str) -> str:
    """A code; publishers write years as numbers at times."""
    if type(raw) not in (str, int, float):
        raise _malformed(where, f"`{name}` holds {_kind(raw)} where a code was expected")
    return str(raw)


def _whole(raw: object, name: str, where: str) -> int:
    if type(raw) is not int or raw < 0:
        raise _malformed(where, f"`{name}` holds {str(raw)[:40]!r}, expected a whole number of categories")
    return raw


def _kind(raw: object) -> str:
    return "absent" if raw is None else type(raw).__name__


def _malformed(where: str, what: str) -> PermanentSourceError:
    return PermanentSourceError("malformed", f"{where}: {what}")
