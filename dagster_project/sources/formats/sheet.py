"""One sheet of a workbook, read as its XML streams by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from contract.problems import FileRefused
from dagster_project.sources.formats.grid import (
    CellFault,
    CellValue,
    Grid,
    Limits,
    PercentNumber,
    Row,
    column_index,
)
from dagster_project.sources.formats.package import Attributes

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7}):\$?([A-Z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  a spreadsheet's dates have no zone
_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465
_LEAP_DAY_1900 = 60
"""Excel counts a 29 February 1900 that never was; serials before it are one day later than they say."""
_MERGED_AT_MOST = 100_000


class SheetReader:
    """Takes the XML events of a sheet; `grid` gives what they told."""

    def __init__(
        self,
        name: str,
        strings: Sequence[CellValue],
        dates: frozenset[int],
        percents: frozenset[int],
        is_1904: bool,
        limits: Limits,
        cells_left: int,
    ) -> None:
        self._name, self._strings, self._limits = name, strings, limits
        self._dates, self._percents, self._is_1904 = dates, percents, is_1904
        self._cells_left = cells_left
        self._rows: dict[int, Row] = {}
        self._formulas: set[tuple[int, int]] = set()
        self._merged: dict[tuple[int, int], str] = {}
        self._row_number, self._hidden = 0, False
        self._values: list[CellValue] = []
        self._column, self._type, self._style = -1, "n", 0
        self._has_formula, self._formula_only = False, False
        self._value: list[str] = []
        self._has_value, self._reading, self._phonetic = False, False, False
        self._letters: dict[str, int] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        """An element opens."""
        if name == "c":
            self._start_cell(attributes)
        elif name == "v":
            self._has_value = self._reading = True
        elif name == "f":
            self._has_formula = True
        elif name == "row":
            self._start_row(attributes)
        elif name == "t":
            self._reading = not self._phonetic
            self._has_value = True
        elif name == "rPh":
            self._phonetic = True
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def text(self, piece: str) -> None:
        """Text inside an element."""
        if self._reading:
            self._value.append(piece)

    def end(self, name: str) -> None:
        """An element closes."""
        if name in ("v", "t"):
            self._reading = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def grid(self, hidden: bool) -> Grid:
        """The rows that hold something."""
        rows = tuple(self._rows[number] for number in sorted(self._rows))
        return Grid(
            self._name, rows, hidden=hidden, formulas=frozenset(self._formulas), merged=dict(self._merged)
        )

    def _start_row(self, attributes: Attributes) -> None:
        told = attributes.get("r", "")
        self._row_number = int(told) if told.isdecimal() and len(told) < 8 else self._row_number + 1
        if not 1 <= self._row_number <= self._limits.rows:
            raise FileRefused("too_many_rows", limit=self._limits.rows)
        self._hidden = attributes.get("hidden") in ("1", "true")
        self._values = []
        self._column = -1

    def _end_row(self) -> None:
        values = self._values
        while values and values[-1] is None:
            values.pop()
        if not values:
            return
        if self._row_number in self._rows:
            raise FileRefused("damaged")
        self._cells_left -= len(values)
        if self._cells_left < 0:
            raise FileRefused("too_many_rows", limit=self._limits.rows)
        self._rows[self._row_number] = Row(self._row_number, tuple(values), self._hidden)

    def _start_cell(self, attributes: Attributes) -> None:
        letters = attributes.get("r", "").rstrip("0123456789")
        column = self._letters.get(letters)
        if column is None:
            column = self._told_column(attributes.get("r", ""))
            if letters:
                self._letters[letters] = column
        if column <= self._column:
            raise FileRefused("damaged")
        self._column = column
        self._type = attributes.get("t", "n")
        style = attributes.get("s", "0")
        self._style = int(style) if style.isdecimal() and len(style) < 8 else 0
        self._has_formula = self._has_value = False
        self._value = []

    def _told_column(self, reference: str) -> int:
        if not reference:
            return self._column + 1
        found = _REFERENCE.fullmatch(reference)
        if found is None:
            raise FileRefused("damaged")
        return column_index(found[1])

    def _end_cell(self) -> None:
        value = self._read("".join(self._value)) if self._has_value else None
        if self._has_formula:
            if value is None and self._type != "str":
                value = CellFault("uncalculated", "")
            self._formulas.add((self._row_number, self._column))
        if value is None:
            return
        if self._column >= self._limits.columns:
            raise FileRefused(
                "too_many_columns", row=self._row_number, columns=self._column + 1, limit=self._limits.columns
            )
        values = self._values
        if len(values) < self._column:
            values.extend([None] * (self._column - len(values)))
        values.append(value)

    def _read(self, text: str) -> CellValue:
        if self._type == "s":
            place = int(text) if text.isdecimal() and len(text) < 9 else -1
            if not 0 <= place < len(self._strings):
                raise FileRefused("damaged")
            return self._strings[place]
        if self._type in ("str", "inlineStr"):
            return self._plain_text(text)
        if self._type == "e":
            return CellFault("error", text.strip() or "?")
        if self._type == "b":
            return text.strip() in ("1", "true")
        if self._type == "d":
            return self._iso(text.strip())
        return self._numeric(text.strip())

    def _plain_text(self, text: str) -> CellValue:
        if len(text) > self._limits.cell_characters:
            raise FileRefused("cell_too_long", limit=self._limits.cell_characters)
        return unescaped(text) if text.strip() else None

    def _numeric(self, text: str) -> CellValue:
        if not text:
            return None
        try:
            number = float(text)
        except ValueError as wrong:
            raise FileRefused("damaged") from wrong
        if number != number or abs(number) == float("inf") or "_" in text:
            raise FileRefused("damaged")
        if self._style in self._dates:
            return self._moment(number)
        if self._style in self._percents:
            return PercentNumber(number)
        return int(text) if _WHOLE.fullmatch(text) else int(number) if _is_whole(number) else number

    def _moment(self, serial: float) -> CellValue:
        if not 1 <= serial < _LAST_SERIAL + 1:
            return serial
        if self._is_1904:
            moment = _EPOCH_1904 + timedelta(days=serial)
        else:
            moment = _EPOCH + timedelta(days=serial + (1 if serial < _LEAP_DAY_1900 else 0))
        moment = (moment + timedelta(microseconds=500_000)).replace(microsecond=0)
        return moment.date() if serial == int(serial) else moment

    def _iso(self, text: str) -> CellValue:
        try:
            return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)
        except ValueError as wrong:
            raise FileRefused("damaged") from wrong

    def _merge(self, told: str) -> None:
        found = _RANGE.fullmatch(told)
        if found is None:
            return
        left, top, right, bottom = (
            column_index(found[1]),
            int(found[2]),
            column_index(found[3]),
            int(found[4]),
        )
        if right < left or bottom < top:
            raise FileRefused("damaged")
        if (right - left + 1) * (bottom - top + 1) + len(self._merged) > _MERGED_AT_MOST:
            raise FileRefused("too_many_merged")
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row, column) != (top, left):
                    self._merged[row, column] = told


def _is_whole(number: float) -> bool:
    return number == int(number) and abs(number) < 1e15


def unescaped(text: str) -> str:
    """Text with Excel's `_x000D_` written out; line ends become one kind."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")
