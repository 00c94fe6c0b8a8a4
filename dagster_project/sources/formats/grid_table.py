"""A spreadsheet's rows as a tidy table: columns of words and codes are dimensions, columns of numbers values.

Several columns of numbers become one, with their headings as a dimension of their own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import numpy as np
import pyarrow as pa

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Marks
from dagster_project.sources.formats.grid import CellFault, CellValue, Grid, Row, column_letter
from dagster_project.sources.formats.tidy import STATUS, VALUE, Dimension, Tidy, column_name, with_statuses

CONTENT = "content"
"""The dimension that holds the headings of several columns of numbers."""
HEADER_WITHIN = 30
"""Rows above the header hold titles and sources."""
MARKS = (".", "..", "...", "-", "*")
_TIME = re.compile(
    r"(vuosi|år|year|kuukausi|månad|month|jakso|period|neljännes|kvartal|quarter|aika|tid|time).*", re.I
)
_CODED = re.compile(
    r"(\w*kunta|kunnat|\w*kommun|municipality|\w*alue|\w*område|area|region|maakunta|landskap|county|"
    r"ikä|ålder|age|sukupuoli|kön|sex|gender)([ _]?\d{4})?|.*(koodi|kod|code|tunnus|numero|nummer)|id|nro|nr",
    re.I,
)
"""Headings of columns whose numbers are names of things, not quantities."""
_YEAR = re.compile(r"(1[89]|20|21)\d\d")
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}\.\d{3}")
_PADDED = re.compile(r"0\d+")
_SPACES = re.compile(r"(?<=\d)[ \u00a0\u202f\u2009](?=\d{3}(?:\D|$))")


def tidy_grid(grid: Grid, kind: str, where: str) -> Tidy:
    """The rows below the header, one row per number.

    Raises: PermanentSourceError malformed naming the cell, truncated when nothing follows the header.
    """
    header, rows = _header(grid, where)
    headings = [_word(cell) for cell in header.values]
    if grid.ragged and max(grid.ragged) > header.number:
        wrong = min(number for number in grid.ragged if number > header.number)
        raise PermanentSourceError("malformed", f"{where}, row {wrong}: more cells than the header has")
    if not rows:
        raise PermanentSourceError("truncated", f"{where}: nothing follows the header in row {header.number}")
    comma = grid.separator != ","
    measures = _measures(headings, rows, comma=comma)
    if not measures:
        raise PermanentSourceError(
            "malformed",
            f"{where}: no column below row {header.number} holds numbers, so there is no value to read",
        )
    measures = _without_keys(headings, rows, measures)
    dimensions = [k for k in range(len(headings)) if k not in measures and headings[k]]
    if comma:
        _refuse_ambiguous(rows, measures, where)
    return _melted(grid, kind, where, headings, rows, dimensions, measures, comma=comma)


def _header(grid: Grid, where: str) -> tuple[Row, list[Row]]:
    """The first row that is as wide as any of the next ones and names at least two columns."""
    if not grid.rows:
        raise PermanentSourceError("truncated", f"{where}: no row holds anything")
    wide = max(sum(cell is not None for cell in row.values) for row in grid.rows[: 2 * HEADER_WITHIN])
    for place, row in enumerate(grid.rows[:HEADER_WITHIN]):
        named = [cell for cell in row.values if isinstance(cell, str) or cell is not None]
        if len(named) >= max(2, wide) and len(set(map(_word, named))) == len(named):
            return row, list(grid.rows[place + 1 :])
    raise PermanentSourceError(
        "malformed",
        f"{where}: none of the first {HEADER_WITHIN} rows names every column once; put one header row above "
        "the figures",
    )


def _measures(headings: Sequence[str], rows: Sequence[Row], *, comma: bool) -> list[int]:
    """The columns that hold numbers and marks only, and neither periods nor codes."""
    found = []
    for k, heading in enumerate(headings):
        cells = [row.values[k] for row in rows if k < len(row.values) and row.values[k] is not None]
        words = [cell for cell in cells if isinstance(cell, str) and cell.strip() not in MARKS]
        numbers = [cell for cell in cells if not isinstance(cell, str)]
        if not heading or len(words) + len(numbers) == 0:
            continue
        if any(_PADDED.fullmatch(word.strip()) for word in words):
            continue
        if _TIME.fullmatch(heading) or (
            _CODED.fullmatch(heading.strip()) and all(map(_is_whole, (*words, *numbers)))
        ):
            continue
        if all(_YEAR.fullmatch(_word(cell)) for cell in (*words, *numbers)) and k < len(headings) - 1:
            continue
        if all(_number(cell, comma=comma) is not None for cell in (*words, *numbers)):
            found.append(k)
    return found


def _without_keys(headings: Sequence[str], rows: Sequence[Row], measures: Sequence[int]) -> list[int]:
    """`measures` without the columns in front that tell rows apart which the other columns do not.

    A code that looks like a number (305) is what a figure is of; taken for a figure it would be a wrong one.
    """
    left = list(measures)
    while len(left) > 1 and _first_repeated(headings, rows, left) is not None:
        if not all(_is_whole(row.values[left[0]] if left[0] < len(row.values) else None) for row in rows):
            break
        left.pop(0)
    return left if _first_repeated(headings, rows, left) is None else list(measures)


def _first_repeated(
    headings: Sequence[str], rows: Sequence[Row], measures: Sequence[int]
) -> tuple[int, int] | None:
    """Numbers of the first two rows that are equal in all columns but `measures`, None when all differ."""
    keys = [k for k in range(len(headings)) if k not in measures and headings[k]]
    seen: dict[tuple[str, ...], int] = {}
    for row in rows:
        key = tuple(_word(row.values[k]) if k < len(row.values) else "" for k in keys)
        if (earlier := seen.setdefault(key, row.number)) != row.number:
            return earlier, row.number
    return None


def _is_whole(cell: CellValue) -> bool:
    return _word(cell).isdecimal()


def _refuse_ambiguous(rows: Sequence[Row], measures: Sequence[int], where: str) -> None:
    """Raise for `1.234` in a column that writes decimals behind a comma: it may be 1234 or 1,234."""
    for k in measures:
        texts = [(row.number, row.values[k]) for row in rows if k < len(row.values)]
        words = [(number, cell.strip()) for number, cell in texts if isinstance(cell, str)]
        if not any("," in word for _, word in words):
            continue
        for number, word in words:
            if _THOUSANDS.fullmatch(word):
                raise PermanentSourceError(
                    "malformed",
                    f"{where}, row {number}, column {column_letter(k)}: {word!r} may be "
                    f"{word.replace('.', '')} or {word.replace('.', ',')}; write thousands without a point",
                )


def _melted(
    grid: Grid,
    kind: str,
    where: str,
    headings: Sequence[str],
    rows: Sequence[Row],
    dimensions: Sequence[int],
    measures: Sequence[int],
    *,
    comma: bool,
) -> Tidy:
    each = len(measures)
    columns: dict[str, pa.Array] = {}
    described = []
    for k in dimensions:
        words = [_word(row.values[k]) if k < len(row.values) else "" for row in rows for _ in range(each)]
        column = pa.array(words, pa.string()).dictionary_encode()
        columns[column_name(headings[k], columns, where)] = column
        held = tuple(column.dictionary.to_pylist())
        described.append(Dimension(headings[k], headings[k], held, held, bool(_TIME.fullmatch(headings[k]))))
    if each > 1:
        names = [headings[k] for k in measures]
        codes = np.tile(np.arange(each, dtype=np.int32), len(rows))
        columns[column_name(CONTENT, columns, where)] = pa.DictionaryArray.from_arrays(
            pa.array(codes), pa.array(names, pa.string())
        )
        described.append(Dimension(CONTENT, CONTENT, tuple(names), tuple(names)))
    values, positions, marks = np.full(len(rows) * each, np.nan), [], []
    for position, (row, k) in enumerate((row, k) for row in rows for k in measures):
        cell = row.values[k] if k < len(row.values) else None
        if isinstance(cell, CellFault):
            raise PermanentSourceError(
                "malformed",
                f"{where}, row {row.number}, column {column_letter(k)}: {cell.text!r} is no figure",
            )
        if isinstance(cell, str) and cell.strip() in MARKS:
            positions.append(position)
            marks.append(cell.strip())
        elif cell is not None:
            number = _number(cell, comma=comma)
            values[position] = np.nan if number is None else number
    figures, statuses = with_statuses(values, Marks.of(np.array(positions, dtype=np.int64), marks))
    table = pa.table({**columns, VALUE: figures, STATUS: statuses})
    title = _word(grid.rows[0].values[0]) if len(grid.rows[0].values) == 1 else grid.name
    remarks: tuple[str, ...] = ()
    if any((row.number, k) in grid.formulas for row in rows for k in measures):
        remarks = ("some figures are results of formulas, as the file carries them; nothing was calculated",)
    if (twice := _first_repeated(headings, rows, measures)) is not None:
        remarks = (
            *remarks,
            f"rows {twice[0]} and {twice[1]} have the same keys; there may be more such rows",
        )
    return Tidy(kind, title, table, tuple(described), remarks=remarks)


def _word(cell: CellValue) -> str:
    """A cell as a code: whole numbers without a point, dates in ISO form."""
    if cell is None or isinstance(cell, CellFault):
        return ""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="minutes")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _number(cell: CellValue, *, comma: bool) -> float | None:
    """The number in a cell, None when there is none. `comma` says that decimals stand behind a comma."""
    if cell is None or isinstance(cell, bool | date | CellFault):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    text = _SPACES.sub("", cell.strip()).replace("\u2212", "-")
    if comma:
        if "," in text and "." in text:
            text = text.replace(".", "")
        text = text.replace(",", ".", 1)
    if re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", text) is None:
        return None
    number = float(text)
    return number if np.isfinite(number) else None
