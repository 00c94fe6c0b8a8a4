"""Cohort change ratios by single age, shrunk to the size class and the country, with falling mortality.

Hamilton and Perry (1962) carry the ratio of a cohort to itself a year earlier forward. Here the national
ratio of each age is a weighted mean of past years; from `OLD_FROM` on it is read as survival and falls with
the schedule's drift (a constant ratio would leave far too many dead by 85: foresight.md A3). An area departs
from it by what its own cohorts show, as far as their size lets one believe.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array
from foresight.engine import grow

LONGEST_HISTORY = 20
NATIONAL_MEMORY = 0.7
LOCAL_MEMORY = 0.8
OLD_FROM = 65
"""Age reached from which national ratios are survival: hardly anyone moves across the border."""
SURVIVAL_MEMORY = 0.6
PRIOR_PERSONS = 200.0
"""Persons' worth of belief in the common ratio at ages below 70, chosen on regions 1985–2000."""
PRIOR_PERSONS_OLD = 100.0
PRIOR_PERSONS_NATIONAL = 100.0
"""Persons' worth of belief in the schedule's survival from `OLD_FROM` on: small sets of areas lean on it."""
LEAST_OF_SCHEDULE = 0.3
"""A hazard is not believed below this share of the schedule's: what is lower came by moving in."""
FEWEST_FOR_CLASSES = 30
"""Areas from which size classes have a common departure of their own."""


@dataclass(frozen=True)
class CohortRatios:
    """`log_ratio[area, sex, age]` of the base year by age reached; age 0 is empty (zero).

    `national_hazard[sex, age]` at ages from `OLD_FROM` is included in it and falls by `drift` a year.
    `transitions` is the number of pairs of tables behind it.
    """

    departure: Array
    national: Array
    drift: Array
    transitions: int

    def ratio_after(self, years: int) -> Array:
        """Ratio of each cohort to itself a year before, `years` years after the base, `[area, sex, age]`."""
        national = self.national * np.exp(self.drift * years)
        return np.asarray(np.exp(national[None] + self.departure))


def estimate_ratios(
    population: Array,
    years: tuple[int, ...],
    drift: Array,
    classes: NDArray[np.intp],
    hazard: Array | None = None,
) -> CohortRatios | None:
    """Ratios from tables `population[year, area, sex, age]` one year apart; None without such a pair.

    `drift[sex, age]` is the yearly change of the log hazard of death, negative when mortality falls;
    `hazard[sex, age]` the schedule's hazard of the last year, towards which survival is shrunk.
    """
    pairs = [k for k in range(len(years) - 1) if years[k + 1] == years[k] + 1][-LONGEST_HISTORY:]
    if not pairs:
        return None
    back = years[-1] - np.array([years[k + 1] for k in pairs])
    after = np.stack([population[k + 1][:, :, 1:] for k in pairs])
    before = np.stack([grow(population[k]) for k in pairs])
    seen = np.log(np.maximum(after.sum(axis=1), 1.0) / np.maximum(before.sum(axis=1), 1.0))
    departure = _departures(after, before, seen, LOCAL_MEMORY**back, classes)
    old = np.arange(1, after.shape[3] + 1) >= OLD_FROM
    national = np.where(old, 0.0, _weighted(seen, NATIONAL_MEMORY**back))
    falling = np.where(old, drift[:, 1:], 0.0)
    fallen = np.exp(falling * back[:, None, None])
    level = _old_hazard(seen, before.sum(axis=1), fallen, back, hazard)
    national = np.where(old, -level, national)
    return CohortRatios(
        departure=_from_age_one(departure),
        national=_from_age_one(national),
        # minus the hazard is what is carried, so a falling hazard shrinks it towards 0
        drift=_from_age_one(falling),
        transitions=len(pairs),
    )


def _old_hazard(
    seen: Array, before: Array, fallen: Array, back: NDArray[np.intp], hazard: Array | None
) -> Array:
    """Hazard of the last year `[sex, age − 1]`: that of all years brought to it, shrunk to the schedule.

    `seen[year, sex, age − 1]` are log ratios. Years are added up with the people behind them, not as
    logarithms: in a small set of areas more may come than die in a year.
    """
    weight = (SURVIVAL_MEMORY**back)[:, None, None] * before
    lost, exposed = (weight * -seen * fallen).sum(axis=0), weight.sum(axis=0)
    if hazard is None:
        return np.asarray(np.maximum(lost / np.maximum(exposed, 1.0), 1e-4))
    expected = hazard[:, 1:]
    level = (lost + PRIOR_PERSONS_NATIONAL * expected) / (exposed + PRIOR_PERSONS_NATIONAL)
    return np.asarray(np.maximum(level, LEAST_OF_SCHEDULE * expected))


def _from_age_one(values: Array) -> Array:
    return np.concatenate([np.zeros_like(values[..., :1]), values], axis=-1)


def _weighted(values: Array, weight: Array) -> Array:
    return np.asarray(np.tensordot(weight / weight.sum(), values, axes=1))


def _departures(
    after: Array, before: Array, national: Array, weight: Array, classes: NDArray[np.intp]
) -> Array:
    """Log departure of each area's ratio from the national one, shrunk, `[area, sex, age − 1]`."""
    came = np.tensordot(weight, after, axes=1)
    expected = np.tensordot(weight, before * np.exp(national)[:, None], axes=1)
    age = np.arange(1, after.shape[3] + 1)
    prior = np.where(age >= 70, PRIOR_PERSONS_OLD, PRIOR_PERSONS)
    common = np.ones_like(came)
    if len(classes) >= FEWEST_FOR_CLASSES:
        for c in np.unique(classes):
            mine = classes == c
            sums = came[mine].sum(axis=0) + prior, expected[mine].sum(axis=0) + prior
            common[mine] = sums[0] / sums[1]
    expected = expected * common
    return np.asarray(np.log(common * (came + prior) / (expected + prior)))
