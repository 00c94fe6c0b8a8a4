"""Yearly growth of areas: what the country, the size class and the place itself have in common with their
past.

A growth rate is split into a national rate, a deviation of the size class in that year, and a deviation
of the area. The first two are read off their newest values with a short memory. The last is a Gaussian
process seen through chance: a level that lasts and one that fades, both estimated by empirical Bayes
from all areas together (marginal likelihood on a grid), so a village's single year weighs little and a
city's much. Measured against linear-or-exponential trends in docs/methods/foresight.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array

LONGEST_HISTORY = 20
"""Years looked back on; older ones told nothing more (origins 1982–2018)."""
CLASS_MEMORY = 0.3
"""Weight of a year against the next one in the deviation of a size class: it wanders."""
NATIONAL_MEMORY = 0.9
"""The same in the national rate: ten years ahead the long mean errs least (0.7 % against 1.1 % with 0.6)."""
FEWEST_IN_A_CLASS = 10
"""Smaller size classes are not told apart from the country."""
UNKNOWN_CLASS_ERROR = 0.002
"""Standard error of a class's rate when no year tells it: that of 5 000–50 000 inhabitants, 1982–2018."""
_LASTING = (0.0, 0.001, 0.002, 0.003, 0.005, 0.008, 0.012)
_FADING = (0.0005, 0.001, 0.002, 0.003, 0.005, 0.008, 0.012)
_PERSISTENCE = (0.6, 0.75, 0.85, 0.93)
_CHANCE = (0.25, 0.5, 0.7, 1.0, 1.4, 2.0)


@dataclass(frozen=True)
class GrowthPrior:
    """How areas differ: deviations of their yearly growth rate and the multiple of pure chance seen.

    `lasting` is the standard deviation between areas that stays, `fading` that of the part of which
    `persistence` is left a year later.
    """

    lasting: float
    fading: float
    persistence: float
    chance: float

    def covariance(self, years: int) -> Array:
        """Covariance of the latent deviations of `years` consecutive years, `[year, year]`."""
        lag = np.abs(np.subtract.outer(np.arange(years), np.arange(years)))
        return np.asarray(self.lasting**2 + self.fading**2 * self.persistence**lag)


UNTOLD = GrowthPrior(0.003, 0.003, 0.85, 1.0)
"""How areas differ where no year tells it: the middle of the grid."""


@dataclass(frozen=True)
class Growth:
    """Expected growth of each area after the last year, and how far its own part may be misjudged.

    `national[h]` and `shared[h, area]` (size class) and `local[h, area]` are yearly log rates of the years
    1 … horizon. `local_covariance[area, h, h]` is the posterior covariance of the local rates;
    `class_error[class]` the standard error of a class's rate, `classes[area]` its class.
    """

    national: Array
    shared: Array
    local: Array
    local_covariance: Array
    class_error: Array
    classes: NDArray[np.intp]
    prior: GrowthPrior

    @property
    def relative(self) -> Array:
        """Yearly log growth of each area against the country's, `[h, area]`."""
        return np.asarray(self.shared + self.local)


def estimate_growth(
    population: Array,
    chance: Array,
    classes: NDArray[np.intp],
    horizon: int,
    *,
    prior: GrowthPrior | None = None,
) -> Growth:
    """Growth of the years after the last row of `population[year, area]`, rows one year apart.

    `chance[area]` is the variance of the log population by pure chance in a year, `classes[area]` the size
    class. With fewer than three differences the prior mean (no deviation) has most weight; a single row
    counts as having stood still for a year.
    """
    if len(population) == 1:
        population, prior = np.repeat(population, 2, axis=0), prior or UNTOLD
    rates = np.diff(np.log(np.maximum(population, 0.5)), axis=0)[-LONGEST_HISTORY:]
    years = len(rates)
    national = np.diff(np.log(np.maximum(population.sum(axis=1), 0.5)))[-LONGEST_HISTORY:]
    own_class = _told_apart(classes)
    relative = rates - national[:, None]
    members = [own_class == c for c in range(own_class.max() + 1)]
    by_class = np.stack([relative[:, mine].mean(axis=1) for mine in members], axis=1)
    if by_class.shape[1] == 1:
        by_class = np.zeros_like(by_class)
    local = relative - by_class[:, own_class]
    prior = prior or fitted_prior(local, chance)
    expected, covariance = _ahead(local, prior.chance * chance, prior, horizon)
    return Growth(
        national=np.full(horizon, _remembered(national, NATIONAL_MEMORY)),
        shared=np.tile(_remembered(by_class, CLASS_MEMORY)[own_class], (horizon, 1)),
        local=expected,
        local_covariance=covariance,
        class_error=_class_error(by_class, years),
        classes=own_class,
        prior=prior,
    )


def _told_apart(classes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Classes numbered from 0, small ones joined to the next larger (the last to the one before it)."""
    labels, counts = np.unique(classes, return_counts=True)
    joined: dict[int, int] = {}
    number, held = 0, 0
    for label, count in zip(labels.tolist(), counts.tolist(), strict=True):
        joined[label] = number
        held += count
        if held >= FEWEST_IN_A_CLASS:
            number, held = number + 1, 0
    if held and number:
        joined = {label: min(n, number - 1) for label, n in joined.items()}
    return np.array([joined[c] for c in classes.tolist()], dtype=np.intp)


def _remembered(values: Array, memory: float) -> Array:
    """Mean over the first axis, each row weighing `memory` times the next."""
    weight = memory ** np.arange(len(values))[::-1]
    return np.asarray(np.tensordot(weight / weight.sum(), values, axes=1))


def _priors() -> Iterator[tuple[float, float, float]]:
    return product(_LASTING, _FADING, _PERSISTENCE)


def fitted_prior(deviations: Array, chance: Array) -> GrowthPrior:
    """The prior on the grid under which `deviations[year, area]` are likeliest, all areas together."""
    best, found = -np.inf, UNTOLD
    for lasting, fading, persistence in _priors():
        values, vectors = np.linalg.eigh(
            GrowthPrior(lasting, fading, persistence, 1.0).covariance(len(deviations))
        )
        squares = (vectors.T @ deviations) ** 2
        for multiple in _CHANCE:
            variance = np.maximum(values, 0.0)[:, None] + multiple * chance[None] + 1e-12
            likelihood = -0.5 * float((np.log(variance) + squares / variance).sum())
            if likelihood > best:
                best, found = likelihood, GrowthPrior(lasting, fading, persistence, multiple)
    return found


def _ahead(deviations: Array, noise: Array, prior: GrowthPrior, horizon: int) -> tuple[Array, Array]:
    """Posterior mean `[h, area]` and covariance `[area, h, h]` of the latent deviations of coming years."""
    past = len(deviations)
    whole = prior.covariance(past + horizon)
    values, vectors = np.linalg.eigh(whole[:past, :past])
    load = whole[past:, :past] @ vectors
    gain = 1.0 / (np.maximum(values, 0.0)[:, None] + noise[None] + 1e-12)
    mean = np.einsum("hk,ki->hi", load, (vectors.T @ deviations) * gain)
    explained = np.einsum("hk,ki,gk->ihg", load, gain, load, optimize=True)
    return mean, whole[past:, past:][None] - explained


def _class_error(by_class: Array, years: int) -> Array:
    """Standard error of a class's yearly rate `[class]`: what its remembered value missed in the past."""
    if by_class.shape[1] == 1:
        return np.zeros(1)
    first = max(1, min(3, years - 1))
    misses = [by_class[year] - _remembered(by_class[:year], CLASS_MEMORY) for year in range(first, years)]
    if not misses:
        return np.full(by_class.shape[1], UNKNOWN_CLASS_ERROR)
    return np.asarray(np.sqrt(np.mean(np.square(misses), axis=0)))
