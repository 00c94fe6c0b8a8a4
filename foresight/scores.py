"""How far forecasts were from what came, and how often bands held.

All errors are of `forecast` against `actual`, arrays of one shape; cells where nobody was are left out.
"""

from __future__ import annotations

import numpy as np

from foresight.cohorts import Array


def absolute_percentage_errors(forecast: Array, actual: Array) -> Array:
    """`100·|forecast − actual| / actual` of every cell with somebody in it, flat.

    >>> absolute_percentage_errors(np.array([90.0, 5.0]), np.array([100.0, 0.0])).tolist()
    [10.0]
    """
    some = actual > 0
    return np.asarray(100.0 * np.abs(forecast[some] - actual[some]) / actual[some])


def mape(forecast: Array, actual: Array) -> float:
    """Mean absolute percentage error: every area counts the same."""
    return float(absolute_percentage_errors(forecast, actual).mean())


def wape(forecast: Array, actual: Array) -> float:
    """Sum of absolute errors per sum of actuals, %: every person counts the same.

    >>> wape(np.array([90.0, 10.0]), np.array([100.0, 10.0])).__round__(2)
    9.09
    """
    return float(100.0 * np.abs(forecast - actual).sum() / actual.sum())


def bias(forecast: Array, actual: Array) -> float:
    """Mean signed percentage error (MALPE): positive when too many were forecast.

    >>> bias(np.array([110.0, 90.0]), np.array([100.0, 100.0]))
    0.0
    """
    some = actual > 0
    return float(100.0 * ((forecast[some] - actual[some]) / actual[some]).mean())


def coverage(low: Array, high: Array, actual: Array) -> float:
    """Share of cells (%) whose actual lies in the band, its ends included.

    >>> coverage(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([2.0, 3.0]))
    50.0
    """
    return float(100.0 * ((low <= actual) & (actual <= high)).mean())
