"""Small countries with known rates, and builders that tests bend to their case."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import AGES, EVENTS, FEMALE, AgeTables, EventTotals, Inputs
from foresight.engine import births, grow, survive
from foresight.paths import UNCHANGED, Paths, YearRates

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


class SixMunicipalities:
    """Six areas between which people move by known rates, forward from `first_year`.

    The towns draw the young and the villages the retired; `rates` are those of every year. Nothing is drawn
    by chance, so what is not recovered is the method's own doing.
    """

    areas = tuple(f"{code:03d}" for code in range(1, 7))
    sizes = np.array([3_000.0, 12_000.0, 40_000.0, 90_000.0, 250_000.0, 600_000.0])
    birth_level = np.array([1.3, 0.9, 1.1, 1.0, 0.95, 1.0])
    out_level = np.array([1.2, 1.0, 1.1, 0.9, 1.0, 1.0])

    def __init__(self, first_year: int, years: int) -> None:
        hazard = np.broadcast_to(FINLAND_2018.hazard(), (6, 2, AGES))
        alive = np.exp(-np.cumsum(FINLAND_2018.hazard(), axis=1))
        start = self.sizes[:, None, None] * alive / alive.sum()
        age = np.arange(AGES)
        town = np.interp(self.sizes, [3_000, 600_000], [-1.0, 1.0])[:, None]
        pull = np.exp(0.15 * town * ((age >= 19) & (age < 30)) - 0.1 * town * ((age >= 60) & (age < 70)))
        out = self.out_level[:, None] * FINLAND_2018.profile("out_migration")
        arriving, leaving = (FINLAND_2018.profile(flow) for flow in ("immigration", "emigration"))
        self.rates = YearRates(
            fertility=1.5 * self.birth_level[:, None] * FINLAND_2018.fertility(),
            hazard=hazard,
            out_rate=np.repeat(out[:, None], 2, axis=1),
            in_weight=start * (out * pull)[:, None],
            immigration=0.003 * start.sum(axis=(1, 2), keepdims=True) * arriving / (2 * arriving.sum()),
            emigration_rate=np.broadcast_to(0.004 * leaving, hazard.shape),
            sex_shares=SHARES,
        )
        self.years = list(range(first_year, first_year + years))
        paths, self.population, self.flows = Paths(start, 1, np.float64), [start], []
        for year in self.years[1:]:
            self.flows.append(paths.step(self.rates, UNCHANGED, None, str(year)))
            self.population.append(paths.population[..., 0].copy())

    def inputs(self, tables: int, until: int) -> Inputs:
        """What is known at the end of `until`: the newest `tables` age tables and every year's totals."""
        at = self.years.index(until)
        happened = {
            "births": [flows.births.sum(axis=1) for flows in self.flows],
            "population": [people.sum(axis=(1, 2)) for people in self.population[1:]],
            **{
                name: [getattr(flows, of).sum(axis=(1, 2)) for flows in self.flows]
                for name, of in (
                    ("deaths", "deaths"), ("in_migration", "moved_in"), ("out_migration", "moved_out"),
                    ("immigration", "immigration"), ("emigration", "emigration"),
                )
            },
        }  # fmt: skip
        events = {name: np.stack(happened[name][:at]) for name in EVENTS}
        kept = slice(at + 1 - tables, at + 1)
        return Inputs(
            AgeTables(self.areas, tuple(self.years[kept]), np.stack(self.population[kept])),
            EventTotals(self.areas, tuple(self.years[1 : at + 1]), **events),
        )


@pytest.fixture(scope="session")
def six_municipalities() -> SixMunicipalities:
    """A system of six areas with known rates, 1990–2028."""
    return SixMunicipalities(1990, 39)
