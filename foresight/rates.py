"""Rates of a projection, estimated from age tables and yearly totals of events.

Every flow stands alone: births, deaths, moves between areas out and in, immigration, emigration. All
rates are indexed by the age reached at the end of the year. Methods and their reasons:
docs/methods/foresight.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, FEMALE, MALE, Array, EventTotals, Inputs, size_class
from foresight.engine import advance
from foresight.migration import (
    RESIDUAL_UNTIL_AGE,
    InternalMigration,
    International,
    internal_migration,
    international,
)
from foresight.schedules import Schedules
from foresight.shrinkage import LocalLevel, gamma_poisson

LOCAL_MORTALITY_AGES = (70, 85)
"""Where an area's ratio of all deaths to those expected begins to hold, and holds in full.

Half of all deaths come after 82: their sum says little of ages below 70, and holding it there made that of
65–74-year-olds worse (0.69 against 0.66 % in 2020). Chosen from six pairs on that one visible year.
"""
LEVEL_YEARS = 5
"""Years of totals behind local levels."""
LOCAL_MEMORY = 0.8
"""Weight of a year against the next one in local levels: noise is large, so older years count."""
FERTILITY_STEP = 0.025
"""Standard deviation of a year's change in the national level of fertility (log, 1973–2018): it wanders."""
FERTILITY_MOMENTUM = 0.5
"""Share of a year's change in fertility that the next year repeats: errors of 1–3 years fall by 6–18 %."""
MOMENTUM_YEARS = 3
MORTALITY_MEMORY = 0.5
"""The same for the national level of mortality, which differs by a few per cent between winters."""


@dataclass(frozen=True)
class Rates:
    """What drives every year of a projection.

    `fertility[area, age]` births per woman in the base year, multiplied in later years by
    `births_after`; `hazard[area, sex, age]` of the base year, multiplied every year by
    `exp(mortality_drift[sex, age])`; `fertility_error[area]` and
    `mortality_error[area]` are relative standard errors of the local levels.
    """

    fertility: Array
    fertility_error: Array
    fertility_change: float
    """Yearly change of the log national level over the last years."""
    hazard: Array
    mortality_error: Array
    mortality_drift: Array
    share_of_boys: float
    internal: InternalMigration
    abroad: International

    def hazard_after(self, years: int) -> Array:
        """Hazard of death in the `years`-th year after the base year, `[area, sex, age]`."""
        return np.asarray(self.hazard * np.exp(self.mortality_drift * years)[None])

    def births_after(self, years: int) -> float:
        """Factor on fertility in the `years`-th year after the base year: its last change goes on, fading."""
        fading = FERTILITY_MOMENTUM ** np.arange(1, years + 1)
        return float(np.exp(self.fertility_change * fading.sum()))

    def sex_shares(self) -> Array:
        """Shares of boys and girls at birth, `[sex]`."""
        shares = np.empty(2)
        shares[MALE], shares[FEMALE] = self.share_of_boys, 1.0 - self.share_of_boys
        return shares


def estimate_rates(inputs: Inputs, schedules: Schedules) -> Rates:
    """Rates for the years after the base year, from nothing later than it."""
    past = _Past(inputs, schedules)
    hazard, mortality = _mortality(past)
    fertility, level, change = _fertility(past)
    groups = size_class(inputs.base.sum(axis=(1, 2)))
    abroad = international(inputs, past.aged, hazard, schedules, past.weights(LOCAL_MEMORY))
    return Rates(
        fertility=fertility,
        fertility_error=level.relative_error,
        fertility_change=change,
        hazard=hazard,
        mortality_error=mortality.relative_error,
        mortality_drift=schedules.drift(),
        share_of_boys=schedules.share_of_boys,
        internal=internal_migration(
            inputs, past.aged, hazard, abroad, schedules, groups, past.weights(LOCAL_MEMORY)
        ),
        abroad=abroad,
    )


class _Past:
    """The last years of events with the population exposed to them."""

    def __init__(self, inputs: Inputs, schedules: Schedules) -> None:
        self.inputs = inputs
        self.schedules = schedules
        self.events: EventTotals = inputs.events.last(LEVEL_YEARS)
        self.drift = schedules.drift()
        self.hazard = schedules.hazard() * np.exp(self.drift * (inputs.base_year - schedules.latest_year))
        self._structures: dict[int, Array] = {}
        self.aged = [self._aged(year) for year in self.events.years]

    def structure(self, year: int) -> Array:
        """Population at the end of `year` by age: a table, or the next later one led back by its deaths."""
        if year not in self._structures:
            tables = self.inputs.tables
            self._structures[year] = (
                tables.population[tables.years.index(year)]
                if year in tables.years
                else self._led_back(self.structure(year + 1), year)
            )
        return self._structures[year]

    def _led_back(self, after: Array, year: int) -> Array:
        """The old of `after` a year younger with those who died in between, the young as they are in `after`.

        Below `RESIDUAL_UNTIL_AGE` people come and go, so the shape of the later table is nearer than its
        cohorts would be; it is scaled to the year's total. The open group comes half from the age below it.
        """
        hazard = self.hazard * np.exp(self.drift * (year + 1 - self.inputs.base_year))
        grown = after * np.exp(hazard)
        before = after.copy()
        before[:, :, RESIDUAL_UNTIL_AGE:-1] = grown[:, :, RESIDUAL_UNTIL_AGE + 1 :]
        before[:, :, -2:] = 0.5 * grown[:, :, -1:]
        events = self.inputs.events
        if year not in events.years:
            return before
        total = events.population[events.years.index(year)]
        young = before[:, :, :RESIDUAL_UNTIL_AGE].sum(axis=(1, 2))
        wanted = np.maximum(total - before[:, :, RESIDUAL_UNTIL_AGE:].sum(axis=(1, 2)), 0.0)
        before[:, :, :RESIDUAL_UNTIL_AGE] *= np.divide(
            wanted, young, out=np.ones_like(young), where=young > 0
        )[:, None, None]
        return before

    def _aged(self, year: int) -> Array:
        boys = self.schedules.share_of_boys
        born = self.inputs.events.births[self.inputs.events.years.index(year)]
        return advance(self.structure(year - 1), np.stack([boys * born, (1 - boys) * born], axis=1))

    def weights(self, memory: float) -> Array:
        """One weight per event year, the newest 1, each older one `memory` times the next; sum 1."""
        weight = memory ** np.arange(len(self.aged))[::-1].astype(float)
        return np.asarray(weight / weight.sum())


def _mortality(past: _Past) -> tuple[Array, LocalLevel]:
    """Hazard of the base year `[area, sex, age]`: standard × national level × local ratio; and the ratios."""
    standard, drift = past.hazard, past.drift
    base = past.inputs.base_year
    expected = np.stack(
        [
            (aged * -np.expm1(-standard * np.exp(drift * (year - base)))).sum(axis=(1, 2))
            for year, aged in zip(past.events.years, past.aged, strict=True)
        ]
    )
    weight = past.weights(MORTALITY_MEMORY)[:, None]
    at_risk = float((weight * expected).sum())
    national = float((weight * past.events.deaths).sum()) / at_risk if at_risk > 0 else 1.0
    local = gamma_poisson(past.events.deaths.sum(axis=0), national * expected.sum(axis=0))
    believed = np.interp(np.arange(AGES), LOCAL_MORTALITY_AGES, (0.0, 1.0))
    ratio = local.ratio[:, None, None] ** believed
    return np.asarray(national * ratio * standard[None]), local


def _fertility(past: _Past) -> tuple[Array, LocalLevel, float]:
    """Births per woman `[area, age]`: national curve × national level × local ratio; the ratios; the change.

    The newest national level weighs as much as its chance allows against a level that wanders by
    `FERTILITY_STEP` a year; so does its last change.
    """
    curve = past.schedules.fertility()
    expected = np.stack(
        [
            (0.5 * (past.structure(year - 1) + past.structure(year))[:, FEMALE] * curve).sum(axis=1)
            for year in past.events.years
        ]
    )
    born = past.events.births
    mothers = expected.sum(axis=1)
    level = np.divide(born.sum(axis=1), mothers, out=np.zeros_like(mothers), where=mothers > 0)
    weight = past.weights(LOCAL_MEMORY)[:, None] * len(born)
    ratios = gamma_poisson((weight * born).sum(axis=0), (weight * expected * level[:, None]).sum(axis=0))
    chance = 1.0 / max(float(born[-1].sum()), 1.0)
    newest = float((past.weights(chance / (chance + FERTILITY_STEP**2)) * level).sum())
    years = min(MOMENTUM_YEARS, len(level) - 1)
    change = 0.0
    if years and min(level[-1], level[-1 - years]) > 0:
        trust = FERTILITY_STEP**2 / (FERTILITY_STEP**2 + 2.0 * chance / years**2)
        change = trust * float(np.log(level[-1] / level[-1 - years])) / years
    return newest * ratios.ratio[:, None] * curve[None], ratios, change
