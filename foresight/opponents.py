"""Simple forecasts that a projection must beat: no change, trends, plain cohort ratios, the official one.

Each takes what was known and gives years 1 … horizon on the first axis. None of them is tuned.
"""

from __future__ import annotations

import numpy as np

from foresight.cohorts import AGES, FEMALE, Array
from foresight.engine import grow
from foresight.official import PARENTS, official_ratios
from foresight.panel import OfficialVintage
from foresight.totals import trend

TREND_WINDOWS = (5, 10)
RATIO_WINDOW = 5
"""Years whose cohort ratios are averaged: the window of the published comparison (foresight.md A3)."""
MOTHERS = slice(15, 50)


def no_change(base: Array, horizon: int) -> Array:
    """Every figure as it was, `[h, …]`."""
    return np.broadcast_to(base, (horizon, *base.shape))


def lin_exp(totals: Array, window: int, horizon: int) -> Array | None:
    """Totals `[h, area]`: linear where an area grew over `window` years, exponential where it shrank.

    None without figures that far back. Source: Wilson (2015).
    """
    if len(totals) <= window:
        return None
    ahead = np.arange(1.0, horizon + 1.0)[:, None]
    return trend(totals[-1 - window], totals[-1], window, ahead)


def cohort_ratios(tables: Array, window: int = RATIO_WINDOW) -> tuple[Array, Array] | None:
    """Plain ratios of `tables[year, area, sex, age]` one year apart: `[area, sex, age − 1]` and newborns.

    Newborns `[area, sex]` per woman aged 15–49 of the same table. The last `window` pairs are summed before
    dividing (Hamilton & Perry 1962); fewer when there are fewer, None without any.
    """
    if len(tables) < 2:
        return None
    after = tables[1:][-window:]
    before = np.stack([grow(table) for table in tables[:-1][-window:]])
    came, was = after[..., 1:].sum(axis=0), before.sum(axis=0)
    ratio = np.divide(came, was, out=np.ones_like(came), where=was > 0)
    women = after[:, :, FEMALE, MOTHERS].sum(axis=(0, 2))
    return ratio, after[..., 0].sum(axis=0) / np.maximum(women, 1.0)[:, None]


def carried_forward(base: Array, ratios: tuple[Array, Array], horizon: int) -> Array:
    """Both sexes by age `[h, area, age]` when `ratios` act on `base[area, sex, age]` year after year."""
    ratio, newborns = ratios
    population, years = base, []
    for _ in range(horizon):
        end = np.empty_like(population)
        end[:, :, 1:] = grow(population) * ratio
        end[:, :, 0] = newborns * end[:, FEMALE, MOTHERS].sum(axis=1)[:, None]
        population = end
        years.append(end.sum(axis=1))
    return np.stack(years)


def official_as_published(official: OfficialVintage, base_year: int, horizon: int) -> Array:
    """The vintage itself by age `[h, area, age]`, NaN in years that it does not hold."""
    said = np.full((horizon, *official.population.shape[1:]), np.nan)
    for position, year in enumerate(official.years):
        if 1 <= year - base_year <= horizon:
            said[year - base_year - 1] = official.population[position]
    return said


def official_rebased(official: OfficialVintage, base_year: int, base: Array, horizon: int) -> Array:
    """The vintage's cohort ratios from `base[area, age]`, `[h, area, age]`; NaN from where it is silent.

    Where the vintage has nobody whose ratio could be carried, its own number stands. Age 0 follows its
    newborns per person aged 20–39 (foresight.md A4, step 7).
    """
    itself = official_as_published(official, base_year, horizon)
    said = np.full((horizon, *base.shape), np.nan)
    population = base
    for step in range(horizon):
        ratio = official_ratios(official, base_year, base, base_year + step + 1)
        if ratio is None:
            break
        end = np.empty((len(base), AGES))
        carried = grow(population[:, None])[:, 0] * ratio[:, 1:]
        end[:, 1:] = np.where(np.isnan(carried), itself[step, :, 1:], carried)
        end[:, 0] = ratio[:, 0] * end[:, PARENTS].sum(axis=1)
        said[step] = population = end
    return said
