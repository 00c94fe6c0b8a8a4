"""A statistical table as a publisher keeps it: described in Python, or read from a folder of answers.

Nothing here uses the project's own readers, so that a fault in them cannot hide itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

Kind = Literal["geo", "time", "metric", "other"]


@dataclass(frozen=True)
class Variable:
    """One variable. With `elimination` a query may leave it out: it is then read at `total`, or summed."""

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...] = ()
    kind: Kind = "other"
    elimination: bool = False
    total: str | None = None
    map: str | None = None
    groupings: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    """Named aggregations: grouping to (group to the values it adds up)."""

    def text_of(self, value: str) -> str:
        return self.texts[self.values.index(value)] if self.texts else value


@dataclass(frozen=True)
class Table:
    """Figures over variables, row-major; NaN where missing, with the publisher's mark in `marks`.

    `updated` is the stamp in the figures' answer, `listed` the one in the folder's list.
    """

    database: str
    folder: str
    table_id: str
    title: str
    variables: tuple[Variable, ...]
    figures: np.ndarray
    marks: Mapping[int, str] = field(default_factory=dict)
    updated: str = "2026-04-01T05:00:00Z"
    listed: str | None = None
    source: str = "Tilastokeskus"
    extension: Mapping[str, Any] = field(default_factory=dict)
    px_id: str | None = None
    """The table id in the answer, where it is not the file's name."""

    def __post_init__(self) -> None:
        expected = tuple(len(variable.values) for variable in self.variables)
        if self.figures.shape != expected:
            raise ValueError(f"{self.table_id}: figures of shape {self.figures.shape}, values say {expected}")

    @property
    def list_stamp(self) -> str:
        """As PxWeb lists it: without a time zone."""
        return self.listed or self.updated.removesuffix("Z")

    def variable(self, code: str) -> Variable | None:
        return next((variable for variable in self.variables if variable.code == code), None)

    def of_kind(self, kind: Kind) -> list[Variable]:
        return [variable for variable in self.variables if variable.kind == kind]

    def cut(self, selected: Mapping[str, Sequence[str]]) -> Table:
        """The table with these values only; variables that are not named are eliminated.

        Raises: KeyError with the code that is not there, or that may not be left out.
        """
        positions: list[list[int]] = []
        kept: list[Variable] = []
        summed: list[int] = []
        for axis, variable in enumerate(self.variables):
            if variable.code in selected:
                place = {value: number for number, value in enumerate(variable.values)}
                chosen = [place[value] for value in selected[variable.code]]
                kept.append(
                    replace(
                        variable,
                        values=tuple(variable.values[n] for n in chosen),
                        texts=tuple(variable.texts[n] for n in chosen) if variable.texts else (),
                    )
                )
            elif not variable.elimination:
                raise KeyError(variable.code)
            elif variable.total is not None:
                chosen = [variable.values.index(variable.total)]
                summed.append(axis)
            else:
                chosen = list(range(len(variable.values)))
                summed.append(axis)
            positions.append(chosen)
        grid = np.ix_(*positions)
        figures = self.figures[grid]
        marks = self._marks_at(grid, figures.shape) if self.marks and not summed else {}
        if summed:
            figures = figures.sum(axis=tuple(summed))
        return replace(self, variables=tuple(kept), figures=figures, marks=marks)

    def grouped(self, code: str, grouping: str, groups: Sequence[str]) -> Table:
        """The table with one variable's values added up to groups. Raises: KeyError for an unknown one."""
        axis = next(n for n, variable in enumerate(self.variables) if variable.code == code)
        variable = self.variables[axis]
        sums = []
        for group in groups:
            members = [variable.values.index(value) for value in variable.groupings[grouping][group]]
            sums.append(np.take(self.figures, members, axis=axis).sum(axis=axis))
        named = replace(variable, values=tuple(groups), texts=tuple(groups))
        variables = (*self.variables[:axis], named, *self.variables[axis + 1 :])
        return replace(self, variables=variables, figures=np.stack(sums, axis=axis), marks={})

    def _marks_at(self, grid: tuple[np.ndarray, ...], shape: tuple[int, ...]) -> dict[int, str]:
        flat = np.arange(self.figures.size).reshape(self.figures.shape)[grid].reshape(shape)
        known = np.isin(flat, np.fromiter(self.marks, dtype=np.int64, count=len(self.marks)))
        return {int(n): self.marks[int(flat.flat[n])] for n in np.flatnonzero(known)}


def numbers(figures: np.ndarray) -> list[int | float | None]:
    """Figures as JSON writes them: whole numbers without decimals, null where missing."""
    flat = figures.reshape(-1)
    missing = np.isnan(flat)
    if not missing.any() and bool((flat == np.round(flat)).all()):
        return flat.astype(np.int64).tolist()
    return [None if np.isnan(v) else int(v) if v == int(v) else float(v) for v in flat.tolist()]


def tables_in(root: Path) -> list[Table]:
    """Every table of a folder laid out `<database>/<folder>/<table id>/metadata.json` and `data*.json`.

    A table may stand right below its database, as some do at the publisher's.
    """
    found = [*root.glob("*/*/*/metadata.json"), *root.glob("*/*/metadata.json")]
    return [read_table(path.parent, root) for path in sorted(found)]


def read_table(directory: Path, root: Path | None = None) -> Table:
    """The table in one directory of answers, its parts put together; `root` is three levels up by default."""
    database, *folders = directory.relative_to(root or directory.parents[2]).parts[:-1]
    described = json.loads((directory / "metadata.json").read_text(encoding="utf-8"))
    parts = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(directory.glob("data*.json"))]
    role = parts[0].get("role") or {}
    kinds = {code: kind for kind in ("geo", "time", "metric") for code in role.get(kind, [])}
    variables = tuple(_variable(raw, kinds) for raw in described["variables"])
    figures = np.full([len(variable.values) for variable in variables], np.nan)
    marks: dict[int, str] = {}
    flat = np.arange(figures.size).reshape(figures.shape)
    for part in parts:
        grid, order = _places(variables, part)
        values = np.array([np.nan if v is None else v for v in _dense(part)], dtype=float)
        figures[grid] = values.reshape(part["size"]).transpose(order)
        places = flat[grid]
        for position, mark in (part.get("status") or {}).items():
            where = np.unravel_index(int(position), part["size"])
            marks[int(places[tuple(np.array(where)[order])])] = mark
    extension = parts[0].get("extension") or {}
    return Table(
        database=database,
        folder="/".join(folders),
        table_id=directory.name.removesuffix(".px"),
        title=described.get("title", ""),
        variables=variables,
        figures=figures,
        marks=marks,
        updated=max(part["updated"] for part in parts),
        source=parts[0].get("source", "Tilastokeskus"),
        extension={key: value for key, value in extension.items() if key != "px"},
        px_id=(extension.get("px") or {}).get("tableid"),
    )


def _variable(raw: dict[str, Any], kinds: Mapping[str, Kind]) -> Variable:
    values = tuple(raw["values"])
    return Variable(
        code=raw["code"],
        text=raw.get("text", raw["code"]),
        values=values,
        texts=tuple(raw["valueTexts"]),
        kind=kinds.get(raw["code"], "time" if raw.get("time") else "other"),
        elimination=bool(raw.get("elimination")),
        total=next((value for value in ("SSS", "TotSa") if value in values), None),
        map=raw.get("map"),
    )


def _places(variables: Sequence[Variable], part: dict[str, Any]) -> tuple[tuple[np.ndarray, ...], list[int]]:
    """Where a part's cells lie in the table, and how to turn its axes into the table's."""
    chosen = []
    for variable in variables:
        place = {value: number for number, value in enumerate(variable.values)}
        chosen.append([place[code] for code in _codes(part["dimension"][variable.code]["category"])])
    return np.ix_(*chosen), [part["id"].index(variable.code) for variable in variables]


def _codes(category: dict[str, Any]) -> Iterator[str]:
    index = category.get("index")
    if index is None:
        return iter(category["label"])
    return iter(sorted(index, key=index.__getitem__) if isinstance(index, dict) else index)


def _dense(part: dict[str, Any]) -> list[float | None]:
    values = part["value"]
    if isinstance(values, list):
        return values
    dense: list[float | None] = [None] * int(np.prod(part["size"]))
    for position, value in values.items():
        dense[int(position)] = value
    return dense
