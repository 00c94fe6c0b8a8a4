"""What the method would have said of totals in earlier years, held against what came.

From every past year of the same history, with nothing later than it: shares by the ensemble of totals
(foresight/totals.py) and the country by its long trend. Ages are not looked back on, since few
places have tables of many years; how wrong they are is told by the backtest
(docs/methods/foresight_backtest.md).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import Array, EventTotals
from foresight.total_bands import country_ahead
from foresight.totals import estimate_totals, trend
from foresight.uncertainty import yearly_chance

FEWEST_YEARS = 5
"""Years of totals before the first base year that is looked back on."""
LONGEST_HORIZON = 10
TREND_YEARS = 5
METHODS = ("kuntaluotsi", "trend", "no_change")


@dataclass(frozen=True)
class Hindsight:
    """`forecasts[method][base year, h, area]`, NaN beyond the last known year, and what `came`."""

    areas: tuple[str, ...]
    base_years: tuple[int, ...]
    forecasts: dict[str, Array]
    came: Array


def look_back(events: EventTotals) -> Hindsight | None:
    """Forecasts from every base year with a later one to compare with; None from too short a history."""
    population, years = events.population, events.years
    origins = range(FEWEST_YEARS - 1, len(years) - 1)
    if not origins:
        return None
    shape = (len(origins), LONGEST_HORIZON, len(events.areas))
    forecasts = {method: np.full(shape, np.nan) for method in METHODS}
    came = np.full(shape, np.nan)
    for row, origin in enumerate(origins):
        known = events.until(years[origin])
        reach = min(LONGEST_HORIZON, len(years) - 1 - origin)
        totals = estimate_totals(known.population, yearly_chance(known), reach)
        forecasts["kuntaluotsi"][row, :reach] = (
            totals.share * country_ahead(known.population, totals)[:, None]
        )
        window = min(TREND_YEARS, origin)
        ahead = np.arange(1.0, reach + 1.0)[:, None]
        start, end = known.population[-1 - window], known.population[-1]
        forecasts["trend"][row, :reach] = trend(start, end, window, ahead)
        forecasts["no_change"][row, :reach] = end
        came[row, :reach] = population[origin + 1 : origin + 1 + reach]
    return Hindsight(events.areas, tuple(years[o] for o in origins), forecasts, came)
