"""How sure a score or a difference of scores is, when errors of one origin share a national part.

Three hundred municipalities of one origin are not three hundred cases: the origin is the unit. `origins`
gives the base year of every case. Randomness comes from the generator that is passed in.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array
from foresight.scores import ScoreError, require_bands, require_comparable


@dataclass(frozen=True)
class Interval:
    """An estimate, its bootstrap interval, and how many origins it rests on."""

    estimate: float
    low: float
    high: float
    origins: int


@dataclass(frozen=True)
class DieboldMariano:
    """`mean_difference` of losses (ours − theirs; negative is in our favour), t and two-sided p."""

    mean_difference: float
    statistic: float
    p_value: float
    origins: int


def bootstrap_mean(
    values: Array,
    origins: NDArray[np.integer],
    rng: np.random.Generator,
    *,
    block: int = 1,
    repeats: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Mean of `values[case]` with a percentile interval from resampling blocks of whole origins.

    Origins are resampled with all their cases, `block` neighbouring ones at a time on a circle (Politis &
    Romano 1992): errors at horizon h overlap from one origin to the next, so block = h keeps their
    dependence. Raises: ScoreError with fewer than two origins, a block longer than the series, or missing
    figures.

    >>> bootstrap_mean(np.array([1.0, 1.0]), np.array([1990, 1991]), np.random.default_rng(1))
    Interval(estimate=1.0, low=1.0, high=1.0, origins=2)
    """
    sums, counts = _by_origin(values, origins)
    number = len(sums)
    if not 1 <= block <= number or repeats < 1 or not 0.0 < level < 1.0:
        raise ScoreError(f"block {block} of {number} origins, {repeats} repeats, level {level}: cannot be")
    starts = rng.integers(0, number, size=(repeats, math.ceil(number / block)))
    picked = ((starts[:, :, None] + np.arange(block)) % number).reshape(repeats, -1)[:, :number]
    means = sums[picked].sum(axis=1) / counts[picked].sum(axis=1)
    low, high = np.quantile(means, [(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    return Interval(float(sums.sum() / counts.sum()), float(low), float(high), number)


def bootstrap_coverage(
    low: Array,
    high: Array,
    actual: Array,
    origins: NDArray[np.integer],
    rng: np.random.Generator,
    *,
    block: int = 1,
    repeats: int = 2000,
    level: float = 0.95,
) -> Interval:
    """Coverage (%) of bands `[case]` with an interval, as `bootstrap_mean`.

    >>> ends = np.zeros(4), np.ones(4)
    >>> years = np.array([1990, 1990, 1991, 1991])
    >>> bootstrap_coverage(*ends, np.array([0.5, 2.0, 0.5, 2.0]), years, np.random.default_rng(1))
    Interval(estimate=50.0, low=50.0, high=50.0, origins=2)
    """
    require_bands(low, high, actual)
    held = 100.0 * ((low <= actual) & (actual <= high)).astype(np.float64)
    return bootstrap_mean(held, origins, rng, block=block, repeats=repeats, level=level)


def diebold_mariano(
    our_losses: Array, their_losses: Array, origins: NDArray[np.integer], *, horizon: int = 1
) -> DieboldMariano:
    """Test of equal expected loss (Diebold & Mariano 1995); the mean difference of an origin is one case.

    Losses `[case]` are averaged within each origin, so municipalities of one origin count once. Variance of
    the mean over origins in order: Newey–West with `horizon − 1` lags (Bartlett weights, so never negative);
    Harvey, Leybourne & Newbold's (1997) factor `√((n + 1 − 2h + h(h − 1)/n) / n)`; t with n − 1 degrees of
    freedom. With few origins little is ever significant: print wins per origin beside it. Raises: ScoreError
    with fewer than three origins, or a horizon that they cannot carry.

    >>> years = np.array([1990, 1991, 1992])
    >>> test = diebold_mariano(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0]), years)
    >>> test.mean_difference, round(test.statistic, 4), round(test.p_value, 4)
    (-2.0, -3.4641, 0.0742)
    """
    require_comparable(our_losses, their_losses, "our losses")
    sums, counts = _by_origin(our_losses - their_losses, origins)
    differences = sums / counts
    number = len(differences)
    factor = (number + 1 - 2 * horizon + horizon * (horizon - 1) / number) / number
    if number < 3 or not 1 <= horizon < number or factor <= 0:
        raise ScoreError(f"{number} origins at horizon {horizon}: too few to tell a difference from chance")
    mean = float(differences.mean())
    around = differences - mean
    variance = float(around @ around) / number
    for lag in range(1, horizon):
        variance += 2.0 * (1.0 - lag / horizon) * float(around[lag:] @ around[:-lag]) / number
    error = math.sqrt(max(variance, 0.0) / number)
    if error <= 1e-12 * max(abs(mean), float(np.abs(differences).max())):
        same = mean == 0.0
        return DieboldMariano(mean, 0.0 if same else math.copysign(math.inf, mean), float(same), number)
    statistic = math.sqrt(factor) * mean / error
    return DieboldMariano(mean, statistic, student_tail(statistic, number - 1), number)


def chi_square_tail(value: float, freedom: int) -> float:
    """P(χ² > value) with `freedom` degrees of freedom, by the finite sums of Abramowitz & Stegun 26.4.4–5.

    >>> round(chi_square_tail(3.841459, 1), 4), round(chi_square_tail(16.918978, 9), 4)
    (0.05, 0.05)
    """
    half = value / 2.0
    if half <= 0:
        return 1.0
    tail = math.erfc(math.sqrt(half)) if freedom % 2 else 0.0
    power = 0.5 if freedom % 2 else 0.0
    while power <= freedom / 2.0 - 1.0 + 1e-9:
        tail += math.exp(power * math.log(half) - half - math.lgamma(power + 1.0))
        power += 1.0
    return min(tail, 1.0)


def student_tail(value: float, freedom: int) -> float:
    """P(|t| > |value|) with `freedom` degrees of freedom, by the finite sums of Abramowitz & Stegun 26.7.3–4.

    >>> round(student_tail(12.7062, 1), 4), round(student_tail(2.228139, 10), 4)
    (0.05, 0.05)
    """
    angle = math.atan(abs(value) / math.sqrt(freedom))
    cosine = math.cos(angle)
    odd = freedom % 2
    term, total = (cosine, 0.0) if odd else (1.0, 0.0)
    for step in range((freedom - 1) // 2 if odd else freedom // 2):
        total += term
        term *= cosine**2 * ((2 * step + 2) / (2 * step + 3) if odd else (2 * step + 1) / (2 * step + 2))
    within = 2.0 / math.pi * (angle + math.sin(angle) * total) if odd else math.sin(angle) * total
    return max(0.0, 1.0 - within)


def _by_origin(values: Array, origins: NDArray[np.integer]) -> tuple[Array, Array]:
    """Sum of values and number of cases of each origin, origins ascending. Raises: ScoreError."""
    if values.ndim != 1 or values.shape != origins.shape:
        raise ScoreError(f"values have shape {values.shape}, origins {origins.shape}; expected one per case")
    require_comparable(values, values, "values")
    years, place = np.unique(origins, return_inverse=True)
    if len(years) < 2:
        raise ScoreError("all cases are of one origin; how scores vary over origins cannot be known")
    sums = np.bincount(place, weights=values).astype(np.float64)
    return sums, np.bincount(place).astype(np.float64)
