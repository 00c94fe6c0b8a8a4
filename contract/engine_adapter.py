"""Between tables and the engine: columns of the intermediate tables in, engine inputs out, and back.

Pure: columns are numpy arrays by name, as a database cursor gives and takes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, EVENTS, SEXES, AgeTables, Array, EventTotals, InputError, Inputs
from foresight.project import Bands, Projection
from foresight.service_need import NEED

BANDS = ("mean", "p10", "p50", "p90")
COUNTRY = "SSS"
REST = "rest"

Columns = Mapping[str, NDArray[Any]]

EVENT_COLUMNS = {
    "births": "live_births_count",
    "deaths": "deaths_count",
    "in_migration": "in_migration_count",
    "out_migration": "out_migration_count",
    "immigration": "immigration_count",
    "emigration": "emigration_count",
    "population": "population_count",
}
"""Engine's name of each event and its column in `int_vital_events`."""


def engine_inputs(population: Columns, events: Columns) -> Inputs:
    """Engine inputs from the columns of `int_population_by_age` and `int_vital_events`.

    The row of the whole country is left out; the areas are all others, `rest` included. The base year is
    the newest year that both tables hold: events of a year are published two months after its population.
    Raises: InputError when an area, year, sex or age is missing, stands twice or has no value.
    """
    by_age, age_years, age_areas = _age_grid(population)
    totals, event_years, event_areas = _event_grid(events)
    if age_areas != event_areas:
        only = sorted(set(age_areas) ^ set(event_areas))
        raise InputError(f"population by age and vital events differ in areas: {only[:10]}")
    common = sorted(set(age_years) & set(event_years))
    if not common:
        raise InputError(f"no year has both population by age {age_years} and vital events {event_years}")
    base = common[-1]
    tables = [k for k, year in enumerate(age_years) if year <= base]
    last = event_years.index(base)
    first = last
    while first > 0 and event_years[first - 1] == event_years[first] - 1:
        first -= 1
    part = slice(first, last + 1)
    return Inputs(
        AgeTables(age_areas, tuple(age_years[k] for k in tables), by_age[tables]),
        EventTotals(
            areas=event_areas,
            years=event_years[part],
            **{name: totals[EVENTS.index(name), part] for name in EVENTS},
        ),
    )


def _age_grid(columns: Columns) -> tuple[Array, tuple[int, ...], tuple[str, ...]]:
    """`[year, area, sex, age]` with its years and areas."""
    kept = _without_country(columns)
    areas, years = _labels(kept["municipality_code"]), _years(kept)
    place = (
        _positions(kept["reference_year"], years),
        _positions(kept["municipality_code"], areas),
        _positions(kept["sex"], SEXES),
        _positions(kept["age"], range(AGES)),
    )
    shape = (len(years), len(areas), len(SEXES), AGES)
    return _filled(shape, place, kept, "population_count"), years, areas


def _event_grid(columns: Columns) -> tuple[Array, tuple[int, ...], tuple[str, ...]]:
    """`[event, year, area]` in the order of `EVENTS`, with its years and areas."""
    kept = _without_country(columns)
    areas, years = _labels(kept["municipality_code"]), _years(kept)
    place = (_positions(kept["reference_year"], years), _positions(kept["municipality_code"], areas))
    shape = (len(years), len(areas))
    return np.stack([_filled(shape, place, kept, EVENT_COLUMNS[name]) for name in EVENTS]), years, areas


def _without_country(columns: Columns) -> Columns:
    keep = np.asarray(columns["municipality_code"]).astype(str) != COUNTRY
    return {name: values[keep] for name, values in columns.items()}


def _labels(values: NDArray[Any]) -> tuple[str, ...]:
    return tuple(str(label) for label in np.unique(values.astype(str)))


def _years(columns: Columns) -> tuple[int, ...]:
    return tuple(int(year) for year in np.unique(columns["reference_year"]))


def _positions(values: NDArray[Any], labels: Sequence[str] | Sequence[int]) -> NDArray[np.intp]:
    """Position of each value among `labels`. Raises: InputError naming values that are not there."""
    known = np.asarray(labels)
    plain = np.asarray(values).astype(known.dtype if known.dtype.kind == "i" else str)
    order = np.argsort(known)
    found = order[np.minimum(np.searchsorted(known[order], plain), len(known) - 1)]
    strange = np.unique(plain[known[found] != plain])
    if len(strange):
        raise InputError(f"unknown values {strange[:5].tolist()}; expected some of {list(labels)[:5]} …")
    return found


def _filled(
    shape: tuple[int, ...], place: tuple[NDArray[np.intp], ...], columns: Columns, name: str
) -> Array:
    """`columns[name]` laid out on a grid. Raises: InputError when a cell has no row, two rows or no value."""
    rows = np.zeros(shape, dtype=int)
    np.add.at(rows, place, 1)
    if (rows != 1).any():
        cell = tuple(int(x) for x in np.argwhere(rows != 1)[0])
        raise InputError(f"{name}: cell {cell} of {shape} has {rows[cell]} rows; expected exactly one")
    values = np.ma.filled(np.ma.asarray(columns[name]).astype(np.float64), np.nan)
    grid = np.empty(shape)
    grid[place] = values
    return grid


def age_rows(projection: Projection) -> Columns:
    """Columns of `projection_age`: municipalities × years × sexes × ages; the residual area is left out."""
    areas = [i for i, area in enumerate(projection.areas) if area != REST]
    keys = _grid(
        projection_year=projection.years,
        municipality_code=[projection.areas[i] for i in areas],
        sex=SEXES,
        age=range(AGES),
    )
    return _with_bands(projection, keys, projection.by_age, areas)


def group_rows(projection: Projection) -> Columns:
    """Columns of `projection`: municipalities × years × age groups; the residual area is left out."""
    areas = [i for i, area in enumerate(projection.areas) if area != REST]
    keys = _grid(
        projection_year=projection.years,
        municipality_code=[projection.areas[i] for i in areas],
        group=_in_schemes(projection),
    )
    bands = _groups(projection.by_group, projection)
    return _with_bands(projection, _named_groups(projection, keys), bands, areas)


def aggregate_rows(projection: Projection) -> Columns:
    """Columns of `projection_area`: areas of several municipalities × years × age groups."""
    keys = _grid(
        projection_year=projection.years,
        area_code=projection.aggregates,
        group=_in_schemes(projection),
    )
    everything = list(range(len(projection.aggregates)))
    bands = _groups(projection.by_aggregate, projection)
    return _with_bands(projection, _named_groups(projection, keys), bands, everything)


def _in_schemes(projection: Projection) -> list[int]:
    """Positions of the groups of schemes; those of service need have tables of their own."""
    return [position for position, group in enumerate(projection.groups) if group.scheme != NEED]


def _groups(bands: Bands, projection: Projection) -> Bands:
    """`bands[year, area, group]` of those groups alone."""
    kept = _in_schemes(projection)
    return Bands(*(getattr(bands, name)[:, :, kept] for name in BANDS))


def _grid(**axes: Sequence[Any]) -> dict[str, NDArray[Any]]:
    """Every combination of the axes' labels, the last axis fastest.

    >>> {name: column.tolist() for name, column in _grid(a=[1, 2], b=["x", "y"]).items()}
    {'a': [1, 1, 2, 2], 'b': ['x', 'y', 'x', 'y']}
    """
    columns = np.meshgrid(*(np.asarray(labels) for labels in axes.values()), indexing="ij")
    return {name: column.ravel() for name, column in zip(axes, columns, strict=True)}


def _named_groups(projection: Projection, keys: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    group = keys.pop("group")
    keys["scheme"] = np.array([g.scheme for g in projection.groups])[group]
    keys["age_group"] = np.array([g.label for g in projection.groups])[group]
    return keys


def _with_bands(
    projection: Projection, keys: dict[str, NDArray[Any]], bands: Bands, areas: Sequence[int]
) -> Columns:
    rows = len(keys["projection_year"])
    return {
        "scenario_id": np.full(rows, projection.scenario.id),
        "base_year": np.full(rows, projection.base_year),
        **keys,
        **{name: getattr(bands, name)[:, areas].ravel() for name in BANDS},
    }
