"""How good a forecast's distribution was: scores of draws, quantiles and bands.

Draws stand on the last axis, `draws[…, draw]` against `actual[…]`. Scores are in persons (or whatever the
forecast counts) and better when smaller. Every function raises ScoreError for shapes that differ, missing
figures, nothing to score, and levels that are not between 0 and 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.cohorts import Array
from foresight.score_tests import chi_square_tail
from foresight.scores import ScoreError, coverage, require_bands, require_comparable


def crps(draws: Array, actual: Array) -> Array:
    """Continuous ranked probability score of each cell, from draws: the fair estimator.

    `mean|X − y| − Σ_{i<j}|X_i − X_j| / (m(m − 1))` with m draws. Its expected value is E|X − y| − ½E|X − X'|,
    exactly and for any number of draws, so runs of different length compare; a single cell can fall slightly
    below zero. Pairwise differences come from the sorted draws, in m log m. Source: Gneiting & Raftery (2007)
    for the score, Ferro (2014) for the fair estimator. Raises: ScoreError with fewer than two draws (a point
    forecast is scored by `crps_point`).

    >>> crps(np.array([[1.0, 3.0]]), np.array([2.0])).tolist()
    [0.0]
    """
    _require_draws(draws, actual)
    count = draws.shape[-1]
    if count < 2:
        raise ScoreError("the fair CRPS needs at least two draws; score a point forecast with crps_point")
    ordered = np.sort(draws.astype(np.float64), axis=-1)
    weight = 2.0 * np.arange(count) - (count - 1)
    apart = (ordered * weight).sum(axis=-1)
    return np.asarray(np.abs(ordered - actual[..., None]).mean(axis=-1) - apart / (count * (count - 1)))


def crps_point(forecast: Array, actual: Array) -> Array:
    """CRPS of a forecast without uncertainty: its absolute error (Gneiting & Raftery 2007).

    >>> crps_point(np.array([5.0]), np.array([2.0])).tolist()
    [3.0]
    """
    require_comparable(forecast, actual, "forecast")
    return np.abs(forecast - actual)


def pinball(quantile: Array, actual: Array, level: float) -> Array:
    """Quantile loss of each cell: `(level − 1{y < q})·(y − q)` (Koenker & Bassett 1978).

    >>> pinball(np.array([10.0, 10.0]), np.array([12.0, 8.0]), 0.9).round(6).tolist()
    [1.8, 0.2]
    """
    _require_level(level)
    require_comparable(quantile, actual, "quantile")
    return np.asarray((level - (actual < quantile)) * (actual - quantile))


def interval_score(low: Array, high: Array, actual: Array, nominal: float) -> Array:
    """Winkler's score of a central band that should hold with probability `nominal`, each cell.

    `(u − l) + 2/α·(l − y)₊ + 2/α·(y − u)₊` with α = 1 − nominal (Gneiting & Raftery 2007, eq. 43): narrow
    bands are rewarded, misses cost the more the surer the band was.

    >>> low, high = np.array([0.0, 0.0]), np.array([4.0, 4.0])
    >>> interval_score(low, high, np.array([1.0, 5.0]), 0.8).round(6).tolist()
    [4.0, 14.0]
    """
    _require_level(nominal)
    require_bands(low, high, actual)
    missed = np.maximum(low - actual, 0.0) + np.maximum(actual - high, 0.0)
    return np.asarray((high - low) + 2.0 / (1.0 - nominal) * missed)


def coverage_at(quantiles: Array, levels: Sequence[float], actual: Array, nominal: float) -> float:
    """Share of cells (%) inside the central band of probability `nominal`, from `quantiles[level, …]`.

    The band of 0.8 lies between the quantiles 0.1 and 0.9, its ends included. Raises: ScoreError when either
    is not among `levels`.

    >>> three = np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])
    >>> coverage_at(three, [0.1, 0.5, 0.9], np.array([1.5, 4.0]), 0.8)
    50.0
    """
    _require_level(nominal)
    if len(levels) != len(quantiles):
        raise ScoreError(f"{len(quantiles)} quantiles for {len(levels)} levels; expected one of each")
    ends = []
    for wanted in ((1.0 - nominal) / 2.0, (1.0 + nominal) / 2.0):
        found = [i for i, level in enumerate(levels) if math.isclose(level, wanted, abs_tol=1e-9)]
        if not found:
            raise ScoreError(f"a {nominal:g} band needs the quantile {wanted:g}; given are {list(levels)}")
        ends.append(quantiles[found[0]])
    return coverage(ends[0], ends[1], actual)


def coverage_of_draws(draws: Array, actual: Array, nominal: float) -> float:
    """Share of cells (%) inside the central band of probability `nominal` of their own draws.

    Quantiles are interpolated between order statistics, as the engine's published ones are.

    >>> coverage_of_draws(np.arange(11.0)[None], np.array([9.0]), 0.8)
    100.0
    """
    _require_level(nominal)
    _require_draws(draws, actual)
    low, high = np.quantile(draws, [(1.0 - nominal) / 2.0, (1.0 + nominal) / 2.0], axis=-1)
    return coverage(low, high, actual)


def pit(draws: Array, actual: Array) -> Array:
    """Probability integral transform of each cell, without random numbers: middle of its rank interval.

    The actual takes one of m + 1 ranks among m draws; its interval is
    `[#(x < y), #(x ≤ y) + 1] / (m + 1)`, wide where draws equal the actual (whole persons). Good forecasts
    give values spread evenly over 0–1. Source: Czado, Gneiting & Held (2009), for counts.

    >>> pit(np.array([[1.0, 2.0, 3.0]]), np.array([2.5])).tolist()
    [0.625]
    """
    low, high = _rank_interval(draws, actual)
    return np.asarray((low + high) / 2.0)


@dataclass(frozen=True)
class Reliability:
    """PIT histogram and its χ² against evenness.

    `counts[bin]` sum to the number of cells. `p_value` takes cells as independent: errors of one origin share
    a national part, so over a few origins it is far too small: it is printed, not judged.
    """

    counts: tuple[float, ...]
    chi_square: float
    p_value: float


def reliability(draws: Array, actual: Array, bins: int = 10) -> Reliability:
    """Histogram of the PIT with each cell spread evenly over its rank interval, and its χ².

    `χ² = Σ_b (n_b − n/B)² / (n/B)`, B − 1 degrees of freedom. A hump says bands were too wide, a U that they
    were too narrow, a slope that they lay too high or too low (Czado, Gneiting & Held 2009). Raises:
    ScoreError for fewer than two bins.

    >>> reliability(np.array([[0.0], [0.0]]), np.array([-1.0, 1.0]), bins=2).counts
    (1.0, 1.0)
    """
    if bins < 2:
        raise ScoreError(f"{bins} bins: expected at least two")
    low, high = _rank_interval(draws, actual)
    edges = np.arange(bins + 1) / bins
    below = np.clip((edges[:, None] - low.reshape(-1)) / (high - low).reshape(-1), 0.0, 1.0)
    counts = np.diff(below.sum(axis=1))
    even = actual.size / bins
    chi_square = float(((counts - even) ** 2).sum() / even)
    return Reliability(tuple(counts.tolist()), chi_square, chi_square_tail(chi_square, bins - 1))


def _rank_interval(draws: Array, actual: Array) -> tuple[Array, Array]:
    """Ends of each cell's rank interval among its draws, as shares of m + 1."""
    _require_draws(draws, actual)
    came = actual[..., None]
    ranks = draws.shape[-1] + 1
    below, at_most = (draws < came).sum(axis=-1), (draws <= came).sum(axis=-1)
    return np.asarray(below / ranks), np.asarray((at_most + 1) / ranks)


def _require_draws(draws: Array, actual: Array) -> None:
    if draws.ndim != actual.ndim + 1 or draws.shape[:-1] != actual.shape or draws.shape[-1] == 0:
        raise ScoreError(f"draws have shape {draws.shape}, actual {actual.shape}; expected […, draw] and […]")
    require_comparable(np.asarray(draws.sum(axis=-1)), actual, "draws")


def _require_level(level: float) -> None:
    if not 0.0 < level < 1.0:
        raise ScoreError(f"level {level}: expected a probability between 0 and 1, such as 0.8")
