"""Population paths moved forward year by year: one expected path, or many drawn ones at once.

The year is the outer loop and draws are the last axis, so that a whole country with all its draws stands
in memory for one year only. Moves between areas go through a pool: what leaves all areas at an age
and sex is shared out by the areas' in-weights, so every path nets to zero by itself. Those who leave
are not exposed to death in the year they leave, arrivals half of it: no cell can then lose more than it
holds, whatever is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import DTypeLike

from foresight.chance import OLD_FROM, ChanceScales, Flows, LocalDraws
from foresight.cohorts import AGES, FEMALE, Array
from foresight.engine import births, grow, require_balance, require_closed, require_population, survive
from foresight.rates import Rates
from foresight.schedules import FERTILE_AGES

_INFANTS = slice(0, 1)
_GROWN = slice(1, AGES)
MOST_LEAVING = 0.8
"""A draw lets at most this share of a cohort move away in a year; emigrants and deaths come on top."""
_CHECKED_DRAWS = 4
"""Draws whose cells are balanced one by one every year; signs and sums are checked in all."""


@dataclass(frozen=True)
class Factors:
    """National factors of one year on the expected rates, each `[draw]`; mortality `[age, draw]`."""

    births: Array
    mortality: Array
    immigration: Array
    emigration: Array


UNCHANGED = Factors(np.ones(1), np.ones((AGES, 1)), np.ones(1), np.ones(1))
"""The factors of the expected path."""


@dataclass(frozen=True)
class YearRates:
    """Rates of one year, pulls and drift applied, in the number type of the paths. `[area, sex, age]`."""

    fertility: Array
    hazard: Array
    out_rate: Array
    in_weight: Array
    immigration: Array
    emigration_rate: Array
    sex_shares: Array

    def as_type(self, dtype: DTypeLike) -> YearRates:
        """The same rates in another number type."""
        return YearRates(*(getattr(self, f.name).astype(dtype) for f in fields(self)))


def rates_of_year(rates: Rates, years_on: int, dtype: DTypeLike) -> YearRates:
    """Rates of the `years_on`-th year after the base year."""
    return YearRates(
        fertility=(rates.fertility * rates.births_after(years_on)).astype(dtype),
        hazard=rates.hazard_after(years_on).astype(dtype),
        out_rate=rates.internal.out_rate.astype(dtype),
        in_weight=rates.internal.in_weight.astype(dtype),
        immigration=rates.abroad.immigration.astype(dtype),
        emigration_rate=rates.abroad.emigration_rate.astype(dtype),
        sex_shares=rates.sex_shares().astype(dtype),
    )


@dataclass(frozen=True)
class YearNoise:
    """The local randomness of one year."""

    draws: LocalDraws
    scales: ChanceScales
    year: int

    def moves(self, area: int) -> Array:
        """Relative error of moves of one area, `[1, sex, age, draw]`."""
        return self.draws.moves(area, self.year, self.scales)[None]

    def deaths(self, area: int) -> Array:
        """Relative error of deaths from `OLD_FROM` on, `[1, sex, age, draw]`."""
        return self.draws.deaths(area, self.year, self.scales)[None]

    def births(self, area: int) -> Array:
        """Factor on births, `[1, sex, draw]`."""
        return self.draws.births(area, self.year, self.scales)[None]


class Paths:
    """Population `[area, sex, age, draw]` with the step that moves it one year on, in place."""

    def __init__(self, base: Array, draws: int, dtype: DTypeLike) -> None:
        self.population: Array = np.repeat(base.astype(dtype)[..., None], draws, axis=3)

    def step(self, rates: YearRates, factors: Factors, noise: YearNoise | None, name: str) -> Flows | None:
        """Move one year on; the flows are returned when there is no noise (the expected path).

        With `noise`, areas are taken one by one, which keeps the work in the processor's cache. Raises:
        BalanceError naming `name` when a cell's balance or sign or the sum of moves does not hold.
        """
        population = self.population
        areas, _, _, draws = population.shape
        runs = [slice(0, areas)] if noise is None else [slice(i, i + 1) for i in range(areas)]
        grown = _Year(_GROWN, population, rates, factors, name)
        infants = _Year(_INFANTS, population, rates, factors, name)
        infant_error = np.zeros((areas, 2, 1, draws), population.dtype)
        for run in runs:
            error = np.zeros((1, 1, AGES, 1), population.dtype) if noise is None else noise.moves(run.start)
            grown.leave(run, grow(population[run]), error[:, :, _GROWN])
            infant_error[run] = error[:, :, _INFANTS]
        grown.share_out()
        born = np.empty((areas, 2, 1, draws), population.dtype)
        for run in runs:
            end = grown.finish(run, grow(population[run]), None if noise is None else noise.deaths(run.start))
            women = population[run, FEMALE, FERTILE_AGES]
            at_end = end[:, FEMALE, FERTILE_AGES.start - 1 : FERTILE_AGES.stop - 1]
            by_age = births(rates.fertility[run, FERTILE_AGES, None], women, at_end)
            both = by_age.sum(axis=1)[:, None] * factors.births.astype(population.dtype)
            local = 1.0 if noise is None else noise.births(run.start)
            born[run, :, 0] = both * rates.sex_shares[:, None] * local
            population[run, :, _GROWN] = end
        everyone = slice(0, areas)
        infants.leave(everyone, born, infant_error)
        infants.share_out()
        population[:, :, _INFANTS] = infants.finish(everyone, born, None)
        return None if noise is not None else _flows(born, infants, grown)


class _Year:
    """Moves, deaths and their balance at some ages in one year."""

    def __init__(self, ages: slice, population: Array, rates: YearRates, factors: Factors, name: str) -> None:
        areas, sexes, _, draws = population.shape
        shape = (areas, sexes, ages.stop - ages.start, draws)
        self.ages, self.rates, self.name = ages, rates, name
        self.factors = factors
        self.tolerance = 1e-9 if population.dtype == np.float64 else 1e-4
        self.checked = slice(None, None, max(1, draws // _CHECKED_DRAWS))
        self.out = np.empty(shape, population.dtype)
        self.moved_in = np.empty(shape, population.dtype)
        self.kept: tuple[Array, Array, Array] | None = None

    def leave(self, run: slice, aged: Array, error: Array) -> None:
        """Note who leaves the areas of `run` and how strongly these draw movers (in-weights so far).

        `error` shifts both flows; the out-move is bounded below by nobody and above by
        `MOST_LEAVING`, equally far, so that its mean stays.
        """
        rate = self.rates.out_rate[run, :, self.ages, None]
        room = np.maximum(np.minimum(rate, MOST_LEAVING - rate), 0.0)
        np.multiply(aged, rate - room * error, out=self.out[run])
        np.multiply(self.rates.in_weight[run, :, self.ages, None], 1.0 + error, out=self.moved_in[run])

    def share_out(self) -> None:
        """Turn in-weights into in-moves that take up exactly what left. Raises: BalanceError."""
        left, weights = self.out.sum(axis=0), self.moved_in.sum(axis=0)
        share = np.divide(left, weights, out=np.zeros_like(left), where=weights > 0)
        for area in range(len(self.moved_in)):
            self.moved_in[area] *= share
        require_closed(self.moved_in.sum(axis=0), left, tolerance=self.tolerance, step=self.name)

    def finish(self, run: slice, aged: Array, death_error: Array | None) -> Array:
        """Population at the end of the year of the areas in `run`. Raises: BalanceError."""
        dtype = aged.dtype
        mortality = self.factors.mortality[self.ages].astype(dtype)
        survival = np.exp(-self.rates.hazard[run, :, self.ages, None] * mortality)
        if death_error is not None:
            old = survival[:, :, OLD_FROM - self.ages.start :]
            old -= np.minimum(old, 1.0 - old) * death_error
        arrived = self.rates.immigration[run, :, self.ages, None] * self.factors.immigration.astype(dtype)
        gone = aged * (
            self.rates.emigration_rate[run, :, self.ages, None] * self.factors.emigration.astype(dtype)
        )
        gone += self.out[run]
        half = dtype.type(0.5) * (self.moved_in[run] + arrived)
        end, deaths = survive(aged, half - gone, half, survival)
        net = 2 * half - gone
        some = self.checked
        require_balance(
            aged[..., some],
            end[..., some],
            deaths[..., some],
            net[..., some],
            tolerance=self.tolerance,
            step=self.name,
        )
        require_population(end, step=self.name)
        if death_error is None:
            self.kept = (deaths, np.broadcast_to(arrived, aged.shape), gone - self.out[run])
        return end


def _flows(born: Array, infants: _Year, grown: _Year) -> Flows:
    """Flows of the single expected path, ages joined and the draw axis dropped."""
    if infants.kept is None or grown.kept is None:
        raise AssertionError("flows are only kept without noise")

    def join(first: Array, rest: Array) -> Array:
        return np.concatenate([first, rest], axis=2)[..., 0]

    deaths, arrived, gone = (join(a, b) for a, b in zip(infants.kept, grown.kept, strict=True))
    return Flows(
        births=born[:, :, 0, 0],
        deaths=deaths,
        moved_in=join(infants.moved_in, grown.moved_in),
        moved_out=join(infants.out, grown.out),
        immigration=arrived,
        emigration=gone,
    )
