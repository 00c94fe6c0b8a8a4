"""Age profiles and drifts that the tables alone cannot tell: dated values, passed in by the caller.

Levels always come from the inputs (deaths, births, moves); only shapes by age and the speed of change
stand here. `contract.schedules` reads them from files that name the source of every part; `latest_year`
is the newest year any figure rests on, so that a backtest can refuse a schedule from its future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, OLDEST_AGE, SEXES, Array, InputError
from foresight.regional import RegionalRatios

Knots = tuple[tuple[float, float], ...]
"""(age, value) pairs, ages ascending; linear between, constant before the first and after the last."""

FERTILE_AGES = slice(15, 50)
AGE_BANDS = (0, 2, 7, 16, 18, 19, 20, 21, 22, 24, 26, 30, 35, 45, 65, 80, AGES)
"""First ages of the bands in which migration is told apart, and the end. Narrow where people leave home."""

FLOWS = ("out_migration", "immigration", "emigration")


@dataclass(frozen=True)
class Schedules:
    """Shapes by age at the end of the year, and the pace of change.

    `mortality` holds one yearly hazard of `latest_year` per sex and age reached; `mortality_drift` and the
    migration profiles are knots (`out_migration` and `emigration` relative rates, `immigration` relative
    numbers); `births_by_age` are relative births per woman at each of `FERTILE_AGES`; `regions` is how
    regions depart from the country, where that is known.
    Raises: InputError naming the field that cannot be.
    """

    name: str
    latest_year: int
    mortality: tuple[tuple[float, ...], tuple[float, ...]]
    mortality_drift: tuple[Knots, Knots]
    births_by_age: tuple[float, ...]
    share_of_boys: float
    out_migration: Knots
    immigration: Knots
    emigration: Knots
    regions: RegionalRatios | None = None

    def __post_init__(self) -> None:
        for sex, hazards in zip(SEXES, self.mortality, strict=True):
            self._require(len(hazards) == AGES, "mortality", f"{sex}: {len(hazards)} ages; expected {AGES}")
            values = np.array(hazards)
            usable = np.isfinite(values) & (values > 0)
            ages = np.flatnonzero(~usable).tolist()
            self._require(not ages, "mortality", f"{sex}: no hazard above 0 at ages {ages[:5]}")
        for sex, knots in zip(SEXES, self.mortality_drift, strict=True):
            self._require_knots(f"mortality_drift of {sex}", knots)
        for flow in FLOWS:
            knots = getattr(self, flow)
            self._require_knots(flow, knots)
            self._require(min(v for _, v in knots) >= 0, flow, "a value is negative")
            self._require(max(v for _, v in knots) > 0, flow, "every value is 0")
        births = np.array(self.births_by_age)
        expected = FERTILE_AGES.stop - FERTILE_AGES.start
        self._require(
            births.shape == (expected,), "births_by_age", f"{births.size} ages; expected {expected}"
        )
        self._require(bool((births >= 0).all() and births.sum() > 0), "births_by_age", "negative, or all 0")
        self._require(0 < self.share_of_boys < 1, "share_of_boys", f"{self.share_of_boys}; expected 0–1")

    def hazard(self) -> Array:
        """Yearly hazard of death `[sex, age reached]`.

        Age a stands for those who are a−1 at the start of the year, the oldest for the two oldest classes,
        0 for the newborn's part of a year.
        """
        return np.array(self.mortality)

    def drift(self) -> Array:
        """Yearly change of the logarithm of the hazard, `[sex, age reached]`."""
        return np.stack([_along(knots) for knots in self.mortality_drift])

    def fertility(self) -> Array:
        """Share of lifetime births by mother's age `[age]`, summing to 1 over ages 15–49."""
        curve = np.zeros(AGES)
        curve[FERTILE_AGES] = self.births_by_age
        return np.asarray(curve / curve.sum())

    def profile(self, flow: str) -> Array:
        """Relative level by age of `out_migration`, `immigration` or `emigration`, `[age]`."""
        knots: Knots = getattr(self, flow)
        return _along(knots)

    def _require_knots(self, field: str, knots: Knots) -> None:
        ages = [age for age, _ in knots]
        ascending = bool(ages) and ages == sorted(set(ages)) and ages[0] >= 0 and ages[-1] <= OLDEST_AGE
        self._require(ascending, field, f"ages {ages[:5]} …; expected ascending ages from 0 to {OLDEST_AGE}")
        self._require(bool(np.isfinite([v for _, v in knots]).all()), field, "a value is not a number")

    def _require(self, holds: bool, field: str, what: str) -> None:
        if not holds:
            raise InputError(f"schedules {self.name!r}, {field}: {what}")


def _along(knots: Knots) -> Array:
    """Values at ages 0…100, linear between knots.

    >>> _along(((0, 1.0), (100, 2.0)))[50]
    np.float64(1.5)
    """
    at = [age for age, _ in knots]
    along: Array = np.interp(np.arange(AGES), at, [value for _, value in knots])
    return along
