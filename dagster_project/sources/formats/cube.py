"""What json-stat and px files hold: figures over dimensions, and the marks some of them carry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import prod
from typing import Any

import numpy as np

from dagster_project.sources.errors import PermanentSourceError

MOST_CELLS = 50_000_000
"""More cells than this are refused: 0.4 GB of figures. StatFin's largest municipal table has 3 million."""
MOST_SPARSE_CELLS = 10_000_000
"""A sparse cube is as large as its dimensions say, however short the file is, so it may be less large."""
MOST_DIMENSIONS = 60
MOST_MARKS = 100
"""Different marks in one cube; publishers use fewer than ten."""


@dataclass(frozen=True)
class Marks:
    """Cell `positions[i]` (flat) carries the publisher's mark `names[codes[i]]`, such as `..`."""

    positions: np.ndarray
    codes: np.ndarray
    names: tuple[str, ...]

    @classmethod
    def of(cls, positions: np.ndarray, marks: Sequence[str]) -> Marks:
        """One mark for each position, in parallel."""
        names = tuple(sorted(set(marks)))
        number = {name: code for code, name in enumerate(names)}
        return cls(positions, np.fromiter((number[m] for m in marks), np.int16, len(marks)), names)

    @classmethod
    def none(cls) -> Marks:
        return cls(np.empty(0, np.int64), np.empty(0, np.int16), ())

    def by_position(self) -> dict[int, str]:
        return {int(cell): self.names[code] for cell, code in zip(self.positions, self.codes, strict=True)}


@dataclass(frozen=True)
class Cube:
    """Figures over dimensions.

    `values` is flat and row-major over `dimensions`, missing cells are NaN. `dimensions` maps the code of
    each dimension to the codes of its categories in order; `texts` to what the publisher calls these, too.
    """

    url: str
    dimensions: dict[str, tuple[str, ...]]
    values: np.ndarray
    marks: Marks
    updated: datetime | None = None
    table_id: str | None = None
    extract: dict[str, Any] | None = None
    made_at: datetime | None = None
    """When our own writer made the extract; None for a publisher's answer."""
    title: str = ""
    source: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    time: str | None = None
    """The dimension that holds the periods, where the file says which."""

    @property
    def symbols(self) -> dict[int, str]:
        """Flat position to mark."""
        return self.marks.by_position()


def cell_count(size: Sequence[int], where: str, *, sparse: bool = False) -> int:
    """The product of the dimensions' sizes, checked before memory of that size is asked for.

    Raises: PermanentSourceError too_many_cells.
    """
    cells, most = prod(size), MOST_SPARSE_CELLS if sparse else MOST_CELLS
    if len(size) > MOST_DIMENSIONS:
        raise PermanentSourceError(
            "too_many_cells", f"{where}: {len(size)} dimensions; at most {MOST_DIMENSIONS} are read"
        )
    if cells > most:
        raise PermanentSourceError(
            "too_many_cells",
            f"{where}: {' × '.join(map(str, size))} = {cells} cells; at most {most} are read at once, so ask "
            "the publisher for a part of the table",
        )
    return cells


def positions_along(size: Sequence[int], axis: int) -> np.ndarray:
    """For each cell of a cube, the number of its category along one dimension, in the least integer type."""
    categories = np.arange(size[axis], dtype=least_type(size[axis]))
    return spread(size, axis, categories)


def spread(size: Sequence[int], axis: int, per_category: np.ndarray) -> np.ndarray:
    """One value for each cell from one value for each category of a dimension."""
    return np.tile(np.repeat(per_category, prod(size[axis + 1 :])), prod(size[:axis]))


def least_type(categories: int) -> type[np.signedinteger[Any]]:
    """The least signed integer that numbers so many categories."""
    return np.int8 if categories <= 127 else np.int16 if categories <= 32_767 else np.int32


def first_repeated(codes: Sequence[str]) -> str | None:
    """The first code that stands twice, None when all differ."""
    if len(set(codes)) == len(codes):
        return None
    seen: set[str] = set()
    return next(code for code in codes if code in seen or seen.add(code))  # type: ignore[func-returns-value]
