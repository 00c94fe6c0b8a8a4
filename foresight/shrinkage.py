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
    ratio = observed[known] / expected[known]
    spread = float(np.mean((ratio - 1.0) ** 2) - np.mean(1.0 / expected[known]))
    if spread <= 0:
        return LocalLevel(np.ones_like(expected), np.zeros_like(expected), float("inf"))
    kappa = 1.0 / spread
    return LocalLevel((observed + kappa) / (expected + kappa), 1.0 / np.sqrt(observed + kappa), kappa)


def normal_means(estimate: Array, variance: Array, group: NDArray[np.intp]) -> Array:
    """Each estimate pulled towards the precision-weighted mean of its group.

    The true spread within groups is DerSimonian and Laird's (1986), never negative by their definition;
    an infinite variance leaves the group's mean, a group without any information leaves 0.

    >>> normal_means(np.array([1.0, 3.0]), np.array([1e-9, 1e-9]), np.array([0, 0])).round(3).tolist()
    [1.0, 3.0]
    """
    result = np.zeros_like(estimate)
    for g in np.unique(group):
        mine = group == g
        weight = 1.0 / variance[mine]
        total = weight.sum()
        if total == 0.0:
            continue
        mean = (weight * estimate[mine]).sum() / total
        heterogeneity = (weight * (estimate[mine] - mean) ** 2).sum() - (np.count_nonzero(weight) - 1)
        room = total - (weight**2).sum() / total
        spread = max(0.0, heterogeneity / room) if room > 0 else 0.0
        if spread > 0:
            weight = 1.0 / (variance[mine] + spread)
            mean = (weight * estimate[mine]).sum() / weight.sum()
            # information / (information + prior): written so that infinite variance gives 0
            trust = spread / (spread + variance[mine])
        else:
            trust = np.zeros_like(weight)
        result[mine] = mean + trust * np.where(trust > 0, estimate[mine] - mean, 0.0)
    return result
