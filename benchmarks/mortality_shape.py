"""National mortality by age and its pace, from age tables of successive years: the working of the schedules.

Hazards are indexed by the age reached at the end of the year. Choices are those measured in
docs/methods/schedules.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.infant_mortality import BOYS, GIRLS
from foresight.cohorts import AGES, FEMALE, MALE, Array
from foresight.schedules import Knots

FIRST_MEASURED_AGE = 65
"""From here on the engine tells what cohort ratios show as mortality, before it partly as migration. At 60
return migrants hide a tenth of women's deaths."""
MEMORY = 0.6
"""Weight of a year against the next one in the level: one mild or hard winter moves it by a few per cent."""
DRIFT_YEARS = 30
DOUBTED_YEARS, TRUSTED_YEARS = 10, 15
"""Up to ten years of figures the drift is the general one, from fifteen on the country's own, between them
a mean of both: a slope of ten years was wrong by 11 % in survivors to 85+ ten years on."""
GENERAL_DRIFT = -0.01
DRIFT_BANDS = ((65, 69), (70, 74), (75, 79), (80, 84))
POOLED_AGES = (65, 94)
OLDEST_DRIFT = 0.6
"""Mortality of those over 90 has fallen more slowly; share of the pooled pace."""
SMOOTHING = 1000.0
"""Weight of squared second differences of the logarithm against deaths."""
LEAST_RISE = 0.01
"""The log hazard rises at least so much per year of age over 65; what falls is noise of small numbers."""
SMALLEST_HAZARD = 1e-4

GOMPERTZ = 0.09
"""Rise of the log hazard per year of age from 20 on: doubling in eight years, as Gompertz found."""
ACCIDENTS = 0.03
"""Extra hazard of the young at its highest, against the hazard at 65."""
CHILDREN: Knots = ((1, 0.15), (2, 0.055), (3, 0.05), (5, 0.04), (10, 0.035), (20, 0.0), (100, 0.0))
"""Hazard of children against infant mortality, by age reached."""
IN_YEAR_OF_BIRTH = 0.85
"""Share of infant deaths that fall in the calendar year of birth: most are in the first weeks."""
INFANT_YEARS = 3
"""Years of infant mortality averaged: it rests on about a hundred deaths a year."""


@dataclass(frozen=True)
class Mortality:
    """`hazard[sex, age reached]` of the newest year; `drift` knots per sex; what they rest on."""

    hazard: Array
    drift: tuple[Knots, Knots]
    transitions_of_drift: int
    """Years of cohort ratios behind the drift; 0 when it is assumed."""
    infant_year: int


def mortality(population: Array, infants: Mapping[int, float]) -> Mortality:
    """Mortality from `population[year, sex, age]` of successive years and infant mortality per 1 000."""
    start, end = _cohorts(population[-DRIFT_YEARS - 1 :])
    own = (len(start) - DOUBTED_YEARS) / (TRUSTED_YEARS - DOUBTED_YEARS)
    own = min(max(own, 0.0), 1.0)
    drift = (_drift(start, end, MALE, own), _drift(start, end, FEMALE, own))
    newest = max(infants)
    level = np.mean([rate for year, rate in infants.items() if year > newest - INFANT_YEARS]) / 1000
    hazard = np.empty((2, AGES))
    for sex, of_infants in ((MALE, BOYS * level), (FEMALE, GIRLS * level)):
        old = _old(start[:, sex], end[:, sex], drift[sex])
        hazard[sex] = np.concatenate([_young(old[0], of_infants), old])
    return Mortality(hazard, drift, len(start) if own else 0, newest)


def _cohorts(population: Array) -> tuple[Array, Array]:
    """Those who begin and those who end each year, `[year, sex, age reached 1…100]`; the oldest two join."""
    start = population[:-1, :, :-1].copy()
    start[..., -1] += population[:-1, :, -1]
    return start, population[1:, :, 1:]


def _yearly_hazard(start: Array, end: Array) -> Array:
    return np.maximum(-np.log(end / start), SMALLEST_HAZARD)


def _ages(first: int, last: int) -> slice:
    """Positions of ages reached in arrays that start at age 1."""
    return slice(first - 1, last)


def _slope(values: Array) -> float:
    return float(np.polyfit(np.arange(len(values)), values, 1)[0])


def _drift(start: Array, end: Array, sex: int, own: float) -> Knots:
    """Pace of the log hazard by age: `own` says how much of it is the country's own, the rest is general.

    The country's is each band's own to 84, pooled at other ages, slower from 90.
    """
    if not own:
        return ((0, GENERAL_DRIFT), (100, GENERAL_DRIFT))
    hazard = _yearly_hazard(start[:, sex], end[:, sex])
    old = _ages(*POOLED_AGES)
    standard = start[-1, sex, old]
    pooled = _slope(np.log((hazard[:, old] * standard).sum(axis=1) / standard.sum()))
    bands = tuple(
        (float(first + 2), _slope(np.log(hazard[:, _ages(first, last)]).mean(axis=1)))
        for first, last in DRIFT_BANDS
    )
    oldest = OLDEST_DRIFT * pooled
    knots = ((0, pooled), (62, pooled), *bands, (87, pooled), (92, oldest), (100, oldest))
    return tuple((age, own * pace + (1 - own) * GENERAL_DRIFT) for age, pace in knots)


def _old(start: Array, end: Array, drift: Knots) -> Array:
    """Smooth hazard of the newest year from 65 on, of one sex: recent years brought to it by drift."""
    ages = _ages(FIRST_MEASURED_AGE, AGES - 1)
    start, end = start[:, ages], end[:, ages]
    back = np.arange(len(start)) - (len(start) - 1)
    pace = np.interp(np.arange(FIRST_MEASURED_AGE, AGES), *zip(*drift, strict=True))
    hazard = _yearly_hazard(start, end) * np.exp(-np.outer(back, pace))
    weight = (MEMORY ** -back.astype(float))[:, None]
    weight /= weight.sum()
    level = (weight * hazard * start).sum(axis=0) / (weight * start).sum(axis=0)
    years = 1.0 / (weight**2).sum()
    deaths = np.maximum(years * (weight * (start - end)).sum(axis=0), 0.5)
    smooth = _smooth(np.log(level), deaths)
    rise = LEAST_RISE * np.arange(len(smooth))
    return np.asarray(np.exp(np.maximum.accumulate(smooth - rise) + rise))


def _smooth(values: Array, weights: Array) -> Array:
    """Whittaker's graduation: close to `values` where `weights` are large, near a straight line elsewhere."""
    bend = np.diff(np.eye(len(values)), 2, axis=0)
    return np.asarray(np.linalg.solve(np.diag(weights) + SMOOTHING * bend.T @ bend, weights * values))


def _young(at_65: float, infants: float) -> Array:
    """Assumed hazard at ages 0–64 of one sex from the hazard at 65 and infant mortality."""
    age = np.arange(FIRST_MEASURED_AGE)
    adults = np.exp(-GOMPERTZ * (FIRST_MEASURED_AGE - age))
    accidents = ACCIDENTS / (1 + np.exp(-(age - 18) / 1.5)) * np.exp(-np.maximum(age - 20, 0) / 15)
    children = infants * np.interp(age, *zip(*CHILDREN, strict=True))
    hazard = at_65 * (adults + accidents) + children
    hazard[0] = -np.log1p(-IN_YEAR_OF_BIRTH * infants)
    return np.asarray(hazard)
