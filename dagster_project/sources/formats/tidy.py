"""The table that every format becomes: a column for each dimension, `value` and `value_status`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Cube, Marks, positions_along

VALUE, STATUS = "value", "value_status"
STATUSES = ("final", "preliminary", "not_available", "secret", "not_applicable")
"""The words of the published contract."""
NIL = "-"
"""The mark of a quantity that is none at all: its value is 0, and final."""
STATUS_OF_MARK: Mapping[str, str] = {
    ".": "not_applicable",
    "..": "not_available",
    "...": "secret",
    "....": "not_available",
    ".....": "not_available",
    "......": "not_available",
    "*": "preliminary",
    # What Eurostat and the OECD mark in json-stat and SDMX (code lists CL_OBS_STATUS and CL_CONF_STATUS).
    ":": "not_available",
    "p": "preliminary",
    "e": "preliminary",
    "f": "preliminary",
    "c": "secret",
    "q": "secret",
    "m": "not_applicable",
    "z": "not_applicable",
}
"""Case is of no account. A mark that is not here says nothing of a value, and not_available where none is."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


@dataclass(frozen=True)
class Dimension:
    """One column of codes: what the publisher calls it, and its codes with their texts in parallel."""

    code: str
    name: str
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    is_time: bool = False


@dataclass(frozen=True)
class Tidy:
    """A file as a table. `table` has one dictionary column of text for each dimension, then `value` (float64,
    null when missing) and `value_status`, then what else the format says of single values.
    """

    kind: str
    title: str
    table: pa.Table
    dimensions: tuple[Dimension, ...]
    source: str = ""
    updated: str = ""
    remarks: tuple[str, ...] = ()
    table_id: str = ""
    """What the publisher calls the table, where the file says so."""


def tidy_cube(cube: Cube, kind: str, remarks: tuple[str, ...] = ()) -> Tidy:
    """The cube's cells, one row each in its order.

    Raises: PermanentSourceError malformed when a dimension is called as a column of ours.
    """
    size = [len(codes) for codes in cube.dimensions.values()]
    columns: dict[str, pa.Array] = {}
    for axis, (code, codes) in enumerate(cube.dimensions.items()):
        if wrong := next(filter(_CONTROL.search, codes), None):
            raise PermanentSourceError(
                "malformed",
                f"{cube.url}: {code!r} has category {wrong[:40]!r}, with control characters in it",
            )
        columns[column_name(code, columns, cube.url)] = pa.DictionaryArray.from_arrays(
            pa.array(positions_along(size, axis)), pa.array(codes, pa.string())
        )
    values, statuses = with_statuses(cube.values, cube.marks)
    dimensions = tuple(
        Dimension(
            code, cube.names.get(code, code), codes, cube.texts.get(code, codes), is_time=code == cube.time
        )
        for code, codes in cube.dimensions.items()
    )
    return Tidy(
        kind=kind,
        title=cube.title,
        table=pa.table({**columns, VALUE: values, STATUS: statuses}),
        dimensions=dimensions,
        source=cube.source,
        updated=cube.updated.strftime("%Y-%m-%dT%H:%M:%SZ") if cube.updated else "",
        remarks=remarks,
        table_id=cube.table_id or "",
    )


def with_statuses(values: np.ndarray, marks: Marks) -> tuple[pa.Array, pa.DictionaryArray]:
    """Values with nulls where they are missing (0 where the mark says there is none), and their statuses."""
    missing = np.isnan(values)
    statuses = np.where(missing, np.int8(STATUSES.index("not_available")), np.int8(0))
    if len(marks.positions):
        said = np.array([_number_of(mark) for mark in marks.names], dtype=np.int8)[marks.codes]
        absent = missing[marks.positions]
        nil = absent & np.array([mark == NIL for mark in marks.names])[marks.codes]
        preliminary = ~absent & (said == STATUSES.index("preliminary"))
        told = absent & ~nil & (said > STATUSES.index("preliminary"))
        statuses[marks.positions[preliminary | told]] = said[preliminary | told]
        if nil.any():
            values, missing = values.copy(), missing.copy()
            zeros = marks.positions[nil]
            values[zeros], missing[zeros], statuses[zeros] = 0.0, False, 0
    return (
        pa.array(values, pa.float64(), mask=missing if missing.any() else None),
        status_column(statuses),
    )


def status_column(numbers: np.ndarray) -> pa.DictionaryArray:
    """Positions in STATUSES as a column of their words."""
    return pa.DictionaryArray.from_arrays(pa.array(numbers, pa.int8()), pa.array(STATUSES, pa.string()))


def status_of(mark: str) -> str | None:
    """The status that a publisher's mark means, None when it is not known."""
    return STATUS_OF_MARK.get(mark.casefold())


def column_name(code: str, taken: Mapping[str, object], where: str) -> str:
    """The code as a column's name. Raises: PermanentSourceError malformed when it cannot be one."""
    if _CONTROL.search(code):
        raise PermanentSourceError("malformed", f"{where}: {code[:40]!r} has control characters in it")
    if code.casefold() in (VALUE, STATUS) or code in taken or not code.strip():
        raise PermanentSourceError(
            "malformed", f"{where}: a dimension is called {code!r}, which another column or nothing is called"
        )
    return code


def _number_of(mark: str) -> int:
    status = status_of(mark)
    return STATUSES.index(status) if status else 0
