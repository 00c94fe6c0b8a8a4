"""What a live what-if needs, as columns of published tables: out of a projection, and back for one area.

Pure: columns are numpy arrays by name, as a database cursor gives and takes them. The country stands among
the areas under its own code. Rates are rounded to `DIGITS` significant digits: finer ones only swell tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.engine_adapter import COUNTRY, REST
from foresight.cohorts import AGES, FEMALE, SEXES, Array, InputError, Inputs
from foresight.one_area import LocalErrors, WhatIfInputs, country_rates, shared_moves_error
from foresight.paths import YearRates
from foresight.project import ENGINE_VERSION, Projection
from foresight.schedules import AGE_BANDS
from foresight.uncertainty import NATIONAL_COMPONENTS, NationalDraws

Columns = Mapping[str, NDArray[Any]]

MOVES = "moves"
"""Component of the draws that is a relative error of all moves, not a factor."""
RATES = ("fertility", "hazard", "out_rate", "in_weight", "immigration", "emigration_rate")
"""Columns of rates; fertility is 0 for men."""
DIGITS = 5
_BANDS = len(AGE_BANDS) - 1


def run_columns(projection: Projection) -> Columns:
    """Columns of `engine_run`, one row."""
    return {
        "engine_version": np.array([ENGINE_VERSION]),
        "base_year": np.array([projection.base_year]),
        "seed": np.array([projection.seed]),
        "draws": np.array([projection.draws]),
        "share_of_boys": np.array([projection.rates.share_of_boys]),
    }


def rate_columns(projection: Projection, inputs: Inputs) -> Columns:
    """Columns of `engine_rate`: areas and the country × years × sexes × ages, without the residual area."""
    kept = [i for i, area in enumerate(projection.areas) if area != REST]
    whole = country_rates(projection, inputs)
    areas = [*(projection.areas[i] for i in kept), COUNTRY]
    keys = _grid(municipality_code=areas, projection_year=projection.years, sex=SEXES, age=range(AGES))
    columns: dict[str, NDArray[Any]] = dict(keys)
    for name in RATES:
        by_year = [
            np.concatenate([getattr(rates, name)[kept], getattr(country, name)])
            for rates, country in zip(projection.year_rates, whole, strict=True)
        ]
        columns[name] = _significant(_with_sexes(np.stack(by_year, axis=1)).ravel()).astype(np.float32)
    return columns


def _with_sexes(values: Array) -> Array:
    """`values[area, year, (sex,) age]` with the axis of sexes: what has none is women's."""
    if values.ndim == 4:
        return values
    spread = np.zeros((*values.shape[:2], len(SEXES), AGES))
    spread[:, :, FEMALE] = values
    return spread


def draw_columns(projection: Projection, inputs: Inputs) -> Columns:
    """Columns of `engine_draw`: national factors and the shared error of moves, draws numbered from 0."""
    components = [*NATIONAL_COMPONENTS, MOVES]
    keys = _grid(component=components, projection_year=projection.years, draw=range(projection.draws))
    factors = [getattr(projection.national, name) for name in NATIONAL_COMPONENTS]
    factors.append(shared_moves_error(projection, inputs))
    return {**keys, "factor": np.stack(factors).ravel().astype(np.float32)}


def error_columns(projection: Projection) -> Columns:
    """Columns of `engine_error`: what is known of an area's misjudgement, one row a number.

    `first` and `second` number the cell: sex and band of `net_moves`, years of `growth` (lower triangle).
    """
    growth, rates = projection.totals.growth, projection.rates
    rows: list[tuple[str, str, int, int, float]] = []
    for i, area in enumerate(projection.areas):
        if area == REST:
            continue
        single = {
            "stream": i,
            "fertility": rates.fertility_error[i],
            "mortality": rates.mortality_error[i],
            "growth_class": growth.classes[i],
            "class_error": growth.class_error[growth.classes[i]],
        }
        rows += [(area, name, 0, 0, float(value)) for name, value in single.items()]
        for (sex, band), value in np.ndenumerate(rates.internal.net_error[i]):
            rows.append((area, "net_moves", sex, band, float(value)))
        covariance = growth.local_covariance[i]
        rows += [
            (area, "growth", h, k, float(covariance[h, k]))
            for h in range(len(covariance))
            for k in range(h + 1)
        ]
    codes, names, first, second, values = zip(*rows, strict=True)
    return {
        "municipality_code": np.array(codes),
        "component": np.array(names),
        "first": np.array(first),
        "second": np.array(second),
        "value": np.array(values),
    }


@dataclass(frozen=True)
class SharedInputs:
    """What every area's what-if has in common: worth keeping as long as the snapshot is the same."""

    engine_version: str
    base_year: int
    seed: int
    years: tuple[int, ...]
    country: tuple[YearRates, ...]
    population: Array
    national: NationalDraws
    moves_error: Array
    sex_shares: Array


def shared_inputs(run: Columns, draws: Columns, rates: Columns, population: Columns) -> SharedInputs:
    """Of `engine_run`, `engine_draw` and the country's rows of `engine_rate` and of the base year's people.

    Raises: InputError when years, draws or cells are missing.
    """
    years = tuple(int(year) for year in np.unique(draws["projection_year"]))
    count = int(run["draws"][0])
    components = (*NATIONAL_COMPONENTS, MOVES)
    place = [np.searchsorted(np.array(sorted(components)), np.asarray(draws["component"]).astype(str))]
    order = [sorted(components).index(name) for name in components]
    place += [np.asarray(draws["projection_year"]) - years[0], np.asarray(draws["draw"])]
    values = _filled((len(components), len(years), count), place, draws["factor"], "engine_draw")[order]
    boys = float(run["share_of_boys"][0])
    shares = np.array([boys, 1.0 - boys])
    return SharedInputs(
        engine_version=str(run["engine_version"][0]),
        base_year=int(run["base_year"][0]),
        seed=int(run["seed"][0]),
        years=years,
        country=_rates(rates, years, shares),
        population=_people(population),
        national=NationalDraws(*values[: len(NATIONAL_COMPONENTS)]),
        moves_error=values[-1],
        sex_shares=shares,
    )


def area_inputs(
    area: str, shared: SharedInputs, rates: Columns, errors: Columns, population: Columns
) -> WhatIfInputs:
    """What-if inputs of `area` from its rows of `engine_rate`, `engine_error` and of the base year's people.

    Raises: InputError when cells are missing.
    """
    mine = _people(population)
    return WhatIfInputs(
        engine_version=shared.engine_version,
        area=area,
        stream=round(_single(errors, "stream")),
        base_year=shared.base_year,
        seed=shared.seed,
        base=np.stack([mine, shared.population - mine]),
        own=_rates(rates, shared.years, shared.sex_shares),
        country=shared.country,
        national=shared.national,
        moves_error=shared.moves_error,
        errors=_local_errors(errors, len(shared.years)),
    )


def _local_errors(errors: Columns, horizon: int) -> LocalErrors:
    lower = _cells(errors, "growth", (horizon, horizon), horizon * (horizon + 1) // 2)
    return LocalErrors(
        growth_covariance=lower + np.tril(lower, -1).T,
        growth_class=round(_single(errors, "growth_class")),
        class_error=_single(errors, "class_error"),
        net_error=_cells(errors, "net_moves", (len(SEXES), _BANDS), len(SEXES) * _BANDS),
        fertility_error=_single(errors, "fertility"),
        mortality_error=_single(errors, "mortality"),
    )


def _cells(errors: Columns, component: str, shape: tuple[int, int], count: int) -> Array:
    """The numbers of one component at their cells, else 0. Raises: InputError unless there are `count`."""
    rows = np.asarray(errors["component"]).astype(str) == component
    found = np.zeros(shape)
    if rows.sum() != count:
        raise InputError(f"engine_error: {int(rows.sum())} rows of {component}; expected {count} of one area")
    found[np.asarray(errors["first"])[rows], np.asarray(errors["second"])[rows]] = errors["value"][rows]
    return found


def _single(errors: Columns, component: str) -> float:
    return float(_cells(errors, component, (1, 1), 1)[0, 0])


def _rates(columns: Columns, years: Sequence[int], sex_shares: Array) -> tuple[YearRates, ...]:
    place = [np.asarray(columns["projection_year"]) - years[0], _sex(columns), np.asarray(columns["age"])]
    shape = (len(years), len(SEXES), AGES)
    grids = {name: _filled(shape, place, columns[name], f"engine_rate.{name}") for name in RATES}
    return tuple(
        YearRates(
            fertility=grids["fertility"][k, FEMALE][None],
            hazard=grids["hazard"][k][None],
            out_rate=grids["out_rate"][k][None],
            in_weight=grids["in_weight"][k][None],
            immigration=grids["immigration"][k][None],
            emigration_rate=grids["emigration_rate"][k][None],
            sex_shares=sex_shares,
        )
        for k in range(len(years))
    )


def _people(columns: Columns) -> Array:
    place = [_sex(columns), np.asarray(columns["age"])]
    return _filled((len(SEXES), AGES), place, columns["population_count"], "population_count")


def _sex(columns: Columns) -> NDArray[np.intp]:
    return np.where(np.asarray(columns["sex"]).astype(str) == SEXES[FEMALE], FEMALE, 1 - FEMALE)


def _filled(shape: tuple[int, ...], place: Sequence[Any], values: NDArray[Any], name: str) -> Array:
    """`values` on a grid. Raises: InputError when a cell has no row, two rows or no value."""
    inside = np.all([(at >= 0) & (at < size) for at, size in zip(place, shape, strict=True)], axis=0)
    grid = np.full(shape, np.nan)
    if inside.all() and len(values) == grid.size:
        grid[tuple(place)] = np.ma.filled(np.ma.asarray(values).astype(np.float64), np.nan)
    if np.isnan(grid).any():
        raise InputError(
            f"{name}: {len(values)} rows for {grid.size} cells {shape}; expected one value in each"
        )
    return grid


def _grid(**axes: Sequence[Any]) -> dict[str, NDArray[Any]]:
    columns = np.meshgrid(*(np.asarray(labels) for labels in axes.values()), indexing="ij")
    return {name: column.ravel() for name, column in zip(axes, columns, strict=True)}


def _significant(values: Array) -> Array:
    size = np.abs(values)
    scale = 10.0 ** (DIGITS - 1 - np.floor(np.log10(np.where(size > 0, size, 1.0))))
    return np.asarray(np.round(values * scale) / scale)
