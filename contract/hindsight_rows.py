"""Columns of `forecast_hindsight`: what the method would have said of totals in earlier years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.engine_adapter import REST
from foresight.cohorts import EventTotals
from foresight.hindsight import METHODS, look_back

_KINDS: Mapping[str, type] = {
    "municipality_code": str,
    "base_year": int,
    "projection_year": int,
    "horizon_years": int,
    "method": str,
    "forecast": float,
    "actual": float,
    "error_pct": float,
}


def hindsight_rows(events: EventTotals) -> Mapping[str, NDArray[Any]]:
    """One row per municipality, base year, horizon and method whose year has come."""
    found = look_back(events)
    if found is None:
        return {name: np.empty(0, kind) for name, kind in _KINDS.items()}
    keep = np.isfinite(found.came) & (np.array(found.areas) != REST)
    row, ahead, area = np.nonzero(keep)
    base_year = np.array(found.base_years)[row]
    actual = found.came[keep]
    parts: list[dict[str, NDArray[Any]]] = []
    for method in METHODS:
        forecast = found.forecasts[method][keep]
        nobody = np.full_like(actual, np.nan)
        parts.append(
            {
                "municipality_code": np.array(found.areas)[area],
                "base_year": base_year,
                "projection_year": base_year + ahead + 1,
                "horizon_years": ahead + 1,
                "method": np.full(len(row), method),
                "forecast": forecast,
                "actual": actual,
                "error_pct": np.divide(100.0 * (forecast - actual), actual, out=nobody, where=actual > 0),
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in _KINDS}
