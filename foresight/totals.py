"""Shares of the country's people: several simple forecasts of totals, weighed by how they did before.

Members: the growth model (foresight/growth.py) and linear-or-exponential trends of five and ten years
(LIN/EXP of Wilson 2015). Each is run from past years of the same history; its weight at a horizon and size
class grows with the inverse of its squared error there (`SHARPNESS`), shrunk to equal weights. Only shares
are forecast here: how many the country holds is the cohort model's and the long trend's matter
(foresight/guide.py).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, size_class
from foresight.growth import Growth, GrowthPrior, estimate_growth

MEMBERS = ("growth", "lin/exp 5", "lin/exp 10")
WINDOWS = (5, 10)
ORIGINS_OF_BELIEF = 4.0
"""Past origins' worth of belief in equal weights."""
SHARPNESS = 8.0
"""Power of the inverse error: members share most of their error, so small differences must tell."""
SCORED_ORIGINS = 15
SCORED_HORIZON = 10
FEWEST_YEARS = 4
"""Years of totals before the first past origin that is scored."""


@dataclass(frozen=True)
class Totals:
    """`share[h, area]` of the country in the years 1 … horizon, sums 1; `weights[h, class, member]`."""

    share: Array
    weights: Array
    growth: Growth
    scored_origins: int


def estimate_totals(
    population: Array, chance: Array, horizon: int, *, without: Collection[str] = ()
) -> Totals:
    """Shares after the last row of `population[year, area]` (31 December, rows one year apart).

    `chance[area]`: variance of the log population by pure chance in a year. Nothing but the rows given is
    used. `without` names members (`MEMBERS`) that are left out, to see what they are worth.
    """
    classes = size_class(population[-1])
    growth = estimate_growth(population, chance, classes, horizon)
    weights, origins = _weights(population, chance, classes, growth.prior, horizon)
    weights = weights * np.array([member not in without for member in MEMBERS], dtype=float)
    weights = weights / weights.sum(axis=2, keepdims=True)
    forecasts = _members(population, growth, horizon)
    combined = np.einsum("hcm,mhi,ci->hi", weights, forecasts, _indicator(classes, weights.shape[1]))
    return Totals(combined / combined.sum(axis=1, keepdims=True), weights, growth, origins)


def trend(start: Array, end: Array, years: int, horizon: int | Array) -> Array:
    """Linear extrapolation where an area grows, exponential where it shrinks (never negative).

    >>> trend(np.array([100.0, 100.0]), np.array([110.0, 81.0]), 2, 2).tolist()
    [120.0, 65.61]
    """
    grown = end + (end - start) * horizon / years
    kept = np.minimum(np.maximum(end, 1e-9) / np.maximum(start, 1e-9), 1.0)
    shrunk = end * kept ** (horizon / years)
    return np.where(end >= start, grown, shrunk)


def _members(population: Array, growth: Growth, horizon: int) -> Array:
    """Shares by every member `[member, h, area]`, each summing to 1 over areas."""
    ahead = np.arange(1.0, horizon + 1.0)[:, None]
    rise = np.cumsum(growth.relative + growth.national[:, None], axis=0)
    forecasts = [population[-1] * np.where(rise > 0, 1.0 + rise, np.exp(rise))]
    for window in WINDOWS:
        years = min(window, len(population) - 1)
        forecasts.append(trend(population[-1 - years], population[-1], max(years, 1), ahead))
    stacked = np.stack(forecasts)
    return np.asarray(stacked / stacked.sum(axis=2, keepdims=True))


def _indicator(classes: NDArray[np.intp], count: int) -> Array:
    return np.asarray(np.arange(count)[:, None] == classes[None]).astype(float)


def _weights(
    population: Array, chance: Array, classes: NDArray[np.intp], prior: GrowthPrior, horizon: int
) -> tuple[Array, int]:
    """Weights `[h, class, member]` from errors of shares at past origins, and the number of origins."""
    count = int(classes.max()) + 1
    scored = min(horizon, SCORED_HORIZON)
    squares = np.zeros((scored, count, len(MEMBERS)))
    cases = np.zeros(scored)
    last = len(population) - 1
    origins = range(max(FEWEST_YEARS, last - SCORED_ORIGINS), last)
    member_of_class = _indicator(classes, count)
    for origin in origins:
        known = population[: origin + 1]
        reach = min(scored, last - origin)
        growth = estimate_growth(known, chance, size_class(known[-1]), reach, prior=prior)
        forecasts = _members(known, growth, reach)
        came = population[origin + 1 : origin + 1 + reach]
        said = forecasts * came.sum(axis=1)[None, :, None]
        errors = np.log(np.maximum(said, 0.5) / np.maximum(came, 0.5)[None])
        squares[:reach] += np.einsum("mhi,ci->hcm", errors**2, member_of_class)
        cases[:reach] += 1
    equal = 1.0 / len(MEMBERS)
    weights = np.full((horizon, count, len(MEMBERS)), equal)
    for h in range(horizon):
        at = min(h, scored - 1)
        while at > 0 and cases[at] < 2:
            at -= 1
        if cases[at] == 0:
            continue
        floored = np.maximum(squares[at], 1e-12)
        inverse = (floored / floored.min(axis=1, keepdims=True)) ** -SHARPNESS
        told = inverse / inverse.sum(axis=1, keepdims=True)
        trust = cases[at] / (cases[at] + ORIGINS_OF_BELIEF)
        weights[h] = trust * told + (1.0 - trust) * equal
    return weights, len(origins)
