"""What was known when: figures with the day they came out, and what of them a past projection may see.

A backtest stands on a base date, 31 December of the base year, and on an information date. Nothing of a
later year and nothing that came out after the information date leaves `History.seen`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import EVENTS, OLDEST_AGE, Array, InputError
from foresight.panel import OfficialVintage, Panel, first_of

POPULATION_PUBLISHED = (3, 31)
"""Month and day of the year after, by which Statistics Finland has published the population of 31 December
(foresight.md A8, "late March", marked M-med: from memory, to be checked against the release calendar)."""
EVENTS_PUBLISHED = (5, 31)
"""The same for births, deaths and moves of a year ("late May", marked M-med)."""
ALL_OF_A_YEAR = (12, 31)

Days = NDArray[np.datetime64]


class Protocol(StrEnum):
    """Which day a backtest looks from."""

    SAME_INFORMATION = "same information"
    """31 May of the year after the base year: the base year's figures are out, nothing newer is."""
    AS_AVAILABLE = "as available"
    """The end of that year: whatever was published in it joins, official projections too."""

    def information_date(self, base_year: int) -> date:
        """The last day whose publications are known.

        >>> Protocol.SAME_INFORMATION.information_date(2018)
        datetime.date(2019, 5, 31)
        """
        day = EVENTS_PUBLISHED if self is Protocol.SAME_INFORMATION else ALL_OF_A_YEAR
        return date(base_year + 1, *day)


def published(years: tuple[int, ...], areas: int, day: tuple[int, int]) -> Days:
    """`known_from[year, area]` of figures that come out on `day` (month, day) of the year after.

    >>> published((2018,), 1, POPULATION_PUBLISHED).tolist()
    [[datetime.date(2019, 3, 31)]]
    """
    days = np.array([date(year + 1, *day) for year in years], dtype="datetime64[D]")
    return np.asarray(np.tile(days[:, None], (1, areas)))


@dataclass(frozen=True)
class Dated:
    """`values[year, area, …]`, NaN where nothing was published, and since when each row has been known.

    `known_from[year, area]`. Raises: InputError when shapes or years do not fit.
    """

    years: tuple[int, ...]
    values: Array
    known_from: Days

    def __post_init__(self) -> None:
        if list(self.years) != sorted(set(self.years)):
            raise InputError(f"years are {self.years}; expected each once, ascending")
        if self.values.shape[:2] != self.known_from.shape or len(self.years) != len(self.values):
            raise InputError(
                f"{len(self.years)} years, values {self.values.shape}, known_from {self.known_from.shape}: "
                "expected one date for every year and area"
            )

    def seen(self, base_year: int, on: date) -> Dated:
        """Years up to `base_year` of which something was known on the day `on`; the rest is NaN."""
        known = self.known_from <= np.datetime64(on)
        spread = known.reshape(*known.shape, *([1] * (self.values.ndim - 2)))
        values = np.where(spread, self.values, np.nan)
        told = np.asarray(_told(values).any(axis=1))
        keep = [k for k, year in enumerate(self.years) if year <= base_year and told[k]]
        return Dated(tuple(self.years[k] for k in keep), values[keep], self.known_from[keep])

    def newest(self) -> date | None:
        """The latest day on which any of the values came out."""
        told = _told(self.values)
        if not told.any():
            return None
        latest: date = self.known_from[told].max().item()
        return latest

    def of(self, year: int) -> Array | None:
        """The figures of one year, `[area, …]`."""
        return self.values[self.years.index(year)] if year in self.years else None


def _told(values: Array) -> NDArray[np.bool_]:
    """Where something is given, `[year, area]`."""
    return np.asarray(np.isfinite(values).any(axis=tuple(range(2, values.ndim))))


@dataclass(frozen=True)
class Seen:
    """What was known of some areas on a day: age tables and events up to the base year, official vintages.

    `totals[year, area]` is population on 31 December of unbroken years up to the base year.
    `newest_known_from` is the latest publication among all of them.
    """

    base_year: int
    on: date
    areas: tuple[str, ...]
    parents: tuple[str | None, ...]
    tables: Dated | None
    events: Mapping[str, Dated]
    totals: Array
    vintages: tuple[OfficialVintage, ...]
    newest_known_from: date
    wider: Seen | None

    def panel(self) -> Panel:
        """Ages and events as one panel. Raises: InputError where nothing is known by age."""
        if self.tables is None or not self.tables.years:
            raise InputError(f"nothing by age was known on {self.on} for a projection from {self.base_year}")
        years = tuple(sorted({year for part in self.events.values() for year in part.years}))
        grid = {name: np.full((len(years), len(self.areas)), np.nan) for name in EVENTS}
        for name, part in self.events.items():
            grid[name][[years.index(year) for year in part.years]] = part.values
        return Panel(
            areas=self.areas,
            parents=self.parents,
            oldest_age=OLDEST_AGE,
            years=self.tables.years,
            by_sex=self.tables.values,
            both=self.tables.values.sum(axis=2),
            event_years=years,
            events=grid,
        )


@dataclass(frozen=True)
class History:
    """Everything that is there of some areas, with dates.

    `tables` are population by sex and age `[year, area, sex, age]`; `events` hold names of `EVENTS`, each
    `[year, area]`. `wider` is the history of what the areas belong to (`parents`), for opponents only.
    Areas of `not_scored` are forecast with the others (a residual) and judged by nobody.
    """

    areas: tuple[str, ...]
    parents: tuple[str | None, ...]
    tables: Dated | None
    events: Mapping[str, Dated]
    vintages: tuple[OfficialVintage, ...] = ()
    wider: History | None = None
    not_scored: frozenset[str] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        parts = {"tables": self.tables, **self.events}
        for name, part in parts.items():
            if part is not None and part.values.shape[1] != len(self.areas):
                raise InputError(f"{name} holds {part.values.shape[1]} areas; expected {len(self.areas)}")
        strange = sorted(set(self.events) - set(EVENTS))
        if strange:
            raise InputError(f"unknown events {strange}; expected some of {EVENTS}")

    def seen(self, base_year: int, on: date) -> Seen:
        """What a projection from `base_year` may know on the day `on`.

        Raises: InputError naming areas whose population of the base year was not known then.
        """
        tables = self.tables.seen(base_year, on) if self.tables else None
        events = {name: part.seen(base_year, on) for name, part in self.events.items()}
        vintages = tuple(v for v in self.vintages if date.fromisoformat(v.published_at) <= on)
        days = [part.newest() for part in (*events.values(), *([tables] if tables else []))]
        days.extend(date.fromisoformat(v.published_at) for v in vintages)
        return Seen(
            base_year,
            on,
            self.areas,
            self.parents,
            tables,
            events,
            self._totals(tables, events, base_year, on),
            vintages,
            max(day for day in days if day),
            self.wider.seen(base_year, on) if self.wider else None,
        )

    def came(self, year: int) -> tuple[Array | None, Array | None]:
        """What came in `year`: population by age of both sexes `[area, age]`, and totals `[area]`."""
        by_age = self.tables.of(year) if self.tables else None
        both = None if by_age is None else by_age.sum(axis=1)
        counted = self.events["population"].of(year) if "population" in self.events else None
        return both, counted if both is None else both.sum(axis=1)

    def _totals(self, tables: Dated | None, events: Mapping[str, Dated], base_year: int, on: date) -> Array:
        """Population `[year, area]` of the unbroken years up to the base year; tables go before events."""
        found: dict[int, Array] = {}
        if "population" in events:
            found.update(zip(events["population"].years, events["population"].values, strict=True))
        if tables is not None:
            found.update(zip(tables.years, tables.values.sum(axis=(2, 3)), strict=True))
        rows: list[Array] = []
        for year in range(base_year, min(found, default=base_year) - 1, -1):
            if year not in found or np.isnan(found[year]).any():
                break
            rows.append(found[year])
        if not rows:
            missing = np.isnan(found.get(base_year, np.full(len(self.areas), np.nan)))
            raise InputError(
                f"the population of {base_year} was not known on {on} in {first_of(missing, self.areas)}"
            )
        return np.stack(rows[::-1])
