"""Bands of totals where nothing is known by age: draws of whole paths from what the growth model may miss.

Four errors add up in the yearly log growth: the area's own part (posterior of the growth model), its size
class, the country, and chance. Ages tell more (foresight/project.py); this is for histories of totals alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array
from foresight.growth import LONGEST_HISTORY, NATIONAL_MEMORY, Growth
from foresight.totals import Totals
from foresight.uncertainty import antithetic, growth_errors

NATIONAL_PERSISTENCE = 0.75
"""Share of the country's misjudged growth that is left a year later (0.6–0.7 in 1972–2000)."""
UNKNOWN_NATIONAL_ERROR = 0.0014
"""Standard error of the country's yearly growth when no year tells it: that of 1975–1990."""
FEWEST_YEARS = 3
"""Yearly rates remembered before the first miss is counted."""


EVENTS_A_YEAR = {
    "births": 0.0125,
    "deaths": 0.01,
    "in_migration": 0.045,
    "out_migration": 0.045,
    "immigration": 0.003,
    "emigration": 0.002,
}
"""Events per inhabitant and year where none are known: round numbers of the 1980s. Only their order matters:
the growth model finds the multiple of chance that its history shows."""
RECENT_EVENTS = 10
"""Years whose events tell how many there are."""

_COUNTRY, _CHANCE = 201, 202
"""Numbers of the random streams, apart from those of foresight/uncertainty.py and foresight/chance.py."""


def country_ahead(population: Array, totals: Totals) -> Array:
    """The country's people in the years after the last row of `population[year, area]`, `[h]`."""
    return np.asarray(population[-1].sum() * np.exp(np.cumsum(totals.growth.national)))


def national_error(population: Array) -> float:
    """Standard error of the country's yearly log growth: what its remembered value missed in the past."""
    rates = np.diff(np.log(population.sum(axis=1)))
    misses = []
    for year in range(FEWEST_YEARS, len(rates)):
        known = rates[max(0, year - LONGEST_HISTORY) : year]
        weight = NATIONAL_MEMORY ** np.arange(len(known))[::-1]
        misses.append(rates[year] - float((weight * known).sum() / weight.sum()))
    return float(np.sqrt(np.mean(np.square(misses)))) if misses else UNKNOWN_NATIONAL_ERROR


def draw_totals(
    expected: Array, population: Array, growth: Growth, chance: Array, draws: int, seed: int
) -> NDArray[np.float32]:
    """Draws `[h, area, draw]` around `expected[h, area]`, the median of each.

    `population[year, area]` is the history behind the forecast, `chance[area]` the variance of an area's
    log population by chance in a year. Same seed, same draws.
    """
    horizon, areas = expected.shape
    lag = np.abs(np.subtract.outer(np.arange(horizon), np.arange(horizon)))
    path = np.linalg.cholesky(NATIONAL_PERSISTENCE**lag).astype(np.float32)
    rng = np.random.Generator(np.random.SFC64([seed, _COUNTRY]))
    shared = np.float32(national_error(population)) * (path @ antithetic(rng, (horizon,), draws))
    errors = growth_errors(growth, draws, seed)
    spread = np.sqrt(growth.prior.chance * chance).astype(np.float32)
    paths = np.empty((horizon, areas, draws), np.float32)
    for area in range(areas):
        rng = np.random.Generator(np.random.SFC64([seed, _CHANCE, area]))
        yearly = errors[area] + shared + spread[area] * antithetic(rng, (horizon,), draws)
        paths[:, area] = expected[:, area, None] * np.exp(np.cumsum(yearly, axis=0))
    return paths


def assumed_chance(population: Array, events: Mapping[str, Array], clustering: float) -> Array:
    """Variance of the log population by chance in a year, `[area]`, from the events that are known.

    `events[name][year, area]` may be NaN or empty; what is not known of a flow is assumed per inhabitant
    (`EVENTS_A_YEAR`). Moves weigh `clustering`, since families move together.
    """
    people = np.maximum(population[-1], 1.0)
    variance = np.zeros_like(people)
    for name, per_person in EVENTS_A_YEAR.items():
        weight = clustering if name.endswith("migration") else 1.0
        seen = events.get(name, np.empty((0, len(people))))[-RECENT_EVENTS:]
        known = np.isfinite(seen).sum(axis=0)
        mean = np.nansum(seen, axis=0) / np.maximum(known, 1)
        variance += weight * np.where(known > 0, mean, per_person * people)
    return np.asarray(variance / people**2)
