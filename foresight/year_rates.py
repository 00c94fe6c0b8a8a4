"""Rates of one year and the national factors on them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import DTypeLike

from foresight.cohorts import AGES, Array
from foresight.rates import Rates

MOST_LEAVING = 0.8
"""A draw lets at most this share of a cohort move away in a year; emigrants and deaths come on top."""


@dataclass(frozen=True)
class Factors:
    """National factors of one year on the expected rates, each `[draw]`; mortality `[age, draw]`."""

    births: Array
    mortality: Array
    immigration: Array
    emigration: Array

    def as_type(self, dtype: DTypeLike) -> Factors:
        """The same factors in another number type."""
        return Factors(*(getattr(self, f.name).astype(dtype) for f in fields(self)))


UNCHANGED = Factors(np.ones(1), np.ones((AGES, 1)), np.ones(1), np.ones(1))
"""The factors of the expected path."""


@dataclass(frozen=True)
class YearRates:
    """Rates of one year, pulls and drift applied, in the number type of the paths. `[area, sex, age]`."""

    fertility: Array
    hazard: Array
    out_rate: Array
    in_weight: Array
    immigration: Array
    emigration_rate: Array
    sex_shares: Array

    def as_type(self, dtype: DTypeLike) -> YearRates:
        """The same rates in another number type."""
        return YearRates(*(getattr(self, f.name).astype(dtype) for f in fields(self)))


def rates_of_year(rates: Rates, years_on: int, dtype: DTypeLike) -> YearRates:
    """Rates of the `years_on`-th year after the base year."""
    return YearRates(
        fertility=(rates.fertility * rates.births_after(years_on)).astype(dtype),
        hazard=rates.hazard_after(years_on).astype(dtype),
        out_rate=rates.internal.out_rate.astype(dtype),
        in_weight=rates.internal.in_weight.astype(dtype),
        immigration=rates.abroad.immigration.astype(dtype),
        emigration_rate=rates.abroad.emigration_rate.astype(dtype),
        sex_shares=rates.sex_shares().astype(dtype),
    )
