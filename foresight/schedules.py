"""Age profiles and drifts that the tables alone cannot tell: dated, sourced, passed in as values.

Levels always come from the inputs (deaths, births, moves); only shapes by age and the speed of change
stand here. `latest_year` is the newest year any figure rests on, so that a backtest can refuse a
schedule from its future.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, Array

Knots = tuple[tuple[float, float], ...]
"""(age, value) pairs, ages ascending from 0 to 100."""

FERTILE_AGES = slice(15, 50)
AGE_BANDS = (0, 2, 7, 16, 18, 19, 20, 21, 22, 24, 26, 30, 35, 45, 65, 80, AGES)
"""First ages of the bands in which migration is told apart, and the end. Narrow where people leave home."""


@dataclass(frozen=True)
class Schedules:
    """Shapes by age at the end of the year, and the pace of change.

    `mortality` and the migration profiles hold (age, value) knots; mortality is a yearly hazard,
    `out_migration` and `emigration` are relative rates, `immigration` relative numbers. Fertility is a
    gamma curve given by mean and standard deviation of age at birth.
    """

    name: str
    latest_year: int
    mortality: tuple[Knots, Knots]
    newborn_hazard: float
    mortality_drift: tuple[Knots, Knots]
    fertility_mean_age: float
    fertility_sd: float
    share_of_boys: float
    out_migration: Knots
    immigration: Knots
    emigration: Knots

    def hazard(self) -> Array:
        """Yearly hazard of death `[sex, age reached]`; the newborn's first months stand at age 0."""
        hazard: Array = np.stack([np.exp(_along(k, logarithm=True)) for k in self.mortality])
        hazard[:, 0] = self.newborn_hazard
        return hazard

    def drift(self) -> Array:
        """Yearly change of the logarithm of the hazard, `[sex, age reached]`."""
        return np.stack([_along(knots) for knots in self.mortality_drift])

    def fertility(self) -> Array:
        """Share of lifetime births by mother's age `[age]`, summing to 1 over ages 15–49.

        The gamma curve of Hoem et al. (1981), starting at age 10.
        """
        age = np.arange(AGES) + 0.5 - 10.0
        shape = ((self.fertility_mean_age - 10.0) / self.fertility_sd) ** 2
        scale = (self.fertility_mean_age - 10.0) / shape
        log_density = (shape - 1) * np.log(np.maximum(age, 0.5)) - age / scale
        curve = np.zeros(AGES)
        curve[FERTILE_AGES] = np.exp(log_density[FERTILE_AGES] - log_density[FERTILE_AGES].max())
        return np.asarray(curve / curve.sum())

    def profile(self, flow: str) -> Array:
        """Relative level by age of `out_migration`, `immigration` or `emigration`, `[age]`."""
        knots: Knots = getattr(self, flow)
        return _along(knots)


def _along(knots: Knots, *, logarithm: bool = False) -> Array:
    """Values at ages 0…100, linear between knots (in the logarithm when asked).

    >>> _along(((0, 1.0), (100, 2.0)))[50]
    np.float64(1.5)
    """
    at = np.array([age for age, _ in knots])
    values = np.array([value for _, value in knots])
    along: Array = np.interp(np.arange(AGES), at, np.log(values) if logarithm else values)
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

FINLAND_2018 = Schedules(
    name="finland_2018",
    latest_year=2018,
    mortality=(_MEN, _WOMEN),
    newborn_hazard=0.0017,
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
    fertility_mean_age=30.5,
    fertility_sd=5.4,
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
"""Finland as known at the end of 2018.

Mortality at 60 and over and its drift: national cohort ratios of Statistics Finland's population by age
and sex (2015–2018; drift 1998–2018 by age group). Mortality below 60 and fertility: regional rates of
2016–2018 from the same publisher. Migration profiles are assumed shapes in the manner of Rogers and
Castro (1981): young adults and small children move, the old do not; the inputs set their level and
correct them where age tables show otherwise (docs/methods/foresight_v0.md).
"""
