"""What no forecast can beat: the error that chance alone gives, had every rate been known exactly.

A score below this floor is a leak (foresight.md A3).
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from foresight.cohorts import Array
from foresight.scores import ScoreError

FAMILY_CLUSTERING = 1.45**2
"""Variance of moves per Poisson variance: families move together, which multiplies errors by 1.3–1.6
(foresight.md A3); the middle of that range."""


def chance_variance(
    *,
    births: ArrayLike = 0.0,
    deaths: ArrayLike = 0.0,
    arrivals: ArrayLike = 0.0,
    departures: ArrayLike = 0.0,
    at_risk: ArrayLike = np.inf,
    clustering: float = FAMILY_CLUSTERING,
) -> Array:
    """Variance of a cell's population that chance gives when these numbers of events are expected.

    Events are those from base to target year: births and arrivals Poisson; deaths and departures binomial
    among `at_risk` people (`n·p·(1 − p)`; Poisson when not given); moves times `clustering`.
    `births + deaths·(1 − deaths/at_risk) + clustering·(arrivals + departures·(1 − departures/at_risk))`.
    Raises: ScoreError for a negative number or more deaths or departures than people.

    >>> float(chance_variance(births=40.0))
    40.0
    >>> float(chance_variance(departures=50.0, at_risk=100.0, clustering=1.0))
    25.0
    """
    born, died, came, left, risk = np.broadcast_arrays(
        *(np.asarray(v, dtype=np.float64) for v in (births, deaths, arrivals, departures, at_risk))
    )
    if clustering <= 0 or not all(bool(np.all(v >= 0)) for v in (born, died, came, left)):
        raise ScoreError("an expected number of events or the clustering is negative or missing")
    if not np.all((died <= risk) & (left <= risk)):
        raise ScoreError("more deaths or departures are expected than people are at risk")
    some = risk > 0
    stay = 1.0 - np.divide(left, risk, out=np.zeros(risk.shape), where=some)
    survive = 1.0 - np.divide(died, risk, out=np.zeros(risk.shape), where=some)
    return np.asarray(born + died * survive + clustering * (came + left * stay))


def expected_absolute_error(variance: ArrayLike) -> Array:
    """Mean absolute deviation of a normal with this variance, `√(2/π)·σ`; 0.80·σ.

    >>> float(expected_absolute_error(100.0).round(3))
    7.979
    """
    spread = np.asarray(variance, dtype=np.float64)
    if not np.all(spread >= 0):
        raise ScoreError("a variance is negative or missing")
    return np.asarray(math.sqrt(2.0 / math.pi) * np.sqrt(spread))


def noise_floor_mape(expected: Array, variance: Array) -> float:
    """MAPE (%) that chance alone gives: mean of `100·√(2/π)·σ / expected` over cells with somebody expected.

    In cells of a few persons a measured MAPE of the best forecast lies above this, because it divides by what
    came. Raises: ScoreError when shapes differ or nobody is expected anywhere.

    >>> round(noise_floor_mape(np.array([8.0]), chance_variance(births=np.array([8.0]))))
    28
    """
    some = _somebody(expected, variance)
    return float((100.0 * expected_absolute_error(variance[some]) / expected[some]).mean())


def noise_floor_wape(expected: Array, variance: Array) -> float:
    """WAPE (%) that chance alone gives: expected absolute errors per expected persons, each summed.

    >>> round(noise_floor_wape(np.array([100.0, 300.0]), np.array([100.0, 100.0])), 2)
    3.99
    """
    some = _somebody(expected, variance)
    return float(100.0 * expected_absolute_error(variance[some]).sum() / expected[some].sum())


LUCK = 2.0
"""Standard errors by which a score may lie below the floor by luck; further below is a leak."""


def noise_floor_wape_least(expected: Array, variance: Array) -> float:
    """The floor of WAPE (%) less `LUCK` standard errors: a score below it knows what it should not.

    The mean absolute error of n cells varies too: each has variance `(1 − 2/π)·σ²` about its expected value
    (a folded normal), cells taken as independent.

    >>> round(noise_floor_wape_least(np.full(100, 100.0), np.full(100, 100.0)), 3)
    6.773
    """
    some = _somebody(expected, variance)
    error = math.sqrt(float(((1.0 - 2.0 / math.pi) * variance[some]).sum()))
    return noise_floor_wape(expected, variance) - 100.0 * LUCK * error / float(expected[some].sum())


def _somebody(expected: Array, variance: Array) -> NDArray[np.bool_]:
    if expected.shape != variance.shape:
        raise ScoreError(f"expected has shape {expected.shape}, variance {variance.shape}; expected the same")
    if not np.all(np.isfinite(expected)) or not np.any(expected > 0):
        raise ScoreError("expected persons are missing, or nobody is expected anywhere")
    return np.asarray(expected > 0)
