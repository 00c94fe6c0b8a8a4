"""How far forecasts were from what came: errors of points, skill, shelf life.

Scores of draws and bands stand in `band_scores`, what chance alone would give in `noise_floor`, how sure a
difference is in `score_tests`. All errors are of `forecast` against `actual`, arrays of one shape; percentage
errors leave out cells where nobody was. Every function raises ScoreError for shapes that differ, figures that
are missing or infinite, and nothing to score.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from foresight.cohorts import Array


class ScoreError(ValueError):
    """What was given cannot be scored; the message says which part and why."""


def absolute_percentage_errors(forecast: Array, actual: Array) -> Array:
    """`100·|forecast − actual| / actual` of every cell with somebody in it, flat.

    >>> absolute_percentage_errors(np.array([90.0, 5.0]), np.array([100.0, 0.0])).tolist()
    [10.0]
    """
    return np.abs(_percentage_errors(forecast, actual))


def mape(forecast: Array, actual: Array) -> float:
    """Mean absolute percentage error: every area counts the same."""
    return float(absolute_percentage_errors(forecast, actual).mean())


def mdape(forecast: Array, actual: Array) -> float:
    """Median absolute percentage error: what half of the areas stay within.

    >>> mdape(np.array([101.0, 102.0, 150.0]), np.array([100.0, 100.0, 100.0]))
    2.0
    """
    return float(np.median(absolute_percentage_errors(forecast, actual)))


def wape(forecast: Array, actual: Array) -> float:
    """Sum of absolute errors per sum of actuals, %: every person counts the same.

    >>> wape(np.array([90.0, 10.0]), np.array([100.0, 10.0])).__round__(2)
    9.09
    """
    require_comparable(forecast, actual, "forecast")
    everybody = float(actual.sum())
    if everybody <= 0:
        raise ScoreError("nobody lived in any of the cells; WAPE divides by their sum")
    return float(100.0 * np.abs(forecast - actual).sum() / everybody)


def bias(forecast: Array, actual: Array) -> float:
    """Mean signed percentage error (MALPE): positive when too many were forecast.

    >>> bias(np.array([110.0, 90.0]), np.array([100.0, 100.0]))
    0.0
    """
    return float(_percentage_errors(forecast, actual).mean())


def rmsle(forecast: Array, actual: Array) -> float:
    """Root mean square of `ln((1 + forecast) / (1 + actual))`: twice too many weighs as half too few.

    The added one keeps cells with nobody. A doubling of large numbers scores ln 2 = 0.69. Raises: ScoreError
    also for negative figures.

    >>> rmsle(np.array([1.0, 3.0]), np.array([3.0, 1.0])).__round__(4)
    0.6931
    """
    require_comparable(forecast, actual, "forecast")
    if min(float(forecast.min()), float(actual.min())) < 0:
        raise ScoreError("a forecast or actual figure is negative; RMSLE needs counts")
    return float(np.sqrt(np.mean((np.log1p(forecast) - np.log1p(actual)) ** 2)))


def skill(score: float, reference: float) -> float:
    """`1 − score / reference`: 0.1 is a tenth better than the reference, negative is worse (foresight.md A7).

    Both are scores that are better when smaller. Raises: ScoreError unless the reference is above zero:
    nothing can be better than a perfect one.

    >>> round(skill(0.9, 1.0), 3)
    0.1
    """
    if not (np.isfinite(score) and np.isfinite(reference) and reference > 0):
        raise ScoreError(f"score {score} against reference {reference}: expected finite, reference above 0")
    return 1.0 - score / reference


def age_structure_error(forecast: Array, actual: Array) -> Array:
    """Dissimilarity of two age structures, %: the share of people who would have to change age.

    `½·Σ_a |F_a / ΣF − A_a / ΣA| · 100` over the last axis; the axes before it stay. An error of size alone
    scores 0 (foresight.md A7; Duncan & Duncan 1955 for the index).

    >>> age_structure_error(np.array([50.0, 50.0]), np.array([120.0, 80.0])).round(6).item()
    10.0
    """
    require_comparable(forecast, actual, "forecast")
    forecast_sum, actual_sum = forecast.sum(axis=-1, keepdims=True), actual.sum(axis=-1, keepdims=True)
    if np.any(forecast_sum <= 0) or np.any(actual_sum <= 0):
        raise ScoreError("an area has nobody at any age; its age structure does not exist")
    apart = np.abs(forecast / forecast_sum - actual / actual_sum).sum(axis=-1)
    return np.asarray(50.0 * apart)


def shelf_life(
    forecast: Array,
    actual: Array,
    horizons: Sequence[int],
    *,
    tolerance_pct: float = 10.0,
    share_pct: float = 80.0,
) -> int:
    """Largest horizon up to which `share_pct` of areas stay within `tolerance_pct`; 0 when none does.

    Arrays are `[horizon, area]` (several origins: put them beside the areas), `horizons` ascending. A horizon
    beyond one that failed does not count, however well it happened to go: nobody could have relied on it.
    Source: Simpson, Wilson & Shalley (2020), who use the same two limits.

    >>> came = np.full((3, 5), 100.0)
    >>> shelf_life(np.array([[101.0] * 5, [101.0] * 4 + [115.0], [115.0] * 5]), came, [1, 5, 10])
    5
    """
    require_comparable(forecast, actual, "forecast")
    if actual.ndim != 2 or len(horizons) != len(actual) or list(horizons) != sorted(set(horizons)):
        raise ScoreError(f"horizons {list(horizons)}, shape {actual.shape}: expected one ascending per row")
    lasting = 0
    for horizon, predicted, came in zip(horizons, forecast, actual, strict=True):
        within = absolute_percentage_errors(predicted, came) <= tolerance_pct
        if 100.0 * float(within.mean()) < share_pct:
            break
        lasting = horizon
    return lasting


def coverage(low: Array, high: Array, actual: Array) -> float:
    """Share of cells (%) whose actual lies in the band, its ends included.

    >>> coverage(np.array([1.0, 1.0]), np.array([2.0, 2.0]), np.array([2.0, 3.0]))
    50.0
    """
    require_bands(low, high, actual)
    return float(100.0 * ((low <= actual) & (actual <= high)).mean())


def require_comparable(values: Array, actual: Array, what: str) -> None:
    """Nothing, when both are finite, of one shape and not empty. Raises: ScoreError naming `what`."""
    if values.shape != actual.shape:
        raise ScoreError(f"{what} has shape {values.shape}, actual {actual.shape}; expected the same")
    if actual.size == 0:
        raise ScoreError(f"{what} and actual are empty; there is nothing to score")
    for name, array in ((what, values), ("actual", actual)):
        missing = int(np.count_nonzero(~np.isfinite(array)))
        if missing:
            raise ScoreError(f"{name} has {missing} missing or infinite figures; leave those cells out")


def require_bands(low: Array, high: Array, actual: Array) -> None:
    """Nothing, when all are comparable and no band is upside down. Raises: ScoreError."""
    require_comparable(low, actual, "lower end")
    require_comparable(high, actual, "upper end")
    if np.any(low > high):
        raise ScoreError(f"{int((low > high).sum())} bands have their lower end above the upper one")


def _percentage_errors(forecast: Array, actual: Array) -> Array:
    """`100·(forecast − actual) / actual` of every cell with somebody in it, flat."""
    require_comparable(forecast, actual, "forecast")
    some = actual > 0
    if not some.any():
        raise ScoreError("nobody lived in any of the cells; percentage errors do not exist")
    return np.asarray(100.0 * (forecast[some] - actual[some]) / actual[some])
