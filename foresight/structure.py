"""What a single age table tells of moves by age, as shares of the cohort a year.

Two readings, both against the whole country's table. Children: how many of those born here, or by now
elsewhere, live here at each age below nine (births of the last years stand beside the table). Young adults:
an area's share of the country's people is supposed to stay at each age, so what it holds at 20 beyond its
share at 19 moves in every year; the slope that its birth cohorts have at school age, when hardly anyone
moves, is taken off first. A reading is worth little in a small place, so each is drawn towards what places
with as much loss of youth and as much return have in common.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, EventTotals
from foresight.schedules import AGE_BANDS
from foresight.shrinkage import normal_means, towards_regression

CHILD_AGES = 9
CHILD_PACE = np.array([1.0, 1.0, 1.0, 0.85, 0.7, 0.5, 0.3, 0.15, 0.1])
"""Moves of children by age against those of infants: families settle before school begins."""
CHILD_VARIANCE = 0.12
"""Variance of a cohort's net moves by chance, per child and year: 6 % move, families together (×2)."""
SETTLING = slice(16, 40)
"""Ages reached where the steady share is read; elsewhere the size of birth cohorts would pass for moves."""
SCHOOL_AGES = slice(7, 16)
SLOPE_LOST_AT = 40.0
"""The slope of the school ages fades to nothing between 20 and this age."""
_MODEL_VARIANCE = 4e-4


@dataclass(frozen=True)
class NetRates:
    """Net moves by band as shares of the cohort: `mean[area, sex, band]`, `variance` (infinite: unknown)."""

    mean: Array
    variance: Array


def net_rates_of_structure(base: Array, events: EventTotals, classes: NDArray[np.intp]) -> NetRates:
    """Net moves told by `base[area, sex, age]` and the births before it, relative to the country's."""
    areas, sexes, _ = base.shape
    bands = len(AGE_BANDS) - 1
    mean = np.zeros((areas, sexes, bands))
    variance = np.full(mean.shape, np.inf)
    child, child_variance = _children(base.sum(axis=1), events, classes)
    features = _features(base.sum(axis=1))
    slope = _school_slope(base.sum(axis=1), classes)
    for band, (first, end) in enumerate(pairwise(AGE_BANDS)):
        if 0 < end <= CHILD_AGES:
            pace = CHILD_PACE[max(first, 1) - 1 : end - 1].mean() if end > 1 else CHILD_PACE[0]
            mean[:, :, band] = (child * pace)[:, None]
            variance[:, :, band] = (child_variance * pace**2)[:, None]
        elif first >= SETTLING.start and end <= SETTLING.stop:
            fade = float(np.clip((SLOPE_LOST_AT - first) / 20.0, 0.0, 1.0))
            for sex in range(sexes):
                share, chance = _steady(base[:, sex], first, end)
                told = towards_regression(share - fade * slope, chance, features, _MODEL_VARIANCE)
                mean[:, sex, band], variance[:, sex, band] = told[0], told[1] ** 2
    return NetRates(mean, variance)


def _children(people: Array, events: EventTotals, classes: NDArray[np.intp]) -> tuple[Array, Array]:
    """Net moves of infants a year and the variance of it, `[area]`; zero and infinite without births or
    infants of some year in the country."""
    ages = min(CHILD_AGES, len(events.years))
    births = events.births[::-1][:ages].T
    here, country = people[:, :ages], people[:, :ages].sum(axis=0)
    if not ages or not ((births.sum(axis=0) > 0) & (country > 0)).all():
        return np.zeros(len(people)), np.full(len(people), np.inf)
    departure = np.log((here + 0.5) / (births + 0.5)) - np.log(country / births.sum(axis=0))
    moved = np.cumsum(CHILD_PACE[:ages]) - 0.5 * CHILD_PACE[:ages]
    chance = (CHILD_VARIANCE * moved + 0.5) / np.maximum(births, 1.0)
    information = (moved**2 / chance).sum(axis=1)
    rate = (moved * departure / chance).sum(axis=1) / information
    pulled, error = normal_means(rate, 1.0 / information, classes)
    return pulled, error**2


def _share(people: Array, first: int, end: int) -> Array:
    """Log share of the country's people at ages first … end − 1, `[area]`."""
    here = people[:, first:end].sum(axis=1)
    return np.asarray(np.log((here + 0.5) / max(float(here.sum()), 1.0)))


def _steady(people: Array, first: int, end: int) -> tuple[Array, Array]:
    """Growth of an area's share from one age to the next in a band, a year, and its variance by chance."""
    growth = _share(people, first, end) - _share(people, first - 1, end - 1)
    # the difference of the sums keeps two single ages: the last of the band and the one before its first
    ends = people[:, end - 1] + people[:, first - 1]
    held = np.maximum(people[:, first:end].sum(axis=1), 1.0)
    return growth, np.maximum(ends, 1.0) / held**2


def _features(people: Array) -> Array:
    """Constant, loss of youth and return `[area, 3]`: log shares at 20–23 over 12–15, 29–35 over 21–24."""
    loss = _share(people, 20, 24) - _share(people, 12, 16)
    back = _share(people, 29, 36) - _share(people, 21, 25)
    return np.stack([np.ones(len(people)), loss, back], axis=1)


def _school_slope(people: Array, classes: NDArray[np.intp]) -> Array:
    """Growth of an area's share per year of age over the school ages, shrunk to its class, `[area]`."""
    ages = np.arange(SCHOOL_AGES.start, SCHOOL_AGES.stop)
    here = people[:, SCHOOL_AGES] + 0.5
    share = np.log(here / people[:, SCHOOL_AGES].sum(axis=0).clip(1.0))
    centred = ages - (here * ages).sum(axis=1, keepdims=True) / here.sum(axis=1, keepdims=True)
    spread = (here * centred**2).sum(axis=1)
    slope = (here * centred * share).sum(axis=1) / spread
    return normal_means(slope, 1.0 / spread, classes)[0]
