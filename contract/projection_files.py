"""The files of `kuntaluotsi project`: their columns to a panel, and a projection to the columns it writes.

The formats are those of docs/methods/missing_detail.md. Nothing here opens a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.file_columns import FileColumns
from foresight.age_detail import unfold_both
from foresight.cohorts import EVENTS, SEXES, Array, InputError
from foresight.panel import OfficialVintage, Panel, first_of
from foresight.schedules import Schedules

TOTAL = "total"
SEX_VALUES = (*SEXES, TOTAL)
OLDEST_POSSIBLE = 130

Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Given:
    """What the files say up to the base year, and how many later rows were left out, by file.

    `areas_are_numbers`: the population file names its areas by whole numbers.
    """

    panel: Panel
    later_rows: Mapping[str, int]
    areas_are_numbers: bool


def panel_of(
    population: FileColumns, events: FileColumns | None, areas: FileColumns | None, base_year: int
) -> Given:
    """The panel of what was known at the end of `base_year`: later rows go before anything is looked at.

    Raises: InputError naming file and rows of whatever cannot be used.
    """
    population, later = _until(population, base_year, "area", "year", "sex", "age", "population")
    left_out = {"population": later}
    names, years, oldest, by_sex, both = _age_tables(population)
    numbers = population.holds_whole_numbers("area")
    event_years: tuple[int, ...] = ()
    totals: dict[str, Array] = {name: np.empty((0, len(names))) for name in EVENTS}
    if events is not None:
        events, left_out["events"] = _until(events, base_year, "area", "year")
        event_years, totals = _totals(events, names, numbers)
    parents = _parents(areas, names, numbers) if areas is not None else (None,) * len(names)
    panel = Panel(names, parents, oldest, years, by_sex, both, event_years, totals)
    return Given(panel, left_out, numbers)


def _until(file: FileColumns, base_year: int, *required: str) -> tuple[FileColumns, int]:
    file.require(*required)
    kept = file.whole("year") <= base_year
    return file.where(kept), int((~kept).sum())


def _age_tables(file: FileColumns) -> tuple[tuple[str, ...], tuple[int, ...], int, Array, Array]:
    """Areas, years, oldest age, `[year, area, sex, age]` and `[year, area, age]` of both sexes."""
    if not file.rows:
        raise InputError(f"{file.name} has no rows up to the base year; the base year is absent")
    sexes, ages, people = file.text("sex"), file.whole("age"), file.counts("population")
    file.refuse(~np.isin(sexes, SEX_VALUES), f"sex is none of {', '.join(SEX_VALUES)}")
    file.refuse((ages < 0) | (ages > OLDEST_POSSIBLE), f"age is not between 0 and {OLDEST_POSSIBLE}")
    file.refuse(np.isnan(people), "population is missing (null or NaN)")
    areas = np.unique(file.text("area"))
    years, year = np.unique(file.whole("year"), return_inverse=True)
    numbers = file.holds_whole_numbers("area")
    names, periods = tuple(sorted(map(str, areas), key=int if numbers else str)), tuple(map(int, years))
    area = _position(file.text("area"), names)
    place = (year, area, _position(sexes, SEX_VALUES), ages)
    shape = (len(years), len(areas), len(SEX_VALUES), int(ages.max()) + 1)
    _refuse_duplicates(file, place, shape, "area, year, sex and age")
    grid = np.full(shape, np.nan)
    grid[place] = people
    _require_ages(file, ~np.isnan(grid), (periods, names, SEX_VALUES))
    by_sex = _both_sexes(file, grid, periods, names)
    both = np.where(np.isnan(grid[:, :, 2]), by_sex.sum(axis=2), grid[:, :, 2])
    return names, periods, shape[3] - 1, by_sex, both


def _position(values: NDArray[np.str_], labels: tuple[str, ...]) -> NDArray[np.intp]:
    order = np.argsort(labels)
    return np.asarray(order[np.searchsorted(np.asarray(labels)[order], values)])


def _refuse_duplicates(
    file: FileColumns, place: tuple[NDArray[np.integer[Any]], ...], shape: tuple[int, ...], keys: str
) -> None:
    flat = np.ravel_multi_index(place, shape)
    order = np.argsort(flat, kind="stable")
    again = np.zeros(len(flat), dtype=bool)
    again[order[1:]] = flat[order[1:]] == flat[order[:-1]]
    file.refuse(again, f"the same {keys} stands again")


def _require_ages(
    file: FileColumns, given: Mask, labels: tuple[tuple[int, ...], tuple[str, ...], tuple[str, ...]]
) -> None:
    """Every table of one area, year and sex has the ages from 0 to one oldest age, the same for all."""
    some = np.asarray(given.any(axis=3))
    oldest = given.shape[3] - 1 - given[..., ::-1].argmax(axis=3)
    holes = np.asarray(~given & (np.arange(given.shape[3]) <= oldest[..., None]) & some[..., None])
    if holes.any():
        ages = tuple(range(given.shape[3]))
        raise InputError(
            f"{file.name}: ages are missing: {first_of(holes, *labels, ages)} (year/area/sex/age); "
            "expected single years of age from 0, each with a row"
        )
    open_ages, count = np.unique(oldest[some], return_counts=True)
    if len(open_ages) > 1:
        usual = int(open_ages[count.argmax()])
        other = np.asarray(some & (oldest != usual))
        first = tuple(np.argwhere(other)[0])
        raise InputError(
            f"{file.name}: mixed open ages: most tables end at {usual}, but {first_of(other, *labels)} "
            f"(year/area/sex), the first at {oldest[first]}; expected one oldest age throughout"
        )


def _both_sexes(file: FileColumns, grid: Array, years: tuple[int, ...], areas: tuple[str, ...]) -> Array:
    """`[year, area, sex, age]`; a sex alone, or a total that is not the sum, is refused."""
    given = ~np.isnan(grid[..., 0])
    alone = np.asarray(given[:, :, 0] != given[:, :, 1])
    if alone.any():
        raise InputError(
            f"{file.name}: one sex only in {first_of(alone, years, areas)} (year/area); "
            "expected male and female, or total"
        )
    by_sex = grid[:, :, : len(SEXES)]
    off = np.asarray(np.abs(grid[:, :, 2] - by_sex.sum(axis=2)) > 0.5)
    if off.any():
        raise InputError(
            f"{file.name}: total is not male plus female in "
            f"{first_of(off, years, areas, tuple(range(grid.shape[3])))} (year/area/age)"
        )
    return by_sex


def _totals(
    file: FileColumns, names: tuple[str, ...], numbers: bool
) -> tuple[tuple[int, ...], dict[str, Array]]:
    """Years and `[year, area]` of each event; a column or cell that is not there is NaN."""
    area = _known_areas(file, names, numbers)
    years, year = np.unique(file.whole("year"), return_inverse=True)
    shape = (len(years), len(names))
    _refuse_duplicates(file, (year, area), shape, "area and year")
    totals = {name: np.full(shape, np.nan) for name in EVENTS}
    for name in EVENTS:
        if name in file.columns:
            totals[name][year, area] = file.counts(name)
    return tuple(map(int, years)), totals


def _known_areas(file: FileColumns, names: tuple[str, ...], numbers: bool) -> NDArray[np.intp]:
    areas = file.text("area")
    file.refuse(~np.isin(areas, names), _unknown(file, names, numbers))
    return _position(areas, names)


def _unknown(file: FileColumns, names: tuple[str, ...], numbers: bool) -> str:
    """What is wrong with an area that is none of `names`; a hint where one file has numbers and one text."""
    kinds = ("text", "whole numbers")
    here = file.holds_whole_numbers("area")
    hint = f" (areas are {kinds[here]} here and {kinds[numbers]} there, such as {names[0]})"
    return "area is not among those of the population file" + (hint if here != numbers else "")


def _parents(file: FileColumns, names: tuple[str, ...], numbers: bool) -> tuple[str | None, ...]:
    """Parent of each area. Rows of areas that are themselves parents are allowed and not needed."""
    file.require("area", "parent")
    areas, parents = file.text("area"), file.text("parent", empty="")
    unknown = ~np.isin(areas, (*names, *parents))
    file.refuse(unknown, _unknown(file, names, numbers))
    _, first = np.unique(areas, return_index=True)
    file.refuse(~np.isin(np.arange(len(areas)), first), "the same area stands again")
    told = dict(zip(areas.tolist(), parents.tolist(), strict=True))
    return tuple(told.get(name) or None for name in names)


def official_of(
    file: FileColumns, names: tuple[str, ...], base_year: int, schedules: Schedules, numbers: bool = False
) -> OfficialVintage | None:
    """The newest vintage published by the end of the year after `base_year`, or None without one.

    `numbers`: the population file names its areas by whole numbers.
    Its areas that are not in the file are NaN. Raises: InputError naming rows that cannot be used.
    """
    file.require("vintage", "published_at", "area", "year", "age", "population")
    published = np.array(file.dates("published_at"), dtype="datetime64[D]")
    in_time = published <= np.datetime64(date(base_year + 1, 12, 31))
    if not in_time.any():
        return None
    newest = published == published[in_time].max()
    chosen = file.where(newest)
    vintages = np.unique(chosen.text("vintage"))
    if len(vintages) > 1:
        raise InputError(f"{file.name}: vintages {', '.join(vintages)} have one date; expected one each")
    area, ages, people = (
        _known_areas(chosen, names, numbers),
        chosen.whole("age"),
        chosen.counts("population"),
    )
    chosen.refuse(np.isnan(people), "population is missing (null or NaN)")
    chosen.refuse((ages < 0) | (ages > OLDEST_POSSIBLE), f"age is not between 0 and {OLDEST_POSSIBLE}")
    years, year = np.unique(chosen.whole("year"), return_inverse=True)
    shape = (len(years), len(names), int(ages.max()) + 1)
    _refuse_duplicates(chosen, (year, area, ages), shape, "area, year and age")
    grid = np.full(shape, np.nan)
    grid[year, area, ages] = people
    periods = tuple(map(int, years))
    _require_ages(chosen, ~np.isnan(grid)[:, :, None], (periods, names, (TOTAL,)))
    population = unfold_both(grid, schedules)
    return OfficialVintage(str(vintages[0]), str(published[newest][0]), periods, population)
