"""What the engine is given: population by area, sex and age, and the yearly totals of events.

Conventions, named once. Population stands on 31 December. Events of year t happen between
31 December t−1 and 31 December t and are counted on the borders of the tables. Age is completed
years on 31 December; the oldest age is open. Sexes are indexed `MALE, FEMALE`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]

SEXES = ("male", "female")
MALE, FEMALE = 0, 1
OLDEST_AGE = 100
AGES = OLDEST_AGE + 1

EVENTS = ("births", "deaths", "in_migration", "out_migration", "immigration", "emigration", "population")

SIZE_CLASS_STARTS = (0, 2_000, 5_000, 10_000, 20_000, 50_000)
"""Inhabitants from which each size class begins (foresight.md A7)."""


class InputError(ValueError):
    """The figures given cannot be projected; the message names the offending areas and years."""


def _refuse(bad: NDArray[np.bool_], areas: Sequence[str], years: Sequence[int], what: str) -> None:
    """Raise: InputError naming up to five `(year, area)` pairs of `bad[year, area]`."""
    if bad.any():
        places = [f"{years[y]}/{areas[i]}" for y, i in zip(*np.nonzero(bad), strict=True)]
        more = f" and {len(places) - 5} more" if len(places) > 5 else ""
        raise InputError(f"{what} in {', '.join(places[:5])}{more}; expected finite counts of zero or more")


def _not_a_count(values: Array) -> NDArray[np.bool_]:
    return ~np.isfinite(values) | (values < 0)


@dataclass(frozen=True)
class AgeTables:
    """Population on 31 December: `population[year, area, sex, age]`, years ascending."""

    areas: tuple[str, ...]
    years: tuple[int, ...]
    population: Array

    def __post_init__(self) -> None:
        expected = (len(self.years), len(self.areas), len(SEXES), AGES)
        if self.population.shape != expected:
            raise InputError(f"age tables have shape {self.population.shape}; expected {expected}")
        if not self.years or list(self.years) != sorted(set(self.years)):
            raise InputError(f"years of the age tables are {self.years}; expected at least one, ascending")
        if len(set(self.areas)) != len(self.areas):
            raise InputError(f"an area stands twice among {self.areas}")
        bad = np.asarray(_not_a_count(self.population).any(axis=(2, 3)))
        _refuse(bad, self.areas, self.years, "population by age is negative or missing")

    @property
    def base_year(self) -> int:
        """The newest year: the jump-off."""
        return self.years[-1]

    def transitions(self) -> tuple[int, ...]:
        """Positions of tables whose next table is one year later."""
        return tuple(k for k in range(len(self.years) - 1) if self.years[k + 1] == self.years[k] + 1)


@dataclass(frozen=True)
class EventTotals:
    """Counts of the year without age: one array `[year, area]` for each name in `EVENTS`.

    `in_migration` and `out_migration` are moves between the areas' municipalities; `population`
    is that of 31 December.
    """

    areas: tuple[str, ...]
    years: tuple[int, ...]
    births: Array
    deaths: Array
    in_migration: Array
    out_migration: Array
    immigration: Array
    emigration: Array
    population: Array

    def __post_init__(self) -> None:
        if not self.years or list(self.years) != list(range(self.years[0], self.years[0] + len(self.years))):
            raise InputError(f"years of the event totals are {self.years}; expected consecutive years")
        for name in EVENTS:
            values: Array = getattr(self, name)
            if values.shape != (len(self.years), len(self.areas)):
                raise InputError(
                    f"{name} has shape {values.shape}; expected {(len(self.years), len(self.areas))}"
                )
            _refuse(_not_a_count(values), self.areas, self.years, f"{name} is negative or missing")

    def last(self, years: int) -> EventTotals:
        """The newest `years` years (all of them when fewer exist)."""
        return self._pick(slice(-years, None))

    def until(self, year: int) -> EventTotals:
        """The years up to `year`. Raises: InputError without that year."""
        if year not in self.years:
            raise InputError(f"no events for {year}; there are {self.years[0]}–{self.years[-1]}")
        return self._pick(slice(None, self.years.index(year) + 1))

    def _pick(self, part: slice) -> EventTotals:
        return replace(self, years=self.years[part], **{name: getattr(self, name)[part] for name in EVENTS})


@dataclass(frozen=True)
class Inputs:
    """Everything a projection may know; areas together are the whole country.

    The base year is the newest age table's. Raises: InputError when the two sources disagree about
    areas or about the population of the base year.
    """

    tables: AgeTables
    events: EventTotals

    def __post_init__(self) -> None:
        if self.tables.areas != self.events.areas:
            only = set(self.tables.areas) ^ set(self.events.areas)
            raise InputError(f"age tables and events differ in areas or their order: {sorted(only)[:10]}")
        if self.events.years[-1] != self.tables.base_year:
            raise InputError(
                f"events end in {self.events.years[-1]}, age tables in {self.tables.base_year}; "
                "expected the same year"
            )
        by_age = self.tables.population[-1].sum(axis=(1, 2))
        off = np.abs(by_age - self.events.population[-1]) > 0.5
        if off.any():
            i = int(np.argmax(off))
            raise InputError(
                f"{self.areas[i]} {self.base_year}: ages sum to {by_age[i]:.0f}, "
                f"the event table says {self.events.population[-1, i]:.0f}; load both from one release"
            )

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes in the order of every array."""
        return self.tables.areas

    @property
    def base_year(self) -> int:
        """The newest year with an age table."""
        return self.tables.base_year

    @property
    def base(self) -> Array:
        """Population of the base year, `[area, sex, age]`."""
        newest: Array = self.tables.population[-1]
        return newest

    def until(self, year: int) -> Inputs:
        """The same inputs as they were known at the end of `year`. Raises: InputError without that year."""
        if year not in self.tables.years or year not in self.events.years:
            raise InputError(f"no age table or events for {year}; tables {self.tables.years}")
        tables = self.tables.years.index(year) + 1
        return Inputs(
            AgeTables(self.areas, self.tables.years[:tables], self.tables.population[:tables]),
            self.events.until(year),
        )


def size_class(population: Array) -> NDArray[np.intp]:
    """Position of each population in `SIZE_CLASS_STARTS`.

    >>> size_class(np.array([700.0, 2000.0, 60000.0]))
    array([0, 1, 5])
    """
    return np.searchsorted(np.asarray(SIZE_CLASS_STARTS), population, side="right") - 1
