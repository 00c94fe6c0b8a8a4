"""Age profiles and drifts that the tables alone cannot tell: dated values, passed in by the caller.

Levels always come from the inputs (deaths, births, moves); only shapes by age and the speed of change
stand here. `contract.schedules` reads them from files that name the source of every part; `latest_year`
is the newest year any figure rests on, so that a backtest can refuse a schedule from its future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, OLDEST_AGE, SEXES, Array, InputError

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
    numbers); `births_by_age` are relative births per woman at each of `FERTILE_AGES`.
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


_MEN: Knots = (
    (0, 0.00243), (1, 0.000346), (3, 0.000115), (8, 6.0e-05), (13, 0.000105), (17, 0.000384), (20, 0.000677),
    (25, 0.000774), (30, 0.000864), (35, 0.00104), (40, 0.00147), (45, 0.00223), (50, 0.00362), (55, 0.00566),
    (60, 0.00906), (65, 0.0143), (70, 0.0199), (75, 0.0318), (80, 0.0537), (85, 0.0999), (90, 0.181),
    (95, 0.32), (100, 0.503),
)  # fmt: skip
_WOMEN: Knots = (
    (0, 0.00206), (1, 0.000243), (3, 7.8e-05), (8, 5.5e-05), (13, 8.0e-05), (17, 0.000173), (20, 0.000255),
    (25, 0.000266), (30, 0.000325), (35, 0.000412), (40, 0.000612), (45, 0.00097), (50, 0.00163),
    (55, 0.00249), (60, 0.00399), (65, 0.00654), (70, 0.00943), (75, 0.0162), (80, 0.0323), (85, 0.0664),
    (90, 0.141), (95, 0.263), (100, 0.48),
)  # fmt: skip


def _by_age(knots: Knots) -> tuple[float, ...]:
    hazards = np.exp(_along(tuple((age, float(np.log(value))) for age, value in knots)))
    return (0.0017, *(float(value) for value in hazards[1:]))


def _gamma(mean_age: float, spread: float) -> tuple[float, ...]:
    age = np.arange(FERTILE_AGES.start, FERTILE_AGES.stop) + 0.5 - 10.0
    shape = ((mean_age - 10.0) / spread) ** 2
    log_density = (shape - 1) * np.log(age) - age * shape / (mean_age - 10.0)
    return tuple(float(value) for value in np.exp(log_density - log_density.max()))


FINLAND_2018 = Schedules(
    name="finland_2018",
    latest_year=2018,
    mortality=(_by_age(_MEN), _by_age(_WOMEN)),
    mortality_drift=(
        (
            (0, -0.02), (65, -0.02), (72, -0.027), (77, -0.027), (82, -0.022), (87, -0.0145), (92, -0.009),
            (100, -0.005),
        ),
        (
            (0, -0.015), (65, -0.012), (72, -0.02), (77, -0.026), (82, -0.024), (87, -0.018), (92, -0.011),
            (100, -0.003),
        ),
    ),
    births_by_age=_gamma(30.5, 5.4),
    share_of_boys=0.512,
    out_migration=(
        (0, 0.05), (1, 0.075), (2, 0.068), (3, 0.058), (5, 0.043), (7, 0.032), (10, 0.025), (13, 0.021),
        (15, 0.020), (16, 0.035), (17, 0.04), (18, 0.065), (19, 0.20), (20, 0.25), (21, 0.24), (22, 0.22),
        (24, 0.20), (26, 0.175), (28, 0.14), (30, 0.108), (33, 0.075), (36, 0.053), (40, 0.038), (45, 0.028),
        (50, 0.022), (55, 0.019), (60, 0.016), (65, 0.013), (70, 0.010), (75, 0.009), (80, 0.010),
        (85, 0.013), (90, 0.017), (100, 0.02),
    ),
    immigration=(
        (0, 0.25), (1, 0.45), (5, 0.35), (10, 0.25), (15, 0.22), (18, 0.45), (20, 0.75), (22, 0.95),
        (25, 1.0), (28, 1.0), (30, 0.9), (35, 0.6), (40, 0.4), (45, 0.27), (50, 0.2), (55, 0.14), (60, 0.1),
        (65, 0.06), (70, 0.03), (80, 0.01), (100, 0.001),
    ),
    emigration=(
        (0, 0.2), (1, 0.4), (5, 0.3), (10, 0.2), (15, 0.18), (18, 0.35), (20, 0.6), (24, 1.0), (28, 1.0),
        (32, 0.8), (38, 0.5), (45, 0.3), (55, 0.2), (65, 0.12), (75, 0.03), (100, 0.01),
    ),
)  # fmt: skip
"""For callers that do not yet choose schedules by base year; `contract.schedules` holds the dated ones."""
