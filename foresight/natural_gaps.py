"""Births and deaths that nobody counted, from age tables and schedules."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import numpy as np

from foresight.cohorts import FEMALE, AgeTables, Array
from foresight.engine import advance
from foresight.ledger import Ledger
from foresight.schedules import Schedules

PRIOR_EVENTS = 100.0
"""Events' worth of belief in the common level behind an area's own (foresight.md A4: 50–150)."""
OLD_AGE = 65
"""People of this age and over move so little between countries that their cohorts tell mortality."""
OLDEST_SURVIVORS = 90
"""Above this age too few are left to tell how many there once were."""
TREND_AGES = 5
FARTHEST_BACK = 15
STRONGEST_LEVEL = 4.0
"""Mortality told by cohorts is sought between this and its inverse times the schedules'."""


def cohorts_before(table: Array, years: int, schedules: Schedules) -> Array:
    """How many there were at each age `years` before for one now, `[sex, age]`; of `table[area, sex, age]`.

    The cohorts of all areas together are brought back to life by the schedules' survival. Ages whose
    people are by now above `OLDEST_SURVIVORS` follow from the age below them.
    """
    now = table.sum(axis=0)
    then = now.copy()
    last = OLDEST_SURVIVORS - years
    for age in range(last + 1):
        then[:, age] = now[:, age + years] * np.exp(_lived_through(schedules, age + 1, years))
    ratio = np.divide(then, now, out=np.ones_like(now), where=now > 0)
    ratio[:, last + 1 :] = ratio[:, last - TREND_AGES : last + 1].mean(axis=1, keepdims=True)
    return np.asarray(ratio)


def _lived_through(schedules: Schedules, first_age: int, years: int) -> Array:
    """Hazard of the `years` years up to now of those who reached `first_age` in the first, `[sex]`."""
    ages = np.arange(first_age, first_age + years)
    ago = np.arange(years)[::-1]
    return np.asarray((schedules.hazard()[:, ages] * np.exp(-schedules.drift()[:, ages] * ago)).sum(axis=1))


def structure(ledger: Ledger, tables: AgeTables, year: int, schedules: Schedules) -> Array:
    """Population at the end of `year`, `[area, sex, age]`: the nearest table, scaled to the year's total.

    A later table is first made as much younger as the whole country was (`cohorts_before`), at most
    `FARTHEST_BACK` years.
    """
    nearest = min(range(len(tables.years)), key=lambda k: (abs(tables.years[k] - year), -k))
    table: Array = tables.population[nearest]
    back = min(tables.years[nearest] - year, FARTHEST_BACK)
    if back > 0:
        table = table * cohorts_before(table, back, schedules)
    row = year - ledger.years[0]
    total = ledger.before if row < 0 else ledger.values["population"][row]
    own = table.sum(axis=(1, 2))
    scale = np.divide(total, own, out=np.ones_like(own), where=(own > 0) & np.isfinite(total))
    return np.asarray(table * scale[:, None, None])


def fill_births(
    ledger: Ledger, tables: AgeTables, every_table: Mapping[int, Array], schedules: Schedules
) -> None:
    """Fill births: age 0 of the year's table over survival, else women times fertility at a known level.

    `every_table[year]` is `[area, sex, age]`, NaN where an area has none.
    """
    if not ledger.missing("births").any():
        return
    born = np.full_like(ledger.values["births"], np.nan)
    for year, table in every_table.items():
        if year in ledger.years:
            born[year - ledger.years[0]] = table[:, :, 0] @ np.exp(schedules.hazard()[:, 0])
    everywhere = np.ones_like(ledger.missing("births"))
    ledger.fill("births", "age_zero", born, everywhere)
    if ledger.missing("births").any():
        curve = schedules.fertility()
        women = [structure(ledger, tables, year, schedules)[:, FEMALE] for year in _with_start(ledger)]
        expected = np.stack([0.5 * (a + b) @ curve for a, b in pairwise(women)])
        told = _births_by_children(ledger, tables, schedules)
        ledger.fill("births", "women", at_level(ledger.values["births"], expected, told), everywhere)


def _births_by_children(ledger: Ledger, tables: AgeTables, schedules: Schedules) -> dict[int, float]:
    """Births of all areas by row of the ledger, in years without any counted: a later table's children."""
    told = {}
    for row in np.flatnonzero(ledger.missing("births").all(axis=1)):
        year = ledger.years[int(row)]
        table, age = next((k, t - year) for k, t in enumerate(tables.years) if t >= year)
        if age <= FARTHEST_BACK:
            children = tables.population[table, :, :, age].sum(axis=0)
            told[int(row)] = float(children @ np.exp(_lived_through(schedules, 0, age + 1)))
    return told


def fill_deaths(ledger: Ledger, tables: AgeTables, schedules: Schedules) -> None:
    """Fill deaths: hazards of the schedules times population, at the level that deaths or cohorts tell."""
    gaps = ledger.missing("deaths")
    if not gaps.any():
        return
    hazard, base = schedules.hazard(), ledger.years[-1]
    boys = schedules.share_of_boys
    expected = np.empty_like(ledger.values["deaths"])
    for row, year in enumerate(ledger.years):
        born = ledger.values["births"][row][:, None] * np.array([boys, 1.0 - boys])
        exposed = advance(structure(ledger, tables, year - 1, schedules), born)
        dying = -np.expm1(-hazard * np.exp(schedules.drift() * (year - base)))
        expected[row] = (exposed * dying).sum(axis=(1, 2))
    if not gaps.all():
        ledger.fill("deaths", "hazard_at_deaths", at_level(ledger.values["deaths"], expected, {}), gaps)
        return
    levels = cohort_levels(tables, schedules)
    if levels:
        nearest = [levels[min(levels, key=lambda told: abs(told - year))] for year in ledger.years]
        ledger.fill("deaths", "hazard_at_cohorts", np.array(nearest)[:, None] * expected, gaps)
    ledger.fill("deaths", "hazard", expected, gaps)


def _with_start(ledger: Ledger) -> range:
    return range(ledger.years[0] - 1, ledger.years[-1] + 1)


def at_level(counted: Array, expected: Array, of_all: Mapping[int, float]) -> Array:
    """`expected[year, area]` at the level of what was counted (NaN where nothing was), `[year, area]`.

    The level of a year is counted over expected in the areas that counted, or the nearest year's; in the
    rows of `of_all` all areas together get that number. An area's own level is pulled to the common one
    with the weight of `PRIOR_EVENTS`.

    >>> at_level(np.array([[20.0, np.nan], [np.nan, np.nan]]), np.full((2, 2), 10.0), {}).tolist()
    [[20.0, 20.0], [20.0, 20.0]]
    """
    known = np.isfinite(counted)
    given, meant = np.where(known, counted, 0.0), np.where(known, expected, 0.0)
    told = np.flatnonzero(meant.sum(axis=1) > 0)
    if not len(told):
        return expected
    nearest = told[np.abs(told[None] - np.arange(len(expected))[:, None]).argmin(axis=1)]
    level = (given.sum(axis=1)[nearest] / meant.sum(axis=1)[nearest])[:, None]
    own = (given.sum(axis=0) + PRIOR_EVENTS) / ((level * meant).sum(axis=0) + PRIOR_EVENTS)
    scaled = level * own * expected
    for row, number in of_all.items():
        scaled[row] *= number / scaled[row].sum()
    return np.asarray(scaled)


def cohort_levels(tables: AgeTables, schedules: Schedules) -> dict[int, float]:
    """Level of mortality against the schedules by year, from old cohorts of all areas in tables a year apart.

    Moves at these ages are left out of account. The level is pulled to 1 with the weight of
    `PRIOR_EVENTS` deaths.
    """
    levels = {}
    for k in tables.transitions():
        year = tables.years[k + 1]
        start = advance(tables.population[k].sum(axis=0)[None], np.zeros((1, 2)))[0, :, OLD_AGE + 1 :]
        end = float(tables.population[k + 1].sum(axis=0)[:, OLD_AGE + 1 :].sum())
        drifted = np.exp(schedules.drift() * (year - tables.base_year))
        hazard = (schedules.hazard() * drifted)[:, OLD_AGE + 1 :]
        low, high = 1.0 / STRONGEST_LEVEL, STRONGEST_LEVEL
        for _ in range(50):
            middle = 0.5 * (low + high)
            fewer = float((start * np.exp(-middle * hazard)).sum()) < end
            low, high = (low, middle) if fewer else (middle, high)
        deaths = float((start * -np.expm1(-hazard)).sum())
        levels[year] = (0.5 * (low + high) * deaths + PRIOR_EVENTS) / (deaths + PRIOR_EVENTS)
    return levels
