"""A statistical table dropped into the inbox (px, json-stat, SDMX-CSV): no register's, a table of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath

import pyarrow as pa

from contract.problems import FileRefused
from dagster_project.sources.errors import SourceFault
from dagster_project.sources.formats.reading import is_statistics, read_file
from dagster_project.sources.formats.tidy import Tidy

_LONGEST_NAME = 50


@dataclass(frozen=True)
class Statistics:
    """A table in one row per cell; `name` holds only a–z, 0–9 and _."""

    name: str
    kind: str
    table: pa.Table


def read_statistics(body: bytes, file_name: str) -> Statistics | FileRefused | None:
    """The table, why it cannot be read, or None when the bytes are of no statistical format."""
    if not is_statistics(body):
        return None
    try:
        tidy = read_file(body, file_name)
    except SourceFault as fault:
        return FileRefused("table_unreadable", format="px, json-stat, SDMX-CSV", fault=fault.message)
    return Statistics(_name(tidy, file_name), tidy.kind, tidy.table)


def _name(tidy: Tidy, file_name: str) -> str:
    told = tidy.table_id or PurePath(file_name).stem or "unnamed"
    plain = told.casefold().translate(str.maketrans("åäö", "aao"))
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST_NAME] or "unnamed"
