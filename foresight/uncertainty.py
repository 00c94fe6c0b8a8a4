"""How wrong we may be: shared national factors, lasting local misjudgement, and chance.

Nothing here is a quantile: every source becomes draws, and bands are read from whole drawn paths
(foresight/project.py). Draws come in antithetic pairs (draw k and k + K/2 mirror each other), so their mean
stays close to the expected path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, EventTotals, size_class
from foresight.migration import CLUSTERING_OF_ALL

NATIONAL_COMPONENTS = ("births", "mortality", "immigration", "emigration")
BASE_WINDOW = 5
"""Years behind the trend whose past errors are measured."""
LARGEST_CHANCE = 0.8
"""Largest variance of a flow's relative error in one year; beyond it a bounded draw cannot go."""


@dataclass(frozen=True)
class NationalSpread:
    """Yearly standard deviations (log scale) of the factors that all areas share.

    Births: root mean square yearly change of total fertility was 0.025 over one year but 0.098 over five
    and 0.132 over ten (1990–2020), so the yearly step is taken from five years and fades by
    `births_persistence`. Mortality: hard and mild winters (year-on-year residuals around the drift of 20
    years to 2018: 0.019 men, 0.027 women), a level that wanders, and a pace that may be misjudged (the
    drift of 10, 20 and 30 years differs by 0.004–0.01). Immigration: the net rose from
    2 600 (2000) to 17 800 (2020), half of that year's 32 900 arrivals, so had departures stayed, arrivals
    doubled in twenty years; 0.15 a year makes a doubling in twenty years one standard deviation.
    """

    latest_year: int = 2020
    births: float = 0.045
    births_persistence: float = 0.97
    mortality: float = 0.012
    mortality_year: float = 0.018
    mortality_pace: float = 0.005
    immigration: float = 0.15
    emigration: float = 0.06


@dataclass(frozen=True)
class NationalDraws:
    """Factors on the expected path by year after the base year and draw, `[year, draw]`, around 1."""

    births: Array
    mortality: Array
    immigration: Array
    emigration: Array


def antithetic(rng: np.random.Generator, shape: tuple[int, ...], draws: int) -> NDArray[np.float32]:
    """Standard normal draws `[*shape, draws]`; the second half mirrors the first."""
    half = rng.standard_normal((*shape, draws // 2), dtype=np.float32)
    return np.concatenate([half, -half], axis=-1)


def national_draws(spread: NationalSpread, horizon: int, draws: int, seed: int) -> NationalDraws:
    """The shared factors of every draw. Same seed, same factors, whatever the areas are."""
    rng = np.random.default_rng([seed, 0])
    births, level, winters, immigration, emigration = (
        antithetic(rng, (horizon,), draws).astype(float) for _ in range(5)
    )
    pace = antithetic(rng, (), draws).astype(float) * np.arange(1, horizon + 1)[:, None]
    mortality = spread.mortality * np.cumsum(level, axis=0)
    mortality += spread.mortality_year * winters + spread.mortality_pace * pace
    return NationalDraws(
        births=_factor(_faded(births, spread.births, spread.births_persistence)),
        mortality=_factor(mortality),
        immigration=_factor(spread.immigration * np.cumsum(immigration, axis=0)),
        emigration=_factor(spread.emigration * np.cumsum(emigration, axis=0)),
    )


def _faded(step: Array, sd: float, persistence: float) -> Array:
    path = np.zeros_like(step)
    level = np.zeros(step.shape[1])
    for year in range(step.shape[0]):
        level = persistence * level + sd * step[year]
        path[year] = level
    return path


def _factor(log_path: Array) -> Array:
    """Factors with mean 1 over the draws of each year: the expected path is the assumption's own."""
    factor = np.exp(log_path)
    normalised: Array = factor / factor.mean(axis=1, keepdims=True)
    return normalised


def bounded(normal: Array) -> Array:
    """A symmetric relative error in (−1, 1): a flow times `1 + bounded(…)` keeps its mean and its sign."""
    return np.tanh(normal, out=normal)


_SCALE = np.linspace(0.0, 6.0, 241)
_NODES, _NODE_WEIGHTS = np.polynomial.hermite_e.hermegauss(40)
_DEVIATION = np.sqrt(
    (np.tanh(_SCALE[:, None] * _NODES) ** 2 * _NODE_WEIGHTS).sum(axis=1) / _NODE_WEIGHTS.sum()
)


def scale_for(variance: Array) -> Array:
    """Scale σ for which `tanh(σ·z)` has this variance, at most `LARGEST_CHANCE`.

    >>> scale_for(np.array([0.01])).round(2).tolist()
    [0.1]
    """
    # a difference of equal variances may be negative by a rounding: that is none
    deviation = np.sqrt(np.clip(variance, 0.0, LARGEST_CHANCE))
    return np.asarray(np.interp(deviation, _DEVIATION, _SCALE))


@dataclass(frozen=True)
class PastErrors:
    """What trends of total population have missed, by size class and horizon.

    `rms[class, horizon − 1]` log errors (NaN where none), `cases` likewise, and `lasting[class]`: the
    standard deviation of a lasting misjudgement of an area's yearly growth rate left when chance is
    taken out. Errors of longer horizons follow from it: the lasting part grows with the horizon,
    chance with its square root.
    """

    rms: Array
    cases: NDArray[np.intp]
    lasting: Array


def past_errors(events: EventTotals, longest: int = 5) -> PastErrors:
    """Errors of the linear-or-exponential trend over `BASE_WINDOW` years at every past origin.

    A size class with fewer than 30 cases borrows from all areas.
    """
    people, years = events.population, len(events.years)
    chance = yearly_chance(events)
    classes = size_class(people[-1])
    count = int(classes.max()) + 1
    squares, cases = np.zeros((count, longest)), np.zeros((count, longest), dtype=np.intp)
    products, powers, used = np.zeros(count), np.zeros(count), np.zeros(count)
    for origin in range(BASE_WINDOW, years - 1):
        for h in range(1, min(longest, years - 1 - origin) + 1):
            forecast = trend(people[origin - BASE_WINDOW], people[origin], BASE_WINDOW, h)
            error2 = np.log(people[origin + h] / forecast) ** 2
            np.add.at(squares[:, h - 1], classes, error2)
            np.add.at(cases[:, h - 1], classes, 1)
            np.add.at(products, classes, h**2 * (error2 - h * chance))
            np.add.at(powers, classes, float(h) ** 4)
            np.add.at(used, classes, 1)
    with np.errstate(invalid="ignore"):
        rms = np.sqrt(squares / np.where(cases > 0, cases, np.nan))
    pooled = products.sum() / powers.sum() if powers.sum() > 0 else 0.0
    own = np.divide(products, powers, out=np.full(count, pooled), where=used >= 30)
    return PastErrors(rms, cases, np.sqrt(np.maximum(own, 0.0)))


def yearly_chance(events: EventTotals) -> Array:
    """Variance of an area's log population per year by chance alone, `[area]`: Poisson, moves clustered."""
    moves = events.in_migration + events.out_migration + events.immigration + events.emigration
    variance = (events.births + events.deaths + CLUSTERING_OF_ALL * moves).mean(axis=0)
    return np.asarray(variance / np.maximum(events.population.mean(axis=0), 1.0) ** 2)


def trend(start: Array, end: Array, years: int, horizon: int) -> Array:
    """Linear extrapolation where an area grows, exponential where it shrinks (never negative).

    >>> trend(np.array([100.0, 100.0]), np.array([110.0, 81.0]), 2, 2).tolist()
    [120.0, 65.61]
    """
    grown = end + (end - start) * horizon / years
    shrunk = end * (end / start) ** (horizon / years)
    return np.where(end >= start, grown, shrunk)
