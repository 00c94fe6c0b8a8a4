"""How wrong we may be: shared national factors, lasting local misjudgement, and chance.

Nothing here is a quantile: every source becomes draws, and bands are read from whole drawn paths
(foresight/project.py). Draws come in antithetic pairs (draw k and k + K/2 mirror each other), so their mean
stays close to the expected path.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, Array, EventTotals
from foresight.growth import Growth
from foresight.migration import CLUSTERING_OF_ALL

NATIONAL_COMPONENTS = ("births", "mortality", "immigration", "emigration")
LARGEST_CHANCE = 0.8
"""Largest variance of a flow's relative error in one year; beyond it a bounded draw cannot go."""


@dataclass(frozen=True)
class NationalSpread:
    """Yearly standard deviations (log scale) of the factors that all areas share.

    Births: the change of fertility goes on by half (foresight/rates.py), so do its surprises: `births` a
    year, passed on by `births_momentum`, the level fading by `births_persistence`, gives 0.028, 0.10 and
    0.14 after 1, 5 and 10 years; forecasts of 1985–2000 have missed by 0.024, 0.09 and 0.13. Mortality:
    hard and mild winters (year-on-year residuals around the drift of 20 years to 2018: 0.019 men, 0.027
    women), a level that wanders, and a pace that may be misjudged: the fall of mortality at 65–84 changed
    by about 0.01 a year between the 1980s and the 2000s. Immigration: the net rose from 2 600 (2000) to
    17 800 (2020), half of that year's 32 900 arrivals, so had departures stayed, arrivals doubled in twenty
    years; 0.15 a year makes a doubling in twenty years one standard deviation.
    """

    latest_year: int = 2020
    births: float = 0.028
    births_momentum: float = 0.5
    births_persistence: float = 0.97
    mortality: float = 0.015
    mortality_year: float = 0.018
    mortality_pace: float = 0.012
    immigration: float = 0.15
    emigration: float = 0.06


MORTALITY_LOADING = ((0, 1.6), (70, 1.6), (80, 1.0), (90, 0.6), (100, 0.6))
"""How strongly each age follows the mortality factor: errors of 1982–2010 were largest at 65–74."""


def mortality_by_age(factor: Array) -> Array:
    """The mortality factor `[draw]` of a year as it acts on each age reached, `[age, draw]`."""
    ages, loading = zip(*MORTALITY_LOADING, strict=True)
    by_age = np.interp(np.arange(AGES), ages, loading)
    return np.asarray(factor[None] ** by_age[:, None])


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
        births=_factor(_wandering(spread.births * births, spread)),
        mortality=_factor(mortality),
        immigration=_factor(spread.immigration * np.cumsum(immigration, axis=0)),
        emigration=_factor(spread.emigration * np.cumsum(emigration, axis=0)),
    )


def _wandering(surprise: Array, spread: NationalSpread) -> Array:
    """Log path `[year, draw]` of a level whose change goes on by momentum and which fades."""
    path = np.zeros_like(surprise)
    level, change = np.zeros(surprise.shape[1]), np.zeros(surprise.shape[1])
    for year in range(surprise.shape[0]):
        change = spread.births_momentum * change + surprise[year]
        level = spread.births_persistence * level + change
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


def yearly_chance(events: EventTotals) -> Array:
    """Variance of an area's log population per year by chance alone, `[area]`: Poisson, moves clustered."""
    moves = events.in_migration + events.out_migration + events.immigration + events.emigration
    variance = (events.births + events.deaths + CLUSTERING_OF_ALL * moves).mean(axis=0)
    return np.asarray(variance / np.maximum(events.population.mean(axis=0), 1.0) ** 2)


CLASS_PERSISTENCE = 0.7
"""Share of a size class's misjudged growth that is left a year later (0.6–0.7 from 2 000 on, 1977–2019)."""


def growth_errors(growth: Growth, draws: int, seed: int) -> NDArray[np.float32]:
    """How far the yearly log growth of each area is misjudged in each draw, `[area, h, draw]`.

    The area's own part comes from the posterior of the growth model, the size class's from what
    its remembered rate missed in the past; chance is not in it. Same seed, same errors.
    """
    areas, horizon, _ = growth.local_covariance.shape
    shared = np.empty((len(growth.class_error), horizon, draws), np.float32)
    kept = CLASS_PERSISTENCE ** np.abs(np.subtract.outer(np.arange(horizon), np.arange(horizon)))
    path = np.linalg.cholesky(kept).astype(np.float32)
    for c, error in enumerate(growth.class_error):
        rng = np.random.Generator(np.random.SFC64([seed, _GROWTH_OF_CLASS, c]))
        shared[c] = np.float32(error) * (path @ antithetic(rng, (horizon,), draws))
    errors = np.empty((areas, horizon, draws), np.float32)
    jitter = 1e-12 * np.eye(horizon)
    for area in range(areas):
        rng = np.random.Generator(np.random.SFC64([seed, _GROWTH_OF_AREA, area]))
        root = np.linalg.cholesky(growth.local_covariance[area] + jitter).astype(np.float32)
        np.matmul(root, antithetic(rng, (horizon,), draws), out=errors[area])
        errors[area] += shared[growth.classes[area]]
    return errors


_GROWTH_OF_AREA, _GROWTH_OF_CLASS = 101, 102
"""Numbers of the random streams, apart from those of foresight/chance.py."""
