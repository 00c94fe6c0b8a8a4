"""A new housing area: who moves into its dwellings each year so that they hold as many people as such do.

One dwelling is followed through the years since it was ready: its people age, bear children, die and move
away at the municipality's own rates, and movers replace them until it holds what dwellings of its type and
age hold. The people themselves live in the ordinary cohorts; only the moves in come from here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import FEMALE, Array, InputError
from foresight.engine import advance, births
from foresight.levers import Year, age_shares, along, arriving
from foresight.paths import YearRates
from foresight.schedules import Knots


@dataclass(frozen=True)
class DwellingType:
    """People per dwelling by years since it was ready, and the relative ages of those who move in."""

    name: str
    occupancy: Knots
    movers: Knots

    def __post_init__(self) -> None:
        for what, knots in (("occupancy", self.occupancy), ("movers", self.movers)):
            if any(a >= b for (a, _), (b, _) in pairwise(knots)) or min(v for _, v in knots) < 0:
                raise InputError(f"{self.name}: {what} must be numbers of zero or more at rising ages")


def moves_into_dwelling(occupancy: Array, movers: Array, rates: YearRates, areas: NDArray[np.intp]) -> Array:
    """Persons who move into one dwelling so that it holds `occupancy`, `[years since ready, area, sex, age]`.

    `occupancy[years since ready]` persons at the end of each year, `movers[sex, age]` their shares (sum 1). A
    household that grows beyond it stays; then nobody moves in. `areas` are positions in `rates`.
    """
    fertility, hazard = rates.fertility[areas], rates.hazard[areas]
    staying = np.maximum(1.0 - rates.out_rate[areas] - rates.emigration_rate[areas], 0.0)
    staying = staying * np.exp(-hazard)
    living = np.zeros_like(hazard)
    moved = np.empty((len(occupancy), *hazard.shape))
    for since, wanted in enumerate(occupancy):
        aged = advance(living, np.zeros(hazard.shape[:2]))
        born = births(fertility, living[:, FEMALE], aged[:, FEMALE]).sum(axis=1)
        left = advance(living, born[:, None] * rates.sex_shares) * staying
        lacking = np.maximum(wanted - left.sum(axis=(1, 2)), 0.0)
        moved[since] = lacking[:, None, None] * movers
        living = left + moved[since]
    return moved


@dataclass(frozen=True)
class NewHousing:
    """`dwellings_per_year` of one type get ready in each of `building_years` years from the `starts`-th on.

    `relocation_share` of those who move into them come from within the municipality and change nothing here.
    """

    dwellings_per_year: float
    starts: float
    building_years: float
    relocation_share: float
    dwelling: DwellingType

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the movers from outside the municipality on the way in."""
        since_first = round(year.years_on - self.starts)
        if since_first < 0:
            return rates
        occupancy = along(self.dwelling.occupancy, np.arange(since_first + 1.0))
        at = np.flatnonzero(year.acting)
        one = moves_into_dwelling(occupancy, age_shares(self.dwelling.movers), rates, at)
        first = max(0, since_first - round(self.building_years) + 1)
        dwellings = self.dwellings_per_year * year.population_share[at]
        persons = np.zeros_like(year.cohorts)
        persons[at] = (1.0 - self.relocation_share) * dwellings[:, None, None] * one[first:].sum(axis=0)
        return arriving(rates, year, persons)
