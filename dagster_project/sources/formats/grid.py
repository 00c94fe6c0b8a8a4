"""What a spreadsheet or a delimited file holds: rows under their own numbers, and how much may be read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal


@dataclass(frozen=True)
class Limits:
    """The most that is read of one file; whatever is more is refused, not cut."""

    file_bytes: int = 50_000_000
    unpacked_bytes: int = 600_000_000
    """Of all parts of a workbook together, as they really unpack."""
    ratio: int = 200
    """Times that a workbook may grow when unpacked; deflate can do 1,032. Asked of 10 MB and more."""
    entries: int = 2_000
    sheets: int = 100
    rows: int = 1_048_576
    columns: int = 1_000
    cells: int = 20_000_000
    strings: int = 5_000_000
    cell_characters: int = 32_767
    """What a cell of Excel holds."""


@dataclass(frozen=True)
class CellFault:
    """A cell without a usable value: an error such as #N/A, or a formula that was never calculated."""

    kind: Literal["error", "uncalculated"]
    text: str


class PercentNumber(float):
    """A number that its cell shows as percent: 0.95 stands for 95 %."""


CellValue = str | int | float | bool | date | datetime | CellFault | None


@dataclass(frozen=True)
class Row:
    """One row: `values` from column A on, None where nothing stands."""

    number: int
    values: tuple[CellValue, ...]
    hidden: bool = False


@dataclass(frozen=True)
class Grid:
    """The rows that hold something, in order.

    `formulas` are (row number, column index) of cells whose value a formula made; it is the value that the
    file carries, nothing is calculated here. `merged` maps the cells that a merge covers, its first one left
    out, to the merge's range. `ragged` are rows of a delimited file with more or fewer cells than the first.
    """

    name: str
    rows: tuple[Row, ...]
    hidden: bool = False
    formulas: frozenset[tuple[int, int]] = frozenset()
    merged: Mapping[tuple[int, int], str] = field(default_factory=dict)
    ragged: frozenset[int] = frozenset()
    encoding: str = ""
    separator: str = ""


def column_letter(index: int) -> str:
    """The letters of a column: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """The index of a column: A is 0, AA is 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
