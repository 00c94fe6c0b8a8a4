"""Columns of a user's file as typed values; what does not fit is refused by file, column and row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, InputError
from foresight.panel import NAMED_AT_MOST


@dataclass(frozen=True)
class FileColumns:
    """Columns by name (masked where a cell is null) of the file called `name` in messages."""

    name: str
    columns: Mapping[str, NDArray[Any]]

    def require(self, *names: str) -> None:
        """Raises: InputError naming columns that are not there."""
        missing = [name for name in names if name not in self.columns]
        if missing:
            raise InputError(
                f"{self.name} has no column {', '.join(missing)}; it has {', '.join(self.columns) or 'none'}"
            )

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values()))) if self.columns else 0

    def where(self, rows: NDArray[np.bool_]) -> FileColumns:
        """Only some rows."""
        return FileColumns(self.name, {name: values[rows] for name, values in self.columns.items()})

    def holds_whole_numbers(self, name: str) -> bool:
        """Whether the column is stored as integers."""
        return self.columns[name].dtype.kind in "iu"

    def text(self, name: str, *, empty: str | None = None) -> NDArray[np.str_]:
        """A column of text; whole numbers are read as text. A null is `empty`, or refused."""
        values = self.columns[name]
        if values.dtype.kind not in "OUSTiu":
            raise InputError(f"{self.name}: column {name} holds {values.dtype}; expected text")
        gone = _null(values)
        if empty is None:
            self.refuse(gone, f"{name} is null")
        plain = np.asarray(np.ma.filled(np.ma.asarray(values), 0 if values.dtype.kind in "iu" else ""))
        return np.where(gone, empty or "", plain.astype(str))

    def whole(self, name: str) -> NDArray[np.int64]:
        """A column of whole numbers."""
        values = self._numbers(name)
        self.refuse(np.isnan(values), f"{name} is null")
        self.refuse(~np.isfinite(values) | (values != np.round(values)), f"{name} is not a whole number")
        self.refuse(np.abs(values) > 1e9, f"{name} is out of range")
        return values.astype(np.int64)

    def counts(self, name: str) -> Array:
        """A column of counts, NaN where null. Raises: InputError naming rows with a negative one."""
        values = self._numbers(name)
        self.refuse(values < 0, f"{name} is negative")
        self.refuse(np.isinf(values), f"{name} is infinite")
        return values

    def dates(self, name: str) -> list[date]:
        """A column of dates, stored as such or as text such as `2019-09-30`."""
        values = self.columns[name]
        if values.dtype.kind == "M":
            self.refuse(_null(values) | np.isnat(np.ma.getdata(values)), f"{name} is null")
            return [moment.item() for moment in np.ma.getdata(values).astype("datetime64[D]")]
        texts = self.text(name)
        read = {text: _date(text) for text in np.unique(texts)}
        wrong = np.array([read[text] is None for text in texts], dtype=bool)
        self.refuse(wrong, f"{name} is not a date such as 2019-09-30")
        return [moment for text in texts if (moment := read[text]) is not None]

    def refuse(self, bad: NDArray[np.bool_], what: str) -> None:
        """Raises: InputError naming the first rows of `bad` by their keys, with the value behind `what`."""
        at = np.flatnonzero(bad)
        if not len(at):
            return
        named = ", ".join(self._row(int(row)) for row in at[:NAMED_AT_MOST])
        more = f" and {len(at) - NAMED_AT_MOST} more" if len(at) > NAMED_AT_MOST else ""
        raise InputError(f"{self.name}: {what} in {len(at)} row{'s'[: len(at) > 1]}: {named}{more}")

    def _numbers(self, name: str) -> Array:
        values = self.columns[name]
        if values.dtype.kind not in "iuf":
            raise InputError(f"{self.name}: column {name} holds {_kind(values)}; expected numbers")
        return np.asarray(np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan))

    def _row(self, row: int) -> str:
        """A row as its cells, `area=091 year=2018 …`."""
        cells = ((name, values[row]) for name, values in self.columns.items())
        return "(" + " ".join(f"{name}={_cell(value)}" for name, value in cells) + ")"


def _null(values: NDArray[Any]) -> NDArray[np.bool_]:
    masked = np.ma.getmaskarray(np.ma.asarray(values))
    if values.dtype.kind != "O":
        return np.asarray(masked)
    return np.asarray(
        masked | np.array([value is None or value != value for value in np.ma.getdata(values)], dtype=bool)
    )


def _cell(value: object) -> str:
    if value is np.ma.masked or value is None:
        return "null"
    return f"{value:g}" if isinstance(value, float | np.floating) else str(value)


def _kind(values: NDArray[Any]) -> str:
    return "text" if values.dtype.kind in "OUST" else str(values.dtype)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
