"""Small-area estimates: local figures pulled towards a common mean by how little they can tell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array


@dataclass(frozen=True)
class LocalLevel:
    """Posterior mean of each area's ratio of observed to expected, and its relative standard error."""

    ratio: Array
    relative_error: Array
    prior_strength: float
    """Events' worth of belief in the common level (κ); infinite when areas do not differ beyond chance."""


def gamma_poisson(observed: Array, expected: Array) -> LocalLevel:
    """Local ratios `(observed + κ) / (expected + κ)`, κ by the method of moments.

    `expected` is scaled by the caller so that the common ratio is 1; zero expected is allowed and gives
    the common level. Source: foresight.md A4 step 2.

    >>> gamma_poisson(np.array([0.0, 400.0]), np.array([1.0, 200.0])).ratio.round(2).tolist()
    [0.67, 1.99]
    """
    known = expected > 0
    if not known.any():
        return LocalLevel(np.ones_like(expected), np.zeros_like(expected), float("inf"))
    ratio = observed[known] / expected[known]
    spread = float(np.mean((ratio - 1.0) ** 2) - np.mean(1.0 / expected[known]))
    if spread <= 0:
        return LocalLevel(np.ones_like(expected), np.zeros_like(expected), float("inf"))
    kappa = 1.0 / spread
    return LocalLevel((observed + kappa) / (expected + kappa), 1.0 / np.sqrt(observed + kappa), kappa)


def normal_means(estimate: Array, variance: Array, group: NDArray[np.intp]) -> tuple[Array, Array]:
    """Each estimate pulled towards the precision-weighted mean of its group, and its standard error.

    The true spread within groups is DerSimonian and Laird's (1986), never negative by their definition;
    an infinite variance leaves the group's mean, a group without any information leaves 0.

    >>> means, errors = normal_means(np.array([1.0, 3.0]), np.array([1.0, 1e-9]), np.array([0, 0]))
    >>> means.round(2).tolist(), errors.round(2).tolist()
    ([1.5, 3.0], [0.77, 0.0])
    """
    mean, spread = np.zeros_like(estimate), np.zeros_like(estimate)
    for g in np.unique(group):
        mine = group == g
        mean[mine], spread[mine] = _mean_and_spread(estimate[mine], variance[mine])
    trust = np.divide(spread, spread + variance, out=np.zeros_like(spread), where=spread > 0)
    known = trust > 0
    pulled = mean + trust * np.where(known, estimate - mean, 0.0)
    return pulled, np.sqrt((1.0 - trust) * spread)


def _mean_and_spread(estimate: Array, variance: Array) -> tuple[float, float]:
    """Mean of one group and variance of the true values around it; 0 and 0 when nothing is known."""
    weight = 1.0 / variance
    total = float(weight.sum())
    if total == 0.0:
        return 0.0, 0.0
    mean = float((weight * estimate).sum()) / total
    excess = float((weight * (estimate - mean) ** 2).sum()) - (np.count_nonzero(weight) - 1)
    room = total - float((weight**2).sum()) / total
    spread = max(0.0, excess / room) if room > 0 else 0.0
    weight = 1.0 / (variance + spread)
    return float((weight * estimate).sum() / weight.sum()), spread


def towards_regression(
    estimate: Array, variance: Array, features: Array, least_variance: float
) -> tuple[Array, Array]:
    """Each estimate pulled towards its value by weighted least squares on `features[area, k]`, and its error.

    The true spread around the regression is what the residuals show beyond `variance` (method of moments,
    Fay and Herriot 1979). `least_variance` keeps a few large areas from ruling the fit.

    >>> mean, error = towards_regression(np.array([1.0, 2.0, 3.0]), np.ones(3), np.ones((3, 1)), 0.1)
    >>> mean.tolist(), error.tolist()
    ([2.0, 2.0, 2.0], [0.0, 0.0, 0.0])
    """
    weight = 1.0 / (variance + least_variance)
    root = np.sqrt(weight)[:, None]
    slope = np.linalg.lstsq(features * root, estimate * root[:, 0], rcond=None)[0]
    mean = features @ slope
    rest = estimate - mean
    spread = max(0.0, float((weight * (rest**2 - variance)).sum() / weight.sum()))
    trust = spread / (spread + variance) if spread > 0 else np.zeros_like(variance)
    return mean + trust * rest, np.sqrt((1.0 - trust) * spread)
