"""SDMX-CSV as a tidy table: versions 1.0 (DATAFLOW) and 2.0 (STRUCTURE), codes with or without labels.

The format: https://github.com/sdmx-twg/sdmx-csv (data message). Columns before OBS_VALUE are dimensions,
those after it attributes of single observations.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Marks
from dagster_project.sources.formats.grid import Grid, column_letter
from dagster_project.sources.formats.tidy import STATUS, VALUE, Dimension, Tidy, column_name, with_statuses

OBS_VALUE, TIME = "OBS_VALUE", "TIME_PERIOD"
_STRUCTURE = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "SERIES_KEY")
_MEANINGS = {
    "CONF_STATUS": dict.fromkeys("csndgq", "c"),
    "OBS_STATUS": {**dict.fromkeys("pefi", "p"), "m": "..", "l": "..", "q": "c", "s": "c", "z": "."},
}
"""Status codes to the marks of `tidy.STATUS_OF_MARK`, secrecy before what is said of a value's making.

In CL_OBS_STATUS provisional, estimated, forecast and imputed values are preliminary, M is missing, L not
collected, Q and S suppressed, Z not applicable; in CL_CONF_STATUS F is free.
"""
_MISSING = ("", "NaN", ":", "..", "...")


def looks_like_sdmx(headings: Sequence[str]) -> bool:
    """Whether a header row is SDMX-CSV's."""
    codes = {_code(heading) for heading in headings}
    return OBS_VALUE in codes and bool(codes & {"DATAFLOW", "STRUCTURE", TIME})


def tidy_sdmx(grid: Grid, where: str) -> Tidy:
    """The message's observations, one row each in the file's order.

    Raises: PermanentSourceError malformed naming row and column, truncated when nothing follows the header.
    """
    headings = [str(cell or "") for cell in grid.rows[0].values]
    codes = [_code(heading) for heading in headings]
    for code in set(codes):
        if code and codes.count(code) > 1:
            raise PermanentSourceError("malformed", f"{where}: the header has {code!r} twice")
    if len(grid.rows) == 1:
        raise PermanentSourceError("truncated", f"{where}: nothing follows the header")
    if grid.ragged:
        raise PermanentSourceError(
            "malformed", f"{where}, row {min(grid.ragged)}: more cells than the header has"
        )
    place = codes.index(OBS_VALUE)
    dimensions = [k for k, code in enumerate(codes) if code and code not in _STRUCTURE and k < place]
    if TIME in codes and codes.index(TIME) not in dimensions:
        dimensions.append(codes.index(TIME))
    attributes = [k for k, code in enumerate(codes) if code and k > place and k not in dimensions]
    columns: dict[str, pa.Array] = {}
    described = []
    for k in dimensions:
        texts = [_code(_cell(row.values, k)) for row in grid.rows[1:]]
        column = pa.array(texts, pa.string()).dictionary_encode()
        columns[column_name(codes[k], columns, where)] = column
        held = tuple(column.dictionary.to_pylist())
        described.append(Dimension(codes[k], _label(headings[k]), held, held, is_time=codes[k] == TIME))
    values = np.array([_number(_cell(row.values, place), row.number, place, where) for row in grid.rows[1:]])
    statuses, marked = with_statuses(values, _marks(grid, codes))
    columns |= {VALUE: statuses, STATUS: marked}
    for k in attributes:
        texts_or_none = [_code(_cell(row.values, k)) or None for row in grid.rows[1:]]
        columns[column_name(codes[k], columns, where)] = pa.array(texts_or_none, pa.string())
    first = next((k for k, code in enumerate(codes) if code in ("DATAFLOW", "STRUCTURE_ID")), None)
    title = _cell(grid.rows[1].values, first) if first is not None else ""
    return Tidy("sdmx-csv", title, pa.table(columns), tuple(described), table_id=title)


def _marks(grid: Grid, codes: Sequence[str]) -> Marks:
    """What the attributes of status say of each observation."""
    positions, marks = [], []
    places = [(codes.index(name), meanings) for name, meanings in _MEANINGS.items() if name in codes]
    for position, row in enumerate(grid.rows[1:]):
        said = (meanings.get(_code(_cell(row.values, k)).casefold()) for k, meanings in places)
        if (mark := next(filter(None, said), None)) is not None:
            positions.append(position)
            marks.append(mark)
    return Marks.of(np.array(positions, dtype=np.int64), marks)


def _code(cell: str) -> str:
    """The code of `FREQ: Frequency` or `A: Annual`, where labels stand beside codes."""
    code, colon, label = cell.partition(": ")
    return code.strip() if colon and label and " " not in code.strip() else cell.strip()


def _label(heading: str) -> str:
    return heading.partition(": ")[2].strip() or heading.strip()


def _cell(values: Sequence[object], place: int | None) -> str:
    value = values[place] if place is not None and place < len(values) else None
    return "" if value is None else str(value)


def _number(text: str, row: int, place: int, where: str) -> float:
    word = text.strip()
    if word in _MISSING:
        return float("nan")
    try:
        number = float(word) if "_" not in word else None
    except ValueError:
        number = None
    if number is None or not np.isfinite(number):
        raise PermanentSourceError(
            "malformed",
            f"{where}, row {row}, column {column_letter(place)}: OBS_VALUE is {word[:40]!r}, expected "
            "a number with a decimal point, or nothing",
        )
    return number
