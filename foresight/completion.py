"""From a panel with gaps to complete inputs: every gap filled by a named method, and said.

Which method fills what, in which order and why: docs/methods/missing_detail.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.age_detail import unfold, with_sexes
from foresight.cohorts import EVENTS, OLDEST_AGE, AgeTables, Array, EventTotals, InputError, Inputs
from foresight.ledger import SIGNS, Estimate, Ledger, spans
from foresight.moves_gaps import close_moves, fill_moves
from foresight.natural_gaps import fill_births, fill_deaths
from foresight.panel import Panel, first_of, without_table
from foresight.schedules import Schedules

AGREEMENT = 0.01
"""Sum of ages and population of the event table may differ by this share; beyond it the two do not belong
together (other borders, another date, thousands)."""
BALANCE = 0.01
"""Population may differ by this share from what the year before and all events of the year lead to."""
RECENT_YEARS = 10
"""Years before the base year whose events are estimated even where only population is known."""
SUPPORT = 0.5
"""An older year joins when at least this share of the areas counted births, deaths or moves in it; as many
must know their population for the others to grow like them."""


@dataclass(frozen=True)
class Imbalance:
    """A year of an area whose complete events miss its population: by how many people it is larger."""

    year: int
    area: str
    people: float


@dataclass(frozen=True)
class Completed:
    """Complete inputs, everything that was estimated for them, and the whole history of totals.

    `totals[year, area]` is population on 31 December of `totals_years`, known or derived from events,
    NaN where neither; it may reach further back than `inputs` and may leave out years.
    `imbalances`: where figures given, none of them estimated, differ by more than `BALANCE`, widest first.
    """

    inputs: Inputs
    notes: tuple[Estimate, ...]
    totals_years: tuple[int, ...]
    totals: Array
    imbalances: tuple[Imbalance, ...] = ()

    def history(self) -> Array:
        """Population of consecutive years up to the base year, all areas, `[year, area]`, at least two rows.

        The newest unbroken rows of `totals`; where the events reach as far back, those of the events and
        the year before them by their balance.
        """
        broken = np.flatnonzero(np.isnan(self.totals).any(axis=1))
        known = self.totals[broken[-1] + 1 :] if len(broken) else self.totals
        events = self.inputs.events
        if len(known) > len(events.years):
            return known
        happened = sum(sign * getattr(events, flow)[0] for flow, sign in SIGNS.items())
        return np.concatenate([np.maximum(events.population[:1] - happened, 0.0), events.population])


def complete(panel: Panel, base_year: int, schedules: Schedules) -> Completed:
    """Inputs of a projection from `base_year`, from nothing later than it.

    Raises: InputError naming the areas without an age table of the base year, or the years and areas in
    which ages and event table are too far apart.
    """
    panel = panel.until(base_year)
    _require_base(panel, base_year)
    tables, notes = _tables(panel, schedules)
    given = ~without_table(panel.both)
    whole = given.all(axis=1)
    kept = np.flatnonzero(whole)
    if len(kept) < len(panel.years):
        dropped = [panel.years[k] for k in np.flatnonzero(~whole)]
        notes.append(Estimate("age tables", "dropped", int(given[~whole].sum()), spans(dropped)))
    used = AgeTables(panel.areas, tuple(panel.years[k] for k in kept), tables[kept])
    ledger = _ledger(panel, notes)
    imbalances = _imbalances(ledger, panel.areas)
    ledger.derive_population()
    totals, years = ledger.values["population"], ledger.years
    known = int(np.flatnonzero(np.isfinite(totals).any(axis=1))[0])
    ledger.guess_population(SUPPORT)
    notes.extend(ledger.estimates(of_population=True))
    ledger = ledger.since(_first_year(ledger, used.years))
    _fill_events(ledger, used, dict(zip(panel.years, tables, strict=True)), schedules)
    notes.extend(ledger.estimates(of_population=False))
    return Completed(
        Inputs(used, EventTotals(areas=panel.areas, years=tuple(ledger.years), **ledger.values)),
        tuple(notes),
        tuple(years[known:]),
        totals[known:],
        imbalances,
    )


def _require_base(panel: Panel, base_year: int) -> None:
    if base_year not in panel.years:
        last = f"the newest before it is of {panel.years[-1]}" if panel.years else "there is none before it"
        raise InputError(f"base year absent: no area has an age table of {base_year}; {last}")
    without = without_table(panel.both)[-1]
    if without.any():
        raise InputError(
            f"base year absent: {first_of(without, panel.areas)} without an age table of {base_year}; "
            "give one for every area or leave the area out"
        )


def _tables(panel: Panel, schedules: Schedules) -> tuple[Array, list[Estimate]]:
    """Every table `[year, area, sex, age]` at ages 0–100 with sexes, and what had to be estimated."""
    population, by_others, by_schedule = with_sexes(panel, schedules)
    notes = [
        Estimate("sexes", method, int(cells.sum()))
        for method, cells in (("sexes_of_others", by_others), ("sexes_of_schedule", by_schedule))
        if cells.any()
    ]
    if panel.oldest_age < OLDEST_AGE:
        given = int((~without_table(panel.both)).sum())
        notes.append(Estimate(f"ages from {panel.oldest_age}", "open_group_spread", given))
    return unfold(population, schedules), notes


def _ledger(panel: Panel, notes: list[Estimate]) -> Ledger:
    """What was given by year and area, from the year before the first; sums of ages go before the events'."""
    first = min((*panel.years, *panel.event_years)) - 1
    ledger = Ledger(range(first, panel.years[-1] + 1), len(panel.areas))
    for position, year in enumerate(panel.event_years):
        for name in EVENTS:
            ledger.give(name, year, panel.events[name][position])
    said = ledger.values["population"].copy()
    for position, year in enumerate(panel.years):
        by_age = panel.both[position].sum(axis=1)
        ledger.give("population", year, np.where(np.isnan(by_age), said[year - first], by_age))
    off = np.asarray(np.abs(ledger.values["population"] - said))
    _require_agreement(off > np.maximum(1.0, AGREEMENT * said), ledger, said, panel.areas)
    differs = off > 0.5
    if differs.any():
        row, area = np.unravel_index(int(np.nanargmax(off)), off.shape)
        largest = f"most in {ledger.years[int(row)]}/{panel.areas[int(area)]}, by {off[row, area]:.0f}"
        notes.append(Estimate("population", "ages_over_events", int(differs.sum()), largest))
    return ledger


def _require_agreement(bad: NDArray[np.bool_], ledger: Ledger, said: Array, areas: tuple[str, ...]) -> None:
    if bad.any():
        row, area = (int(x) for x in np.argwhere(bad)[0])
        raise InputError(
            f"ages and event table differ in {first_of(bad, tuple(ledger.years), areas)}: the first has "
            f"{ledger.values['population'][row, area]:.0f} people by age and {said[row, area]:.0f} in the "
            f"event table; expected within {AGREEMENT:.0%} (same borders, same date, single persons)"
        )


def _imbalances(ledger: Ledger, areas: tuple[str, ...]) -> tuple[Imbalance, ...]:
    off = ledger.imbalance()
    people = ledger.values["population"]
    found = np.argwhere(np.abs(off) > np.maximum(1.0, BALANCE * people))
    widest = sorted(found.tolist(), key=lambda at: -abs(off[at[0], at[1]]))
    return tuple(Imbalance(ledger.years[y], areas[a], float(off[y, a])) for y, a in widest)


def _first_year(ledger: Ledger, table_years: tuple[int, ...]) -> int:
    """The first of the consecutive years up to the base year whose events can be told for every area."""
    whole = np.asarray(~ledger.missing("population").any(axis=1))
    counted = np.any([~ledger.missing(flow) for flow in SIGNS], axis=0).mean(axis=1) >= SUPPORT
    row, base = len(ledger.years) - 1, ledger.years[-1]
    while row > 1 and whole[row - 1] and whole[row - 2]:
        year = ledger.years[row - 1]
        if not (counted[row - 1] or year in table_years or year > base - RECENT_YEARS):
            break
        row -= 1
    return ledger.years[row]


def _fill_events(
    ledger: Ledger, used: AgeTables, every_table: dict[int, Array], schedules: Schedules
) -> None:
    """Births, deaths, then moves: each order takes from the balance what those before it know."""
    ledger.fill_single_gaps(("births",))
    fill_births(ledger, used, every_table, schedules)
    ledger.fill_single_gaps(("deaths",), but=ledger.filled("births", "women"))
    fill_deaths(ledger, used, schedules)
    ledger.fill_single_gaps(("in_migration", "out_migration", "immigration", "emigration"))
    fill_moves(ledger)
    close_moves(ledger)
