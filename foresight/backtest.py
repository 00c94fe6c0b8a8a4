"""Forecasts from a past base year, by the engine and by its opponents, with nothing but what was known then.

What came is not given to anything here: `foresight/backtest_cells.py` holds forecasts against it afterwards.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from foresight import opponents
from foresight.cohort_floor import chance_by_age
from foresight.cohorts import Array, InputError, size_class
from foresight.completion import complete
from foresight.known import EVENTS_PUBLISHED, History, Protocol, Seen
from foresight.migration import CLUSTERING_OF_ALL
from foresight.panel import OfficialVintage
from foresight.project import project
from foresight.schedules import Schedules
from foresight.service_need import AgeGroup, group_sums
from foresight.total_bands import assumed_chance, country_ahead, draw_totals
from foresight.totals import estimate_totals

OURS = "ours"
TOTAL = AgeGroup("total", "total", 0, 100)


@dataclass(frozen=True)
class Forecasts:
    """What was foretold from one base year on one information date.

    `points[method]` are `[h, area, group]` for the years 1 … horizon after the base year, NaN where a method
    is silent; `draws[h, area, group, draw]` are ours, and so is `points[OURS]`, their mean. `chance` is the
    variance that chance alone gives `[h, area, group]`. `member` names the official vintage that took part
    in ours, `opponent` the one it is held against. `newest_known_from` is the latest publication behind ours.
    """

    run: str
    protocol: Protocol
    base_year: int
    information_date: date
    newest_known_from: date
    member: str | None
    opponent: str | None
    areas: tuple[str, ...]
    size_class: NDArray[np.intp]
    groups: tuple[AgeGroup, ...]
    points: Mapping[str, Array]
    draws: Array
    chance: Array


def forecast_by_age(
    history: History,
    base_year: int,
    protocol: Protocol,
    *,
    run: str,
    horizon: int,
    draws: int,
    seed: int,
    groups: tuple[AgeGroup, ...],
    schedules: Schedules,
    official: bool = True,
    without: Collection[str] = (),
) -> Forecasts:
    """Forecasts of age groups; `official=False` keeps official vintages out of ours whatever is known.

    `without` leaves parts of the ensemble out (foresight/project.py).
    Raises: InputError when the base year's ages or the schedules were not known on the information date.
    """
    on = protocol.information_date(base_year)
    seen = history.seen(base_year, on)
    if not official:
        seen = replace(history, vintages=()).seen(base_year, on)
    member = max(seen.vintages, key=lambda v: v.published_at, default=None)
    completed = complete(seen.panel(), base_year, schedules)
    observed: list[Array] = []
    ours = project(
        completed.inputs,
        horizon=horizon,
        draws=draws,
        seed=seed,
        groups=groups,
        schedules=schedules,
        official=member,
        totals_history=completed.history(),
        without=without,
        parents={area: p for area, p in zip(seen.areas, seen.parents, strict=True) if p is not None},
        observe=lambda _position, by_group: observed.append(by_group),
    )
    opponent = _opponent(history, base_year)
    points = _rivals_by_age(seen, completed.inputs.base, opponent, horizon, groups)
    chance = chance_by_age(ours.flows, completed.inputs.base)
    return Forecasts(
        run=run,
        protocol=protocol,
        base_year=base_year,
        information_date=on,
        newest_known_from=max(seen.newest_known_from, _known_from(schedules, on)),
        member=member.name if member else None,
        opponent=opponent.name if opponent else None,
        areas=history.areas,
        size_class=size_class(completed.inputs.base.sum(axis=(1, 2))),
        groups=groups,
        points={OURS: ours.by_group.mean, **points},
        draws=np.stack(observed),
        chance=_by_group(chance, groups),
    )


def forecast_totals(
    history: History,
    base_year: int,
    protocol: Protocol,
    *,
    run: str,
    horizon: int,
    draws: int,
    seed: int,
) -> Forecasts:
    """Forecasts of totals from a history of totals alone, with opponents of totals.

    Raises: InputError when fewer than two years of totals were known on the information date.
    """
    on = protocol.information_date(base_year)
    seen = history.seen(base_year, on)
    population = seen.totals
    if len(population) < 2:
        raise InputError(f"{len(population)} year of totals was known for {base_year}; expected at least two")
    chance = assumed_chance(
        population, {name: part.values for name, part in seen.events.items()}, CLUSTERING_OF_ALL
    )
    totals = estimate_totals(population, chance, horizon)
    expected = totals.share * country_ahead(population, totals)[:, None]
    paths = draw_totals(expected, population, totals.growth, chance, draws, seed)
    points = {OURS: expected, **_rivals_of_totals(population, horizon)}
    ahead = np.arange(1.0, horizon + 1.0)[:, None]
    return Forecasts(
        run=run,
        protocol=protocol,
        base_year=base_year,
        information_date=on,
        newest_known_from=seen.newest_known_from,
        member=None,
        opponent=None,
        areas=history.areas,
        size_class=size_class(population[-1]),
        groups=(TOTAL,),
        points={name: values[:, :, None] for name, values in points.items()},
        draws=paths[:, :, None],
        chance=(ahead * chance * expected**2)[:, :, None],
    )


def _known_from(schedules: Schedules, on: date) -> date:
    """When the newest figures behind the schedules came out. Raises: InputError when later than `on`."""
    known = date(schedules.latest_year + 1, *EVENTS_PUBLISHED)
    if known > on:
        raise InputError(f"schedules {schedules.name} were known from {known}, later than {on}")
    return known


def _opponent(history: History, base_year: int) -> OfficialVintage | None:
    """The newest official vintage of the year after the base year or earlier."""
    in_time = Protocol.AS_AVAILABLE.information_date(base_year).isoformat()
    published = [v for v in history.vintages if v.published_at <= in_time]
    return max(published, key=lambda v: v.published_at, default=None)


def _by_group(by_age: Array, groups: tuple[AgeGroup, ...]) -> Array:
    """`[h, area, group]` of `[h, area, age]`."""
    return np.stack([group_sums(year, groups) for year in by_age])


def _rivals_by_age(
    seen: Seen,
    base: Array,
    opponent: OfficialVintage | None,
    horizon: int,
    groups: tuple[AgeGroup, ...],
) -> dict[str, Array]:
    """Every opponent that the figures carry, `[h, area, group]`."""
    both = base.sum(axis=1)
    by_age = {"no change": opponents.no_change(both, horizon)}
    ratios = opponents.cohort_ratios(_unbroken_tables(seen))
    if ratios:
        by_age["hamilton-perry"] = opponents.carried_forward(base, ratios, horizon)
    of_parents = _ratios_of_parents(seen)
    if of_parents:
        by_age["ratios of the region"] = opponents.carried_forward(base, of_parents, horizon)
    if opponent:
        year = seen.base_year
        by_age["official"] = opponents.official_as_published(opponent, year, horizon)
        by_age["official rebased"] = opponents.official_rebased(opponent, year, both, horizon)
    points = {name: _by_group(values, groups) for name, values in by_age.items()}
    totals = [position for position, group in enumerate(groups) if group.scheme == "total"]
    for name, values in _rivals_of_totals(seen.totals, horizon).items():
        if name not in points:
            points[name] = np.full((horizon, len(base), len(groups)), np.nan)
            points[name][:, :, totals] = values[:, :, None]
    return points


def _rivals_of_totals(population: Array, horizon: int) -> dict[str, Array]:
    """Opponents of totals `[h, area]`."""
    rivals = {"no change": opponents.no_change(population[-1], horizon)}
    for window in opponents.TREND_WINDOWS:
        said = opponents.lin_exp(population, window, horizon)
        if said is not None:
            rivals[f"lin/exp {window}"] = said
    return rivals


def _unbroken_tables(seen: Seen) -> Array:
    """The newest whole tables one year apart, `[year, area, sex, age]`."""
    if seen.tables is None:
        return np.empty((0,))
    years, tables = seen.tables.years, seen.tables.values
    first = len(years) - 1
    while first > 0 and years[first - 1] == years[first] - 1 and np.isfinite(tables[first - 1]).all():
        first -= 1
    return tables[first:]


def _ratios_of_parents(seen: Seen) -> tuple[Array, Array] | None:
    """Plain cohort ratios of each area's parent; None where parents are not told for all."""
    if seen.wider is None or None in seen.parents:
        return None
    ratios = opponents.cohort_ratios(_unbroken_tables(seen.wider))
    if ratios is None:
        return None
    place = [seen.wider.areas.index(str(parent)) for parent in seen.parents]
    return ratios[0][place], ratios[1][place]
