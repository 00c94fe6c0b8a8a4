"""Our own json-stat2 and metadata writer: extracts and contract examples in the publisher's wire shape."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import PxWebEntry
from dagster_project.sources.formats.jsonstat import EXTRACT_KEY


def metadata_document(candidate: Candidate, title: str) -> dict[str, Any]:
    """What GET on the table would return if it held only the candidate."""
    selection = candidate.selection
    variables = []
    for role, variable in selection.roles.items():
        text = dict(zip(variable.values, variable.texts, strict=True))
        values = _values(candidate, role)
        described: dict[str, Any] = {
            "code": variable.code,
            "text": variable.text,
            "values": list(values),
            "valueTexts": [text[value] for value in values],
        }
        if variable.elimination:
            described["elimination"] = True
        if variable.time:
            described["time"] = True
        if variable.map:
            described["map"] = variable.map
        variables.append(described)
    return {"title": title, "variables": variables}


def dataset_document(
    entry: PxWebEntry, candidate: Candidate, *, label: str, marks: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The candidate as a json-stat2 dataset; `marks` go under `extension.kuntaluotsi` when given.

    Raises: ValueError when the candidate's rows do not fill the cube of its values.
    """
    selection = candidate.selection
    ids = [variable.code for variable in selection.roles.values()]
    values = {role: _values(candidate, role) for role in selection.roles}
    size = [len(chosen) for chosen in values.values()]
    ordered = _in_cube_order(candidate.frame, values)
    extension: dict[str, Any] = {"px": {"tableid": entry.table_id, "decimals": _decimals(ordered["value"])}}
    if marks is not None:
        extension[EXTRACT_KEY] = dict(marks)
    document: dict[str, Any] = {
        "version": "2.0",
        "class": "dataset",
        "label": label,
        "source": f"{entry.publisher}, {entry.licence}",
        "updated": _iso(candidate.publisher_stamp),
        "role": {
            kind: [selection.roles[role].code]
            for kind, role in (("time", "time"), ("metric", "contents"), ("geo", "area"))
            if role in selection.roles
        },
        "id": ids,
        "size": size,
        "dimension": {selection.roles[role].code: _dimension(candidate, role) for role in selection.roles},
        "value": _json_numbers(ordered["value"]),
        "extension": extension,
    }
    status = {str(i): s for i, s in enumerate(ordered["symbol"].astype(object)) if isinstance(s, str)}
    if status:
        document["status"] = status
    return document


def write_answers(directory: Path, entry: PxWebEntry, candidate: Candidate, marks: Mapping[str, Any]) -> int:
    """Bytes written as `metadata.json` and `data.json` in `directory`, which is made.

    Raises: FileExistsError when it exists; ValueError as `dataset_document`.
    """
    title = entry.titles.fi if entry.language == "fi" else entry.titles.en
    directory.mkdir(parents=True)
    return sum(
        (directory / name).write_bytes(encode(document))
        for name, document in (
            ("metadata.json", metadata_document(candidate, title)),
            ("data.json", dataset_document(entry, candidate, label=title, marks=marks)),
        )
    )


def encode(document: Mapping[str, Any]) -> bytes:
    """The document as compact UTF-8 JSON."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _values(candidate: Candidate, role: str) -> tuple[str, ...]:
    """The role's values that the candidate holds, in the publisher's order."""
    present = set(candidate.frame[role].cat.categories[np.unique(candidate.frame[role].cat.codes)])
    return tuple(value for value in candidate.selection.roles[role].values if value in present)


def _in_cube_order(frame: pd.DataFrame, values: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """The rows sorted row-major over the roles."""
    flat = np.zeros(len(frame), dtype=np.int64)
    for role, chosen in values.items():
        position = {value: number for number, value in enumerate(chosen)}
        of_category = np.array([position.get(value, -1) for value in frame[role].cat.categories])
        flat = flat * len(chosen) + of_category[frame[role].cat.codes]
    cells = int(np.prod([len(chosen) for chosen in values.values()], dtype=np.int64))
    if len(frame) != cells or len(np.unique(flat)) != cells:
        raise ValueError(f"{len(frame)} rows do not fill a cube of {cells} cells exactly once")
    return frame.iloc[np.argsort(flat, kind="stable")]


def _dimension(candidate: Candidate, role: str) -> dict[str, Any]:
    variable = candidate.selection.roles[role]
    text = dict(zip(variable.values, variable.texts, strict=True))
    values = _values(candidate, role)
    return {
        "label": variable.text,
        "category": {
            "index": {value: number for number, value in enumerate(values)},
            "label": {value: text[value] for value in values},
        },
    }


def _decimals(values: pd.Series) -> int:
    known = values.dropna()
    return 0 if bool((known == known.round()).all()) else 1


def _json_numbers(values: pd.Series) -> list[int | float | None]:
    """Whole numbers as integers, missing as null: the shortest text that reads back the same."""
    return [None if np.isnan(v) else int(v) if v == int(v) else float(v) for v in values.to_numpy()]


def _iso(stamp: datetime | None) -> str | None:
    return None if stamp is None else stamp.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
