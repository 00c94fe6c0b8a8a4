"""What an area really has: age tables of some years, event totals of some years, cells missing.

`Panel` holds the figures as they were given, `NaN` where nothing was; `foresight.completion` makes
`Inputs` of it. `OfficialVintage` is somebody else's projection of the same areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, EVENTS, SEXES, Array, InputError

YOUNGEST_OPEN_AGE = 60
"""An open group must begin at this age or later: a younger one would hide people who bear and move."""

NAMED_AT_MOST = 5


def first_of(bad: NDArray[np.bool_], *labels: tuple[object, ...]) -> str:
    """The first few true cells of `bad`, each as its labels joined by `/`, and how many more there are.

    >>> first_of(np.array([[True, False], [True, True]]), (2019, 2020), ("091", "305"))
    '2019/091, 2020/091, 2020/305'
    """
    cells = np.argwhere(bad)
    named = ["/".join(str(axis[k]) for axis, k in zip(labels, cell, strict=True)) for cell in cells]
    more = f" and {len(named) - NAMED_AT_MOST} more" if len(named) > NAMED_AT_MOST else ""
    return ", ".join(named[:NAMED_AT_MOST]) + more


def without_table(by_age: Array) -> NDArray[np.bool_]:
    """Where no age is given, `[year, area]`; further axes are sex and age, or age."""
    return np.asarray(np.isnan(by_age.reshape(*by_age.shape[:2], -1)).all(axis=2))


@dataclass(frozen=True)
class Panel:
    """Figures as given. `by_sex[year, area, sex, age]` and `both[year, area, age]` are population on
    31 December at ages 0…`oldest_age` (open); `events[name][event year, area]` holds each name of `EVENTS`.

    A table is there whole or not at all: `both` is the sum where sexes are given; where only both together
    are known, `by_sex` is NaN. `parents` are what the areas belong to, None where nothing was said.
    Raises: InputError naming year and area of a negative count, a table with holes, or a shape that
    does not fit.
    """

    areas: tuple[str, ...]
    parents: tuple[str | None, ...]
    oldest_age: int
    years: tuple[int, ...]
    by_sex: Array
    both: Array
    event_years: tuple[int, ...]
    events: Mapping[str, Array]

    def __post_init__(self) -> None:
        self._check_shapes()
        tables, ages = (self.years, self.areas), range(self.oldest_age + 1)
        _refuse_negative("population", self.both, *tables, tuple(ages))
        _refuse_negative("population", self.by_sex, *tables, SEXES, tuple(ages))
        _refuse_holes(self.both, *tables)
        _refuse_holes(self.by_sex, *tables)
        for name in EVENTS:
            _refuse_negative(name, self.events[name], self.event_years, self.areas)

    def _check_shapes(self) -> None:
        if not self.areas or len(set(self.areas)) != len(self.areas):
            raise InputError(f"areas are {self.areas[:10]}; expected at least one, each once")
        if len(self.parents) != len(self.areas):
            raise InputError(f"{len(self.parents)} parents for {len(self.areas)} areas")
        if self.oldest_age < YOUNGEST_OPEN_AGE:
            raise InputError(
                f"the oldest age is {self.oldest_age}; expected single years of age and an open group at "
                f"{YOUNGEST_OPEN_AGE} or above"
            )
        for years in (self.years, self.event_years):
            if list(years) != sorted(set(years)):
                raise InputError(f"years are {years}; expected each once, ascending")
        at_ages = (len(self.years), len(self.areas), self.oldest_age + 1)
        expected = {
            "both": (self.both.shape, at_ages),
            "by_sex": (self.by_sex.shape, (*at_ages[:2], len(SEXES), at_ages[2])),
            **{name: (self.events[name].shape, (len(self.event_years), len(self.areas))) for name in EVENTS},
        }
        for name, (found, wanted) in expected.items():
            if found != wanted:
                raise InputError(f"{name} has shape {found}; expected {wanted}")

    @property
    def only_total(self) -> NDArray[np.bool_]:
        """Areas whose sexes are given in no year, `[area]`."""
        return np.asarray(without_table(self.by_sex).all(axis=0))

    @property
    def known_parents(self) -> dict[str, str]:
        """Parent of each area that has one."""
        return {
            area: parent for area, parent in zip(self.areas, self.parents, strict=True) if parent is not None
        }

    def until(self, year: int) -> Panel:
        """The same panel without anything later than `year`."""
        tables = sum(y <= year for y in self.years)
        events = sum(y <= year for y in self.event_years)
        return replace(
            self,
            years=self.years[:tables],
            by_sex=self.by_sex[:tables],
            both=self.both[:tables],
            event_years=self.event_years[:events],
            events={name: values[:events] for name, values in self.events.items()},
        )


@dataclass(frozen=True)
class OfficialVintage:
    """A published projection: `population[year, area, age]`, both sexes, ages 0–100 (open).

    `published_at` is a date such as `2019-09-30`. An area that the vintage does not hold is NaN.
    Raises: InputError naming year and area of a negative count or a table with holes.
    """

    name: str
    published_at: str
    years: tuple[int, ...]
    population: Array

    def __post_init__(self) -> None:
        if self.population.ndim != 3 or self.population.shape[::2] != (len(self.years), AGES):
            raise InputError(
                f"official projection {self.name} has shape {self.population.shape}; "
                f"expected {len(self.years)} years × areas × {AGES} ages"
            )
        areas = tuple(range(self.population.shape[1]))
        _refuse_negative(f"official projection {self.name}", self.population, self.years, areas, range(AGES))
        _refuse_holes(self.population, self.years, areas)


def _refuse_negative(what: str, values: Array, *labels: tuple[object, ...] | range) -> None:
    bad = (values < 0) | np.isinf(values)
    if bad.any():
        raise InputError(
            f"{what} is negative or infinite in {first_of(bad, *map(tuple, labels))}; "
            "expected counts of zero or more"
        )


def _refuse_holes(by_age: Array, years: tuple[int, ...], areas: tuple[object, ...]) -> None:
    some = np.isnan(by_age.reshape(*by_age.shape[:2], -1)).any(axis=2)
    bad = np.asarray(some & ~without_table(by_age))
    if bad.any():
        raise InputError(
            f"ages are missing in {first_of(bad, years, areas)}; expected every age up to the oldest"
        )
