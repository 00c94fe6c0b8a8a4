"""A small closed country with known rates, and builders that tests bend to their case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import EVENTS, FEMALE, AgeTables, EventTotals, Inputs
from foresight.engine import births, grow, survive

FINLAND_2018 = schedules_for(2018)
AREAS = ("001", "002", "003", "rest")
SIZES = (900.0, 4_000.0, 30_000.0, 400_000.0)
SHARES = np.array([0.512, 0.488])


class Country:
    """Areas without moves whose people bear and die by one set of rates, forward from `first_year`."""

    def __init__(self, first_year: int, years: int, lifetime_births: float = 1.6) -> None:
        self.hazard = FINLAND_2018.hazard()
        self.fertility = lifetime_births * FINLAND_2018.fertility()
        alive = np.exp(-np.cumsum(self.hazard, axis=1))
        shape = alive / alive.sum()
        self.years = list(range(first_year, first_year + years))
        population = [np.array(SIZES)[:, None, None] * shape]
        self.totals = {name: [np.zeros(len(AREAS))] for name in EVENTS}
        self.totals["population"] = [population[0].sum(axis=(1, 2))]
        for _ in self.years[1:]:
            population.append(self._next(population[-1]))
        self.population = np.stack(population)

    def _next(self, start: np.ndarray) -> np.ndarray:
        nobody = np.zeros_like(start)
        older, deaths = survive(
            grow(start), nobody[:, :, 1:], nobody[:, :, 1:], np.exp(-self.hazard[None, :, 1:])
        )
        end_women = np.concatenate([nobody[:, FEMALE, :1], older[:, FEMALE]], axis=1)
        born = births(self.fertility[None], start[:, FEMALE], end_women).sum(axis=1)[:, None] * SHARES
        infants = born * np.exp(-self.hazard[:, 0])
        end = np.concatenate([infants[:, :, None], older], axis=2)
        happened = {
            "births": born.sum(axis=1),
            "deaths": deaths.sum(axis=(1, 2)) + (born - infants).sum(axis=1),
            "population": end.sum(axis=(1, 2)),
        }
        for name in EVENTS:
            self.totals[name].append(happened.get(name, np.zeros(len(AREAS))))
        return end

    def inputs(self, tables: int) -> Inputs:
        """The newest `tables` age tables with the totals of every year but the first."""
        events = {name: np.stack(self.totals[name][1:]) for name in EVENTS}
        return Inputs(
            AgeTables(AREAS, tuple(self.years[-tables:]), self.population[-tables:]),
            EventTotals(AREAS, tuple(self.years[1:]), **events),
        )


@pytest.fixture(scope="session")
def closed_country() -> Callable[[int], Country]:
    """Builds a country in which nobody moves, so many years long from 2013: `closed_country(8)`."""
    return lambda years: Country(2013, years)


def _moving(seed: int, scale: float = 1.0) -> Inputs:
    """Three age tables and six years of totals of areas between which people move at random."""
    rng = np.random.default_rng(seed)
    country = Country(2013, 8)
    sizes = country.population[-3:] * scale
    population = np.round(sizes * rng.uniform(0.8, 1.2, sizes.shape), 1)
    people = population.sum(axis=(2, 3))
    years, areas = 6, len(AREAS)
    base = np.concatenate([np.repeat(people[:1], years - 3, axis=0), people])
    out = base * rng.uniform(0.02, 0.08, (years, areas))
    into = out[:, rng.permutation(areas)]
    events = {
        "births": base * rng.uniform(0.004, 0.015, base.shape),
        "deaths": base * rng.uniform(0.005, 0.018, base.shape),
        "out_migration": out,
        "in_migration": into * (out.sum(axis=1) / into.sum(axis=1))[:, None],
        "immigration": base * rng.uniform(0, 0.01, base.shape),
        "emigration": base * rng.uniform(0, 0.006, base.shape),
        "population": base,
    }
    return Inputs(
        AgeTables(AREAS, (2018, 2019, 2020), population),
        EventTotals(AREAS, tuple(range(2015, 2021)), **events),
    )


@pytest.fixture(scope="session")
def moving_country() -> Callable[..., Inputs]:
    """Builds a country whose ages, sizes and moves are random but balance: `moving_country(seed, scale)`."""
    return _moving
