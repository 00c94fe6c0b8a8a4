"""Population and events by year and area while their gaps are filled, and how each gap was filled."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import EVENTS, Array

SIGNS: Mapping[str, int] = {
    "births": 1,
    "deaths": -1,
    "in_migration": 1,
    "out_migration": -1,
    "immigration": 1,
    "emigration": -1,
}
"""How each flow enters `end = start + births − deaths + in − out + immigration − emigration`."""

ACROSS_THE_BORDER = "across_the_border"
METHODS: Mapping[str, str] = {
    "dropped": "not used: some area has no table of that year",
    "sexes_of_others": "sexes told apart by the share of men at each age in the tables that give them",
    "sexes_of_schedule": "sexes told apart as a stationary population of the schedules",
    "open_group_spread": "open age group spread to age 100 by the schedules' survival",
    "ages_over_events": "the sum of ages is used where the event table says something else",
    "events_backwards": "from the next year's population and events",
    "events_backwards_incomplete": "from the next year's population and events, unknown moves as a net of 0",
    "events_forwards": "from the year before and the year's events",
    "growth_of_others": "from the next year's, as the areas known grew",
    "interpolation": "on a straight line between the years known",
    "balance": "what is left of the year's balance",
    "age_zero": "children of age 0 of the year's table over their survival",
    "women": "women by age times the schedules' fertility, at the level of births known or children living",
    "hazard_at_deaths": "schedules' mortality times population, at the level of the deaths known",
    "hazard_at_cohorts": "schedules' mortality times population, at the level told by cohorts of 65 and over",
    "hazard": "schedules' mortality times population",
    "own_rate": "the area's own rate of other years, moved until the year's balance holds",
    "rate_of_all": "the rate of the other areas, moved until the year's balance holds",
    "default_rate": "a default rate of moving, moved until the year's balance holds",
    "national_residual": "what all areas' balances leave together goes across the border, by population",
    "net_of_zero": "no population of the year before is known: as many come as go",
    ACROSS_THE_BORDER: "moves do not sum to zero over the areas: the difference crosses the border",
    "balance_open": "the balance does not hold: what is left would be a negative count",
}
"""Every method by which a gap is filled, in words."""


@dataclass(frozen=True)
class Estimate:
    """One thing that was estimated: what, by which of `METHODS`, in how many area-years.

    `detail` names years or the largest case where that helps.
    """

    what: str
    method: str
    area_years: int
    detail: str = ""

    @property
    def text(self) -> str:
        """The estimate in one line of English.

        >>> Estimate("births", "balance", 3, "2011").text
        "births: what is left of the year's balance (3 area-years; 2011)"
        """
        detail = f"; {self.detail}" if self.detail else ""
        plural = "" if self.area_years == 1 else "s"
        return f"{self.what}: {METHODS[self.method]} ({self.area_years} area-year{plural}{detail})"


def spans(years: Sequence[int]) -> str:
    """Years in words, runs joined.

    >>> spans([2010, 2011, 2012, 2015])
    '2010–2012, 2015'
    """
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


class Ledger:
    """`values[name][year, area]` for each name of `EVENTS`, consecutive years; NaN is a gap.

    `before[area]` is the population at the start of the first year.
    """

    def __init__(self, years: range, areas: int) -> None:
        self.years = years
        self.before: Array = np.full(areas, np.nan)
        self.values: dict[str, Array] = {name: np.full((len(years), areas), np.nan) for name in EVENTS}
        self._how: dict[tuple[str, str], NDArray[np.bool_]] = {}

    def missing(self, name: str) -> NDArray[np.bool_]:
        """Gaps of one name, `[year, area]`."""
        gaps: NDArray[np.bool_] = np.isnan(self.values[name])
        return gaps

    def start(self) -> Array:
        """Population at the start of each year, `[year, area]`."""
        return np.concatenate([self.before[None], self.values["population"][:-1]])

    def give(self, name: str, year: int, values: Array) -> None:
        """Enter what is known of one year, `[area]`."""
        self.values[name][year - self.years[0]] = values

    def fill(self, name: str, method: str, values: Array, where: NDArray[np.bool_]) -> None:
        """Fill the gaps of `name` at `where` by `values` that are finite and not negative."""
        cells = where & self.missing(name) & np.isfinite(values) & (np.nan_to_num(values, nan=-1.0) >= 0)
        self.values[name] = np.where(cells, values, self.values[name])
        self.mark(name, method, cells)

    def mark(self, what: str, method: str, cells: NDArray[np.bool_]) -> None:
        """Remember that `method` stands behind `cells`."""
        self._how[what, method] = self._how.get((what, method), np.zeros_like(cells)) | cells

    def filled(self, name: str, method: str) -> NDArray[np.bool_]:
        """Cells of `name` that stand on `method`."""
        return self._how.get((name, method), np.zeros_like(self.missing(name)))

    def fill_single_gaps(self, among: Sequence[str], but: NDArray[np.bool_] | None = None) -> None:
        """Fill the flows of `among` that alone are missing in their area and year by the balance.

        Cells of `but[year, area]` stay as they are: their other flows are too rough to take from.
        """
        gaps = np.stack([self.missing(flow) for flow in SIGNS])
        known = sum(sign * np.nan_to_num(self.values[flow]) for flow, sign in SIGNS.items())
        left = self.values["population"] - self.start() - known
        for flow in among:
            alone = self.missing(flow) & (gaps.sum(axis=0) == 1)
            self.fill(flow, "balance", SIGNS[flow] * left, alone if but is None else alone & ~but)

    def imbalance(self) -> Array:
        """Population at the end of the year less what its start and all six flows lead to, `[year, area]`.

        NaN where one of the eight is a gap.
        """
        return np.asarray(self.values["population"] - self.start() - self._net(whole=True))

    def derive_population(self) -> None:
        """Fill population from the year after it, or before it, and all events between."""
        net = self._net(whole=True)
        self._carry(net, "events_backwards", backwards=True)
        self._carry(net, "events_forwards", backwards=False)

    def guess_population(self, support: float) -> None:
        """Fill population on straight lines between years known, then backwards from births and deaths.

        What is missing then grows as the areas known did, in years when at least the share `support` of
        the areas is known at both ends.
        """
        self._interpolate()
        self._carry(self._net(whole=False), "events_backwards_incomplete", backwards=True)
        self._carry(self._growth_of_others(support), "growth_of_others", backwards=True, ratio=True)

    def _growth_of_others(self, support: float) -> Array:
        """Population of the year over that of the year before in the areas that know both, `[year, area]`."""
        now, before = self.values["population"], self.start()
        both = np.isfinite(now) & np.isfinite(before)
        then = np.where(both, before, 0.0).sum(axis=1)
        told = (both.mean(axis=1) >= support) & (then > 0)
        growth = np.divide(
            np.where(both, now, 0.0).sum(axis=1), then, out=np.full_like(then, np.nan), where=told
        )
        return np.repeat(growth[:, None], now.shape[1], axis=1)

    def _net(self, *, whole: bool) -> Array:
        """Change of population by the flows known; a pair with a gap has net 0 unless `whole`."""
        births, deaths, moved_in, moved_out, arrived, left = (self.values[flow] for flow in SIGNS)
        pairs = [moved_in - moved_out, arrived - left]
        if not whole:
            pairs = [np.nan_to_num(pair) for pair in pairs]
        return np.asarray(births - deaths + sum(pairs))

    def _carry(self, change: Array, method: str, *, backwards: bool, ratio: bool = False) -> None:
        """Fill population from the year beside it and `change[year, area]`, a net or a ratio."""
        rows = range(len(self.years) - 1, 0, -1) if backwards else range(1, len(self.years))
        for row in rows:
            known, wanted, sign = (row, row - 1, -1.0) if backwards else (row - 1, row, 1.0)
            guess, beside = np.full_like(change, np.nan), self.values["population"][known]
            guess[wanted] = beside * change[row] ** sign if ratio else beside + sign * change[row]
            self.fill("population", method, guess, np.ones_like(self.missing("population")))

    def _interpolate(self) -> None:
        population, at = self.values["population"], np.arange(len(self.years))
        for area in np.flatnonzero(self.missing("population").any(axis=0)):
            known = np.flatnonzero(~np.isnan(population[:, area]))
            if len(known) > 1:
                line = np.full_like(population, np.nan)
                inner = slice(known[0], known[-1] + 1)
                line[inner, area] = np.interp(at[inner], known, population[known, area])
                self.fill("population", "interpolation", line, np.ones(population.shape, dtype=bool))
                population = self.values["population"]

    def since(self, year: int) -> Ledger:
        """The same ledger from `year` on."""
        rows = slice(year - self.years[0], None)
        later = Ledger(range(year, self.years[-1] + 1), len(self.before))
        later.before = self.start()[rows][0]
        later.values = {name: values[rows].copy() for name, values in self.values.items()}
        later._how = {key: cells[rows] for key, cells in self._how.items()}
        return later

    def estimates(self, *, of_population: bool) -> tuple[Estimate, ...]:
        """What was filled: population, or everything else."""
        return tuple(
            Estimate(
                what, method, int(cells.sum()), spans([self.years[y] for y in np.flatnonzero(cells.any(1))])
            )
            for (what, method), cells in self._how.items()
            if cells.any() and (what == "population") is of_population
        )
