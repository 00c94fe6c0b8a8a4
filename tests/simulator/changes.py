"""What publishers do to a table from one publishing to the next, each as a function from table to table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from tests.simulator.table import Table, Variable

Change = Callable[[Table], Table]


def renamed_variable(code: str, new: str, text: str | None = None) -> Change:
    """A variable under another code (and text)."""
    return _each_variable(lambda v: replace(v, code=new, text=text or v.text) if v.code == code else v)


def renamed_values(code: str, new: Mapping[str, str]) -> Change:
    """Some values of a variable under other codes: contents renamed, a municipality with a new number."""

    def rename(variable: Variable) -> Variable:
        if variable.code != code:
            return variable
        return replace(variable, values=tuple(new.get(value, value) for value in variable.values))

    return _each_variable(rename)


def area_stamp(year: int) -> Change:
    """The areas as they are restamped each January: `alue_23_20270101` and map `Alue 2027`."""

    def stamp(variable: Variable) -> Variable:
        if variable.kind != "geo":
            return variable
        code = variable.code
        if code.startswith("alue_23_"):
            code = f"alue_23_{year}0101"
        return replace(variable, code=code, map=f"Alue {year}" if variable.map else None)

    return _each_variable(stamp)


def revised(updated: str, *, share: float = 1.0, by: float = 1.0) -> Change:
    """Figures changed by `by` in the earlier `share` of the periods, under a newer stamp."""

    def revise(table: Table) -> Table:
        axis = _axis(table, "time")
        last = max(1, int(table.figures.shape[axis] * share))
        figures = table.figures.copy()
        np.moveaxis(figures, axis, 0)[:last] += by
        return replace(table, figures=figures, updated=updated, listed=None)

    return revise


def stamped(updated: str, listed: str | None = None) -> Change:
    """The same figures under another stamp: newer after a migration, older after a rollback."""
    return lambda table: replace(table, updated=updated, listed=listed)


def without_period(period: str) -> Change:
    """A period gone from the middle of the series."""
    return _reindexed("time", lambda values: [v for v in values if v != period])


def with_period(period: str, updated: str, *, like: str | None = None) -> Change:
    """A new period at the end, its figures those of `like` (the last one there)."""

    def extend(table: Table) -> Table:
        axis = _axis(table, "time")
        variable = table.variables[axis]
        source = variable.values.index(like) if like else len(variable.values) - 1
        texts = (*variable.texts, period) if variable.texts else ()
        longer = replace(variable, values=(*variable.values, period), texts=texts)
        figures = np.concatenate([table.figures, np.take(table.figures, [source], axis=axis)], axis=axis)
        variables = (*table.variables[:axis], longer, *table.variables[axis + 1 :])
        return replace(table, variables=variables, figures=figures, marks={}, updated=updated, listed=None)

    return extend


def repeated(code_kind: str, value: str) -> Change:
    """A value that stands twice in its variable, and its figures with it."""
    return _reindexed(code_kind, lambda values: [n for v in values for n in ([v, v] if v == value else [v])])


def relabelled(table_id: str) -> Change:
    """The table answering under its old address as another one."""
    return lambda table: replace(table, px_id=table_id)


def scaled_cell(factor: float, position: int = -1) -> Change:
    """One figure times `factor`."""

    def change(table: Table) -> Table:
        figures = table.figures.copy()
        figures.flat[position] *= factor
        return replace(table, figures=figures)

    return change


def only_areas(*keep: str) -> Change:
    """The table with these areas alone."""
    return _reindexed("geo", lambda values: [value for value in values if value in keep])


def _each_variable(change: Callable[[Variable], Variable]) -> Change:
    return lambda table: replace(table, variables=tuple(map(change, table.variables)))


def _axis(table: Table, kind: str) -> int:
    return next(n for n, variable in enumerate(table.variables) if variable.kind == kind)


def _reindexed(kind: str, choose: Callable[[tuple[str, ...]], list[str]]) -> Change:
    def reindex(table: Table) -> Table:
        axis = _axis(table, kind)
        variable = table.variables[axis]
        positions = [variable.values.index(value) for value in choose(variable.values)]
        changed = replace(
            variable,
            values=tuple(variable.values[n] for n in positions),
            texts=tuple(variable.texts[n] for n in positions) if variable.texts else (),
        )
        variables = (*table.variables[:axis], changed, *table.variables[axis + 1 :])
        return replace(
            table, variables=variables, figures=np.take(table.figures, positions, axis=axis), marks={}
        )

    return reindex
