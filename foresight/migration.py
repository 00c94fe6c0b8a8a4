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

from foresight.cohorts import AGES, Array, Inputs
from foresight.schedules import AGE_BANDS, Schedules
from foresight.shrinkage import gamma_poisson, normal_means
from foresight.structure import net_rates_of_structure

RESIDUAL_UNTIL_AGE = 65
"""From this age on the national residual is told as mortality, not as migration across the border."""

STRONGEST_SHIFT = 4.0
"""Factor exp(±4) on the flows of an area: far beyond what any real place shows, so the search ends."""

STRUCTURE_VARIANCE = np.where(np.asarray(AGE_BANDS[:-1]) < 7, 0.003, 0.02)
"""Variance of relative net moves (net over gross) by band that a single age table leaves open beyond chance.

Children are read against their counted births, young adults against an assumption.
"""
UNTOLD_ERROR = np.select(
    [np.asarray(AGE_BANDS[:-1]) < 16, np.asarray(AGE_BANDS[:-1]) < 65], [0.1, 0.12], 0.25
)
"""Standard error of relative net moves by band where no table tells anything: the retired differ most."""

CLUSTERING = np.where(np.asarray(AGE_BANDS[:-1]) < 16, 2.2, 1.5)
"""Variance of moves by band against independent persons: families move together.

Measured from how much the residuals of two years differ (2019 and 2020: 1.8–2.3 for ages 7–15, 1.0–1.7
for adults); foresight.md A3 names 1.3–1.6 on the standard deviation.
"""
SETTLED_FROM = 45
"""From this age on an area's total net does not tell who comes: who loses the young may draw the retired."""
CLUSTERING_OF_ALL = 1.6
"""The same for all ages together."""

_TRACE = 1e-9
"""Movers per inhabitant, and at least in all: too few to matter in a sum, only their shares count."""

BAND_OF_AGE = np.repeat(np.arange(len(AGE_BANDS) - 1), np.diff(AGE_BANDS))


@dataclass(frozen=True)
class InternalMigration:
    """Moves between areas by age reached: `out_rate` (share of the cohort) and `in_weight` (persons a year).

    Both `[area, sex, age]`; in-weights are what each area draws before the pool of movers is shared out.
    `net_error[area, sex, band]` is the standard error of net over gross moves, `leeway[area, sex, age]` how
    far a known sum may shift the flows of each age.
    """

    out_rate: Array
    in_weight: Array
    net_error: Array
    leeway: Array


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

    Then one shift per area, strongest at the ages whose net is least known (`leeway`), makes the sum over
    ages equal the net migration of the last years.
    """
    events = inputs.events.last(len(aged))
    cohorts = aged[-1]
    gross = (weights[:, None] * 0.5 * (events.in_migration + events.out_migration)).sum(axis=0)
    profile = schedules.profile("out_migration")
    spread_out = (cohorts * profile).sum(axis=(1, 2))
    expected = _scaled_to(spread_out, gross.sum())
    national = gross.sum() / max(float(spread_out.sum()), _TRACE)
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
    out_odds = odds * np.exp(-shift)
    in_weight = _somebody_draws(start * np.exp(shift), inputs.base.sum(axis=(1, 2)))
    open_to = leeway(net_error, by_band(2.0 * start))
    net = (weights[:, None] * (events.in_migration - events.out_migration)).sum(axis=0)

    def net_after(shift: Array) -> Array:
        pull = shift[:, None, None] * open_to
        return np.asarray((in_weight * np.exp(pull) - cohorts * leaving(out_odds, pull)).sum(axis=(1, 2)))

    pull = shift_for(net, net_after)[:, None, None] * open_to
    return InternalMigration(leaving(out_odds, pull), in_weight * np.exp(pull), net_error, open_to)


def _somebody_draws(in_weight: Array, people: Array) -> Array:
    """`in_weight` with a trace by size at sexes and ages where no area has any: later cohorts move there."""
    trace = np.maximum(_TRACE * people, _TRACE)[:, None, None]
    return np.where(in_weight.sum(axis=0) > 0, in_weight, trace)


def leeway(net_error: Array, moves: Array) -> Array:
    """How far a known sum may shift the flows of each age, mean 1 over the ages below `SETTLED_FROM`.

    Half evenly, since a place that is misjudged is so at most ages, and half where the parts are least known:
    by the variance of each band's net, that of its relative error times its `moves[area, sex, band]` squared.
    Nothing from `SETTLED_FROM` on. `[area, sex, age]`.
    """
    mobile = np.arange(AGES) < SETTLED_FROM
    shift = np.where(mobile, (net_error**2 * moves)[:, :, BAND_OF_AGE], 0.0)
    mean = np.broadcast_to(shift.sum(axis=(1, 2), keepdims=True) / (2.0 * SETTLED_FROM), shift.shape)
    by_variance = np.divide(shift, mean, out=np.zeros_like(shift), where=mean > 0)
    return np.asarray(0.5 * (by_variance + mobile))


def _relative_net_by_band(
    inputs: Inputs,
    aged: list[Array],
    hazard: Array,
    abroad: International,
    rate: Array,
    groups: NDArray[np.intp],
) -> tuple[Array, Array]:
    """Net over gross moves by sex and band `[area, sex, band]` (as asinh shrunk), and its standard error.

    What the newest age table tells by itself (foresight/structure.py) is joined by precision with what
    deaths and moves across the border leave unexplained between tables a year apart.
    """
    cohorts = aged[-1]
    told = net_rates_of_structure(inputs.base, inputs.events, groups)
    moves = by_band(2.0 * rate * cohorts)
    per_move = np.divide(by_band(cohorts), moves, out=np.zeros_like(moves), where=moves > 0)
    known = np.isfinite(told.variance) & (moves > 0)
    prior = np.arcsinh(np.where(known, told.mean * per_move, 0.0))
    prior_variance = np.full_like(moves, np.inf)
    prior_variance[known] = told.variance[known] * per_move[known] ** 2
    prior_variance += STRUCTURE_VARIANCE
    estimate, variance = _residual_net(inputs, aged, hazard, abroad, rate)
    shrunk, error = np.empty_like(prior), np.empty_like(prior)
    for sex in range(prior.shape[1]):
        for band in range(prior.shape[2]):
            at = (slice(None), sex, band)
            if np.isfinite(prior_variance[at]).any():
                shrunk[at], error[at] = _joined(prior[at], prior_variance[at], estimate[at], variance[at])
            else:
                shrunk[at], error[at] = normal_means(estimate[at], variance[at], groups)
                if not np.isfinite(variance[at]).any():
                    error[at] = UNTOLD_ERROR[band]
    return np.sinh(shrunk), error


def _joined(
    first: Array, first_variance: Array, second: Array, second_variance: Array
) -> tuple[Array, Array]:
    """Mean of two readings by precision, and its standard error; zero where neither tells anything."""
    precision = 1.0 / first_variance + 1.0 / second_variance
    mean = (first / first_variance + second / second_variance) / np.where(precision > 0, precision, 1.0)
    return mean, np.where(precision > 0, 1.0 / np.sqrt(np.where(precision > 0, precision, 1.0)), 0.0)


def _residual_net(
    inputs: Inputs, aged: list[Array], hazard: Array, abroad: International, rate: Array
) -> tuple[Array, Array]:
    """asinh of net over gross moves between tables, by band, and its chance variance (infinite: no pair)."""
    net, moves = np.zeros_like(rate), np.zeros_like(rate)
    for k, cohorts in _transitions(inputs, aged):
        net += _residual(inputs, k, cohorts, hazard)
        net -= abroad.immigration - abroad.emigration_rate * cohorts
        moves += 2.0 * rate * cohorts
    net, moves = by_band(net), by_band(moves)
    variance = np.divide(CLUSTERING, moves, out=np.full_like(moves, np.inf), where=moves > 0)
    return np.arcsinh(np.divide(net, moves, out=np.zeros_like(net), where=moves > 0)), variance
