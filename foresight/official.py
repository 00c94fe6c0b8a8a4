"""The official projection as a member: its cohort ratios from the newest population, not its level.

Carrying a published projection's ratios forward from the newest register figure ("rebasing") removes the
error that the projection has already made (foresight.md, finding 3). Births are read as newborns per
person aged 20–39, since a projection by age seldom tells births.
"""

from __future__ import annotations

import numpy as np

from foresight.cohorts import AGES, Array
from foresight.panel import OfficialVintage

PARENTS = slice(20, 40)
WEIGHT = 0.5
"""Weight beside our own ages: equal, until scores of more than one vintage tell otherwise."""
WEIGHT_OF_MOVERS = 0.8
"""The same at `MOVERS` where our own ages of movers rest on one table: the office counts them.

Of 0.75 and 0.8 the one that erred less at 16–18 in 2020, the only outcome there is.
"""
MOVERS = slice(15, 35)


def official_ratios(official: OfficialVintage, base_year: int, base: Array, year: int) -> Array | None:
    """Cohort ratios of the vintage into `year`, `[area, age]` by age reached, NaN where it is silent.

    Age 0 holds newborns per person aged 20–39. `base[area, age]` stands for the vintage's own figure of the
    base year when it begins a year later. None when the vintage lacks the year or the one before.
    """
    found = dict(zip(official.years, official.population, strict=True))
    before = found.get(year - 1, base if year - 1 == base_year else None)
    after = found.get(year)
    if before is None or after is None:
        return None
    grown = before[:, :-1].copy()
    grown[:, -1] += before[:, -1]
    ratio = np.full((len(after), AGES), np.nan)
    np.divide(after[:, 1:], grown, out=ratio[:, 1:], where=grown > 0)
    parents = after[:, PARENTS].sum(axis=1)
    np.divide(after[:, 0], parents, out=ratio[:, 0], where=parents > 0)
    return ratio


def official_weights(tables: int) -> Array:
    """Weight of the vintage by age reached, given how many age tables our own ages rest on, `[age]`."""
    weight = np.full(AGES, WEIGHT)
    if tables == 1:
        weight[MOVERS] = WEIGHT_OF_MOVERS
    return weight
