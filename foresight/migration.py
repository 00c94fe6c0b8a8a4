"""Moves between areas and across the border by age, from totals without age and from age tables.

Only totals of moves are counted by area. The age detail is estimated: an assumed profile by age gives
gross moves; what births and deaths do not explain between two age tables gives the net by age
(Hamilton and Perry's residual); a symmetric shift of both flows reconciles them and keeps both positive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, Inputs
from foresight.schedules import AGE_BANDS, Schedules
from foresight.shrinkage import gamma_poisson, normal_means

DAMPING = 0.75
"""Share of this year's departure of net migration from its long-run mean that is left next year."""
RESIDUAL_UNTIL_AGE = 65
"""From this age on the national residual is told as mortality, not as migration across the border."""

STRONGEST_SHIFT = 4.0
"""Factor exp(±4) on the flows of an area: far beyond what any real place shows, so the search ends."""

SETTLING_AGES = (16, 35)
"""Ages at which one age table alone tells about moves."""

CLUSTERING = np.where(np.asarray(AGE_BANDS[:-1]) < 16, 2.2, 1.5)
"""Variance of moves by band against independent persons: families move together.

Measured from how much the residuals of two years differ (2019 and 2020: 1.8–2.3 for ages 7–15, 1.0–1.7
for adults); foresight.md A3 names 1.3–1.6 on the standard deviation.
"""
CLUSTERING_OF_ALL = 1.6
"""The same for all ages together."""

BAND_OF_AGE = np.repeat(np.arange(len(AGE_BANDS) - 1), np.diff(AGE_BANDS))


@dataclass(frozen=True)
class InternalMigration:
    """Moves between areas: `out_odds` of leaving and `in_weight` (persons a year), `[area, sex, age]`.

    `pull_recent` and `pull_lasting[area]` shift in-moves by `exp(pull)` and the odds of leaving by
    `exp(−pull)`: the first holds at the base year and gives way to the second by `DAMPING` a year.
    `net_error[area, sex, band]` is the standard error of net over gross moves.
    """

    out_odds: Array
    in_weight: Array
    pull_recent: Array
    pull_lasting: Array
    net_error: Array

    def out_rate(self, years: int) -> Array:
        """Share of each cohort that leaves in the `years`-th year after the base year, below 1."""
        return leaving(self.out_odds, self._pull(years))

    def in_weights(self, years: int) -> Array:
        """How strongly each area draws movers in that year, in persons before the pool is shared out."""
        return np.asarray(self.in_weight * np.exp(self._pull(years)))

    def _pull(self, years: int) -> Array:
        recent = DAMPING**years
        pull: Array = recent * self.pull_recent + (1.0 - recent) * self.pull_lasting
        return np.asarray(pull[:, None, None])


@dataclass(frozen=True)
class International:
    """Immigrants a year (persons) and emigration rates of the cohort, `[area, sex, age]`."""

    immigration: Array
    emigration_rate: Array


def leaving(odds: Array, shift: Array | float) -> Array:
    """Share that leaves when the odds of leaving are `odds·exp(−shift)`."""
    return np.asarray(odds / (odds + np.exp(shift)))


def shift_for(net: Array, net_after: Callable[[Array], Array]) -> Array:
    """The shift of each element for which `net_after(shift)` equals `net`, by bisection.

    `net_after` must rise with the shift. Shifts are sought within ±`STRONGEST_SHIFT`; where nobody moves
    every shift is as good and the result is 0.

    >>> shift_for(np.array([-15.0]), lambda x: 10 * np.exp(x) - 10 * np.exp(-x)).round(3).tolist()
    [-0.693]
    """
    low = np.full(net.shape, -STRONGEST_SHIFT)
    high = -low
    movable = net_after(high) > net_after(low)
    for _ in range(50):
        middle = 0.5 * (low + high)
        below = net_after(middle) < net
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(movable, 0.5 * (low + high), 0.0)


def by_band(values: Array) -> Array:
    """Sums over `AGE_BANDS` along the last axis."""
    sums: Array = np.add.reduceat(values, AGE_BANDS[:-1], axis=-1)
    return sums


def _residual(inputs: Inputs, k: int, aged: Array, hazard: Array) -> Array:
    """Net migration by age in the year after table `k`, `[area, sex, age]`: what deaths leave unexplained."""
    survival = np.exp(-hazard)
    unexplained = inputs.tables.population[k + 1] - aged * survival
    return np.asarray(unexplained * 2.0 / (1.0 + survival))


def _aged_of_transition(inputs: Inputs, k: int, aged: list[Array]) -> Array | None:
    """The cohorts exposed in the year after table `k`, or None when its events are not among those used."""
    back = inputs.base_year - inputs.tables.years[k + 1]
    return aged[-1 - back] if back < len(aged) else None


def _transitions(inputs: Inputs, aged: list[Array]) -> list[tuple[int, Array]]:
    found = [(k, _aged_of_transition(inputs, k, aged)) for k in inputs.tables.transitions()]
    return [(k, cohorts) for k, cohorts in found if cohorts is not None]


def international(
    inputs: Inputs, aged: list[Array], hazard: Array, schedules: Schedules, weights: Array
) -> International:
    """Immigration and emigration by age: totals of the last years, local shares shrunk to population's.

    National profiles are shifted so that their net by sex and band equals the national residual of the
    age tables below `RESIDUAL_UNTIL_AGE`.
    """
    events = inputs.events.last(len(aged))
    cohorts = aged[-1]
    arrived = (weights[:, None] * events.immigration).sum(axis=0)
    left = (weights[:, None] * events.emigration).sum(axis=0)
    in_nat = _scaled_to(np.tile(schedules.profile("immigration"), (2, 1)), arrived.sum())
    out_nat = _scaled_to(cohorts.sum(axis=0) * schedules.profile("emigration"), left.sum())
    transitions = _transitions(inputs, aged)
    if transitions:
        net = sum(_residual(inputs, k, a, hazard).sum(axis=0) for k, a in transitions) / len(transitions)
        arriving, going = by_band(in_nat), by_band(out_nat)
        bands = shift_for(by_band(np.asarray(net)), lambda x: arriving * np.exp(x) - going * np.exp(-x))
        shift = np.where(np.arange(hazard.shape[2]) < RESIDUAL_UNTIL_AGE, bands[:, BAND_OF_AGE], 0.0)
        in_nat = _scaled_to(in_nat * np.exp(shift), arrived.sum())
        out_nat = _scaled_to(out_nat * np.exp(-shift), left.sum())
    people = inputs.base.sum(axis=(1, 2))
    years = len(events.years)
    attraction = gamma_poisson(years * arrived, years * _scaled_to(people, arrived.sum())).ratio
    rate = np.divide(out_nat, cohorts.sum(axis=0), out=np.zeros_like(out_nat), where=out_nat > 0)
    departure = gamma_poisson(years * left, years * (cohorts * rate).sum(axis=(1, 2))).ratio
    return International(
        immigration=_scaled_to(attraction * people, 1.0)[:, None, None] * in_nat[None],
        emigration_rate=departure[:, None, None] * rate[None],
    )


def _scaled_to(shape: Array, total: float) -> Array:
    """`shape` scaled to sum to `total`; all zero when it sums to nothing itself."""
    own = shape.sum()
    return np.asarray(shape * (total / own)) if own > 0 else np.zeros_like(shape)


def internal_migration(
    inputs: Inputs,
    aged: list[Array],
    hazard: Array,
    abroad: International,
    schedules: Schedules,
    groups: NDArray[np.intp],
    weights: Array,
) -> InternalMigration:
    """Moves between areas by age: assumed profile, local gross level, net by sex and band from age tables.

    The net of every band is shrunk to the mean of the area's size class by its chance variance; then one
    shift per area makes the sum over ages equal the counted net migration of the last years (recent)
    and of all years given (lasting).
    """
    events = inputs.events.last(len(aged))
    cohorts = aged[-1]
    gross = (weights[:, None] * 0.5 * (events.in_migration + events.out_migration)).sum(axis=0)
    profile = schedules.profile("out_migration")
    expected = _scaled_to((cohorts * profile).sum(axis=(1, 2)), gross.sum())
    national = gross.sum() / (cohorts * profile).sum()
    level = national * gamma_poisson(len(aged) * gross, len(aged) * expected).ratio
    odds = np.broadcast_to(level[:, None, None] * profile / (1.0 - profile), cohorts.shape)
    rate = leaving(odds, 0.0)
    start = rate * cohorts
    relative_net, net_error = _relative_net_by_band(inputs, aged, hazard, abroad, rate, groups)
    shift = shift_for(
        by_band(2.0 * start) * relative_net,
        lambda x: by_band(
            start * np.exp(x[:, :, BAND_OF_AGE]) - cohorts * leaving(odds, x[:, :, BAND_OF_AGE])
        ),
    )[:, :, BAND_OF_AGE]
    out_odds, in_weight = odds * np.exp(-shift), start * np.exp(shift)
    moved_in = in_weight.sum(axis=(1, 2))

    def net_after(pull: Array) -> Array:
        left = cohorts * leaving(out_odds, pull[:, None, None])
        return np.asarray(moved_in * np.exp(pull) - left.sum(axis=(1, 2)))

    net = inputs.events.in_migration - inputs.events.out_migration
    recent = (weights[:, None] * net[-len(aged) :]).sum(axis=0)
    return InternalMigration(
        out_odds=out_odds,
        in_weight=in_weight,
        pull_recent=shift_for(recent, net_after),
        pull_lasting=shift_for(net.mean(axis=0), net_after),
        net_error=net_error,
    )


def _relative_net_by_band(
    inputs: Inputs,
    aged: list[Array],
    hazard: Array,
    abroad: International,
    rate: Array,
    groups: NDArray[np.intp],
) -> tuple[Array, Array]:
    """Net over gross moves by sex and band `[area, sex, band]`, and its standard error.

    `asinh(net / gross)` is shrunk to the mean of the size class by its chance variance.
    """
    transitions = _transitions(inputs, aged)
    if transitions:
        net, moves = np.zeros_like(rate), np.zeros_like(rate)
        for k, cohorts in transitions:
            net += _residual(inputs, k, cohorts, hazard)
            net -= abroad.immigration - abroad.emigration_rate * cohorts
            moves += 2.0 * rate * cohorts
        net, moves = by_band(net), by_band(moves)
        variance = np.divide(CLUSTERING, moves, out=np.full_like(moves, np.inf), where=moves > 0)
    else:
        net, moves, variance = _steady_structure(inputs.base, aged[-1], rate)
    estimate = np.arcsinh(np.divide(net, moves, out=np.zeros_like(net), where=moves > 0))
    shrunk, error = np.empty_like(estimate), np.empty_like(estimate)
    for sex in range(estimate.shape[1]):
        for band in range(estimate.shape[2]):
            at = (slice(None), sex, band)
            shrunk[at], error[at] = normal_means(estimate[at], variance[at], groups)
    return np.sinh(shrunk), error


def _steady_structure(base: Array, cohorts: Array, rate: Array) -> tuple[Array, Array, Array]:
    """Net and gross moves by band and the variance of their ratio, from a single age table.

    Supposes that an area's share of the country's people of each age stays: what it holds at 20 beyond
    its share at 19 must move in each year. Told for the ages when people leave home and settle only;
    elsewhere the size of birth cohorts would be mistaken for moves, and the variance is infinite.
    """
    national = base.sum(axis=0)
    expected = np.zeros_like(base)
    ratio = np.divide(
        national[:, 1:], national[:, :-1], out=np.zeros_like(national[:, 1:]), where=national[:, :-1] > 0
    )
    expected[:, :, 1:] = base[:, :, :-1] * ratio
    net, moves = by_band(base - expected), by_band(2.0 * rate * cohorts)
    first = np.asarray(AGE_BANDS[:-1])
    told = (first >= SETTLING_AGES[0]) & (first < SETTLING_AGES[1]) & (moves > 0)
    # the sum of differences keeps two single ages: the last of the band and the one before its first
    ends = base[:, :, np.asarray(AGE_BANDS[1:]) - 1] + base[:, :, np.maximum(first - 1, 0)]
    variance = np.divide(np.maximum(ends, 1.0), moves**2, out=np.full_like(moves, np.inf), where=told)
    return net, moves, variance
