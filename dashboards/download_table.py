"""What a download is before it is written: rows with their title, columns and sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

CSV_PATH = "/csv"
EXCEL_PATH = "/excel"


class BadDownload(ValueError):
    """A download address that names no dataset, or leaves out or misspells a parameter."""


@dataclass(frozen=True)
class Table:
    """Rows to be written: a title, column names in the published terms, and the sources they come from."""

    title: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    sources: tuple[tuple[str, str], ...]
