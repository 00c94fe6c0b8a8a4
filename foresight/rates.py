"""Rates of a projection, estimated from age tables and yearly totals of events.

Every flow stands alone: births, deaths, moves between areas out and in, immigration, emigration. All
rates are indexed by the age reached at the end of the year. Methods and their reasons:
docs/methods/foresight_v0.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import FEMALE, MALE, Array, EventTotals, Inputs, size_class
from foresight.engine import advance
from foresight.migration import InternalMigration, International, internal_migration, international
from foresight.schedules import Schedules
from foresight.shrinkage import LocalLevel, gamma_poisson

LEVEL_YEARS = 5
"""Years of totals behind local levels."""
LOCAL_MEMORY = 0.8
"""Weight of a year against the next one in local levels: noise is large, so older years count."""
FERTILITY_MEMORY = 0.2
"""The same for the national level of fertility, which has little noise and wanders."""
MORTALITY_MEMORY = 0.5
"""The same for the national level of mortality, which differs by a few per cent between winters."""


@dataclass(frozen=True)
class Rates:
    """What drives every year of a projection.

    `fertility[area, age]` births per woman and year; `hazard[area, sex, age]` of the base year,
    multiplied every year by `exp(mortality_drift[sex, age])`; `fertility_error[area]` and
    `mortality_error[area]` are relative standard errors of the local levels.
    """

    fertility: Array
    fertility_error: Array
    hazard: Array
    mortality_error: Array
    mortality_drift: Array
    share_of_boys: float
    internal: InternalMigration
    abroad: International

    def hazard_after(self, years: int) -> Array:
        """Hazard of death in the `years`-th year after the base year, `[area, sex, age]`."""
        return np.asarray(self.hazard * np.exp(self.mortality_drift * years)[None])

    def sex_shares(self) -> Array:
        """Shares of boys and girls at birth, `[sex]`."""
        shares = np.empty(2)
        shares[MALE], shares[FEMALE] = self.share_of_boys, 1.0 - self.share_of_boys
        return shares


def estimate_rates(inputs: Inputs, schedules: Schedules) -> Rates:
    """Rates for the years after the base year, from nothing later than it."""
    past = _Past(inputs, schedules)
    hazard, mortality = _mortality(past)
    fertility, level = _fertility(past)
    groups = size_class(inputs.base.sum(axis=(1, 2)))
    abroad = international(inputs, past.aged, hazard, schedules, past.weights(LOCAL_MEMORY))
    return Rates(
        fertility=fertility,
        fertility_error=level.relative_error,
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
        self.aged = [self._aged(year) for year in self.events.years]

    def structure(self, year: int) -> Array:
        """Population at the end of `year` by age: the nearest age table, scaled to that year's totals."""
        tables, events = self.inputs.tables, self.inputs.events
        nearest = min(range(len(tables.years)), key=lambda k: abs(tables.years[k] - year))
        table: Array = tables.population[nearest]
        if tables.years[nearest] == year or year not in events.years:
            return table
        totals = events.population[events.years.index(year)]
        own = table.sum(axis=(1, 2))
        scale = np.divide(totals, own, out=np.ones_like(own), where=own > 0)
        return np.asarray(table * scale[:, None, None])

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
    standard = past.schedules.hazard()
    drift = past.schedules.drift()
    base = past.inputs.base_year
    expected = np.stack(
        [
            (aged * -np.expm1(-standard * np.exp(drift * (year - base)))).sum(axis=(1, 2))
            for year, aged in zip(past.events.years, past.aged, strict=True)
        ]
    )
    weight = past.weights(MORTALITY_MEMORY)[:, None]
    national = (weight * past.events.deaths).sum() / (weight * expected).sum()
    local = gamma_poisson(past.events.deaths.sum(axis=0), national * expected.sum(axis=0))
    return np.asarray(national * local.ratio[:, None, None] * standard[None]), local


def _fertility(past: _Past) -> tuple[Array, LocalLevel]:
    """Births per woman `[area, age]`: national curve × national level × local ratio; and the ratios."""
    curve = past.schedules.fertility()
    expected = np.stack(
        [
            (0.5 * (past.structure(year - 1) + past.structure(year))[:, FEMALE] * curve).sum(axis=1)
            for year in past.events.years
        ]
    )
    born = past.events.births
    level = born.sum(axis=1) / expected.sum(axis=1)
    weight = past.weights(LOCAL_MEMORY)[:, None] * len(born)
    ratios = gamma_poisson((weight * born).sum(axis=0), (weight * expected * level[:, None]).sum(axis=0))
    newest = float((past.weights(FERTILITY_MEMORY) * level).sum())
    return newest * ratios.ratio[:, None] * curve[None], ratios
