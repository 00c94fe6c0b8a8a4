"""A statistical table dropped into the inbox (px, json-stat): no register's, kept as a table of its own."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import PurePath

import pyarrow as pa

from contract.problems import FileRefused
from dagster_project.sources.answer import Answer
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.formats.cube import Cube
from dagster_project.sources.formats.jsonstat import looks_like_jsonstat, parse_jsonstat
from dagster_project.sources.formats.px import looks_like_px, parse_px
from dagster_project.sources.formats.tidy import tidy_cube

_LONGEST_NAME = 50


@dataclass(frozen=True)
class Statistics:
    """A table in one row per cell; `name` holds only a–z, 0–9 and _."""

    name: str
    kind: str
    table: pa.Table


def read_statistics(body: bytes, file_name: str) -> Statistics | FileRefused | None:
    """The table, why it cannot be read, or None when the bytes are of no statistical format."""
    kind = _kind(body)
    if kind is None:
        return None
    try:
        if kind == "px":
            cube, remarks = parse_px(body, file_name)
        else:
            cube, remarks = parse_jsonstat(_answer(body, file_name)), ()
        return Statistics(_name(cube, file_name), kind, tidy_cube(cube, kind, remarks).table)
    except SourceFault as fault:
        return FileRefused("table_unreadable", format=kind, fault=fault.message)


def _kind(body: bytes) -> str | None:
    if looks_like_px(body):
        return "px"
    if body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] != b"{":
        return None
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return "json" if isinstance(document, dict) and looks_like_jsonstat(document) else None


def _answer(body: bytes, file_name: str) -> Answer:
    return Answer(name="file.json", url=file_name, body=body)


def _name(cube: Cube, file_name: str) -> str:
    told = cube.table_id or PurePath(file_name).stem or "unnamed"
    plain = told.casefold().translate(str.maketrans("åäö", "aao"))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_NAME] or "unnamed"
