"""Gaps are filled by the method the notes name, nothing known is touched, and nothing later is looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.age_detail import fold, stationary, unfold
from foresight.cohorts import EVENTS, FEMALE, MALE, InputError, Inputs
from foresight.completion import Completed, complete
from foresight.ledger import METHODS, SIGNS
from foresight.moves_gaps import DEFAULT_MOBILITY
from foresight.panel import Panel

BASE = 2020
FINLAND_2018 = schedules_for(2018)
FLOWS = tuple(SIGNS)


def panel_of(
    inputs: Inputs, *, tables: int = 3, without: tuple[str, ...] = (), balanced: bool = True
) -> Panel:
    """What `inputs` know, with the newest `tables` age tables and without some events.

    `balanced` makes every year's events lead from the population before to the one after.
    """
    years = inputs.events.years
    events = {name: getattr(inputs.events, name).copy() for name in EVENTS}
    if balanced:
        population = inputs.events.population
        change = np.diff(population, axis=0)
        rest = change - sum(sign * events[flow][1:] for flow, sign in SIGNS.items())
        events["immigration"][1:] += np.maximum(rest, 0.0)
        events["emigration"][1:] += np.maximum(-rest, 0.0)
    for name in without:
        events[name][:] = np.nan
    by_sex = inputs.tables.population[-tables:].copy()
    areas = inputs.areas
    return Panel(
        areas,
        (None,) * len(areas),
        100,
        inputs.tables.years[-tables:],
        by_sex,
        by_sex.sum(axis=2),
        years,
        events,
    )


def methods(completed: Completed, what: str) -> set[str]:
    return {note.method for note in completed.notes if note.what == what}


def balance(completed: Completed) -> np.ndarray:
    """What every year but the first leaves open."""
    events = completed.inputs.events
    known = sum(sign * getattr(events, flow)[1:] for flow, sign in SIGNS.items())
    return np.asarray(np.diff(events.population, axis=0) - known)


@pytest.fixture
def country(moving_country: Callable[..., Inputs]) -> Inputs:
    return moving_country(3)


def test_complete_figures_come_through_untouched(country: Inputs) -> None:
    completed = complete(panel_of(country, balanced=False), BASE, FINLAND_2018)
    assert completed.inputs.events.years == country.events.years
    for name in EVENTS:
        got, given = getattr(completed.inputs.events, name), getattr(country.events, name)
        np.testing.assert_allclose(got, given, rtol=1e-12 if name == "population" else 0.0)
    np.testing.assert_array_equal(completed.inputs.tables.population, country.tables.population)
    assert {note.what for note in completed.notes} <= {"population"}


def test_population_follows_backwards_from_events(country: Inputs) -> None:
    completed = complete(panel_of(country, tables=1, without=("population",)), BASE, FINLAND_2018)
    np.testing.assert_allclose(completed.inputs.events.population, country.events.population)
    assert methods(completed, "population") == {"events_backwards"}
    assert completed.totals_years == tuple(range(2014, BASE + 1))


def test_population_follows_forwards_where_the_year_before_is_known(country: Inputs) -> None:
    panel = panel_of(country)
    panel.events["population"][1:3] = np.nan
    panel.events["births"][3] = np.nan
    completed = complete(
        replace(panel, years=(BASE,), by_sex=panel.by_sex[-1:], both=panel.both[-1:]), BASE, FINLAND_2018
    )
    np.testing.assert_allclose(completed.inputs.events.population, country.events.population)
    assert "events_forwards" in methods(completed, "population")


@pytest.mark.parametrize("flow", FLOWS)
def test_a_flow_that_alone_is_missing_is_what_the_balance_leaves(country: Inputs, flow: str) -> None:
    panel = panel_of(country)
    expected = panel.events[flow].copy()
    panel.events[flow][2:4, 1:3] = np.nan
    completed = complete(panel, BASE, FINLAND_2018)
    np.testing.assert_allclose(getattr(completed.inputs.events, flow)[2:4, 1:3], expected[2:4, 1:3])
    assert methods(completed, flow) == {"balance"}


@pytest.mark.parametrize(
    "without",
    [
        ("in_migration", "out_migration"),
        ("immigration", "emigration"),
        ("in_migration", "immigration"),
        ("in_migration", "out_migration", "immigration", "emigration"),
        FLOWS,
    ],
)
def test_whatever_is_missing_the_balance_holds_and_nothing_is_negative(
    country: Inputs, without: tuple[str, ...]
) -> None:
    completed = complete(panel_of(country, without=without), BASE, FINLAND_2018)
    assert np.abs(balance(completed)).max() < 1e-6
    events = completed.inputs.events
    np.testing.assert_allclose(events.in_migration.sum(axis=1), events.out_migration.sum(axis=1), rtol=1e-6)
    assert all((getattr(events, flow) >= 0).all() for flow in FLOWS)
    assert {note.method for note in completed.notes} <= set(METHODS)


def test_moves_known_as_a_net_only_get_the_default_mobility_and_the_nation_s_rest_crosses_the_border(
    country: Inputs,
) -> None:
    without = ("in_migration", "out_migration", "immigration", "emigration")
    panel = panel_of(country, without=without)
    completed = complete(panel, BASE, FINLAND_2018)
    events = completed.inputs.events
    natural = events.births - events.deaths
    nation = (np.diff(events.population, axis=0) - natural[1:]).sum(axis=1)
    np.testing.assert_allclose((events.immigration - events.emigration)[1:].sum(axis=1), nation)
    gross = 0.5 * (events.in_migration + events.out_migration)
    assert (gross >= DEFAULT_MOBILITY * events.population - 1e-9).all()
    assert {"default_rate"} == methods(completed, "in_migration")
    assert {"national_residual"} == methods(completed, "net migration abroad")


def test_an_area_s_own_rate_of_other_years_comes_before_the_default(country: Inputs) -> None:
    panel = panel_of(country)
    for flow in ("in_migration", "out_migration"):
        panel.events[flow][0, 2] = np.nan
    panel.events["immigration"][0, 2] = np.nan
    completed = complete(panel, BASE, FINLAND_2018)
    assert methods(completed, "in_migration") == {"own_rate"}


def test_one_table_and_nothing_else_is_enough(country: Inputs) -> None:
    panel = panel_of(country, tables=1)
    panel = replace(panel, event_years=(), events={name: np.empty((0, 4)) for name in EVENTS})
    completed = complete(panel, BASE, FINLAND_2018)
    events = completed.inputs.events
    assert events.years == (BASE,)
    infants = country.base[:, :, 0] @ np.exp(FINLAND_2018.hazard()[:, 0])
    np.testing.assert_allclose(events.births[0], infants)
    assert methods(completed, "births") == {"age_zero"}
    assert methods(completed, "deaths") == {"hazard"}
    assert methods(completed, "net migration") == {"net_of_zero"}
    np.testing.assert_allclose(events.in_migration, events.out_migration)
    before, now = completed.history()
    np.testing.assert_allclose(now - before, (events.births - events.deaths)[0])


def test_ages_alone_tell_births_and_the_level_of_mortality(closed_country: Callable[[int], Any]) -> None:
    country = closed_country(8)
    inputs = country.inputs(8)
    panel = panel_of(inputs, tables=8, balanced=False)
    panel = replace(panel, event_years=(), events={name: np.empty((0, 4)) for name in EVENTS})
    completed = complete(panel, BASE, replace(FINLAND_2018, mortality_drift=(((0, 0.0), (100, 0.0)),) * 2))
    events = completed.inputs.events
    assert events.years == tuple(range(2014, 2021))
    np.testing.assert_allclose(events.births, inputs.events.births, rtol=0.01)
    np.testing.assert_allclose(events.deaths.sum(axis=1), inputs.events.deaths.sum(axis=1), rtol=0.01)
    assert methods(completed, "deaths") == {"hazard_at_cohorts"}


def test_births_before_the_first_table_follow_its_children(closed_country: Callable[[int], Any]) -> None:
    inputs = closed_country(8).inputs(1)
    panel = panel_of(inputs, tables=1, balanced=False, without=FLOWS)
    completed = complete(panel, BASE, FINLAND_2018)
    events = completed.inputs.events
    wanted = inputs.events.births[-len(events.years) :].sum(axis=1)
    np.testing.assert_allclose(events.births.sum(axis=1), wanted, rtol=0.01)
    assert methods(completed, "births") == {"age_zero", "women"}


def test_long_totals_are_kept_beside_inputs_that_end_where_events_end(country: Inputs) -> None:
    panel = panel_of(country)
    longer = {
        name: np.concatenate([np.full((40, 4), np.nan), values]) for name, values in panel.events.items()
    }
    longer["population"][:40] = panel.events["population"][0]
    longer["population"][5, 1] = np.nan
    completed = complete(
        replace(panel, event_years=tuple(range(1975, 2021)), events=longer), BASE, FINLAND_2018
    )
    assert completed.totals_years == tuple(range(1975, 2021))
    assert np.isnan(completed.totals).sum() == 1
    assert completed.history().shape == (40, 4)
    assert completed.inputs.events.years[0] == 2011


def test_tables_that_some_area_lacks_are_dropped_and_named(country: Inputs) -> None:
    panel = panel_of(country)
    panel.by_sex[1, 2], panel.both[1, 2] = np.nan, np.nan
    completed = complete(panel, BASE, FINLAND_2018)
    assert completed.inputs.tables.years == (2018, 2020)
    (dropped,) = [note for note in completed.notes if note.method == "dropped"]
    assert (dropped.area_years, dropped.detail) == (3, "2019")


def test_a_base_year_that_an_area_lacks_is_refused_by_name(country: Inputs) -> None:
    panel = panel_of(country)
    panel.by_sex[-1, 2], panel.both[-1, 2] = np.nan, np.nan
    with pytest.raises(InputError, match=r"base year absent: 003"):
        complete(panel, BASE, FINLAND_2018)
    with pytest.raises(InputError, match=r"base year absent: no area has an age table of 2021"):
        complete(panel, 2021, FINLAND_2018)


def test_ages_and_events_of_different_borders_are_refused_small_differences_named(country: Inputs) -> None:
    panel = panel_of(country)
    panel.events["population"][-1, 1] += 20.0
    (note,) = [n for n in complete(panel, BASE, FINLAND_2018).notes if n.method == "ages_over_events"]
    assert "2020/002, by 20" in note.detail
    panel.events["population"][-1, 1] *= 1.1
    with pytest.raises(InputError, match="2020/002"):
        complete(panel, BASE, FINLAND_2018)


def test_sexes_are_told_apart_by_the_areas_that_give_them(country: Inputs) -> None:
    panel = panel_of(country)
    panel.by_sex[:, 1] = np.nan
    completed = complete(panel, BASE, FINLAND_2018)
    assert panel.only_total.tolist() == [False, True, False, False]
    base = completed.inputs.base
    np.testing.assert_allclose(base[1].sum(axis=0), country.base[1].sum(axis=0))
    others = country.base[[0, 2, 3]].sum(axis=0)
    np.testing.assert_allclose(base[1, MALE] / base[1].sum(axis=0), others[MALE] / others.sum(axis=0))
    assert methods(completed, "sexes") == {"sexes_of_others"}


def test_sexes_that_nobody_gives_follow_the_schedules(country: Inputs) -> None:
    panel = panel_of(country)
    panel.by_sex[:] = np.nan
    base = complete(panel, BASE, FINLAND_2018).inputs.base
    assert base[:, MALE, 0].sum() / base[:, :, 0].sum() == pytest.approx(0.512, abs=0.001)
    assert (base[:, FEMALE, 90] > base[:, MALE, 90]).all()


@pytest.mark.parametrize("oldest", [85, 100, 110])
def test_the_open_group_is_spread_or_folded_and_its_sum_stays(country: Inputs, oldest: int) -> None:
    panel = panel_of(country)
    if oldest <= 100:
        by_sex = fold(panel.by_sex, oldest)
    else:
        by_sex = np.concatenate([panel.by_sex, np.ones((3, 4, 2, oldest - 100))], axis=3)
    given = replace(panel, oldest_age=oldest, by_sex=by_sex, both=by_sex.sum(axis=2))
    given.events["population"][-3:] = given.both.sum(axis=2)
    base = complete(given, BASE, FINLAND_2018).inputs.base
    assert base.shape[2] == 101
    np.testing.assert_allclose(fold(base, min(oldest, 100)), fold(by_sex, min(oldest, 100))[-1])


def test_spreading_a_stationary_population_gives_it_back() -> None:
    people = stationary(FINLAND_2018)
    np.testing.assert_allclose(unfold(fold(people, 85), FINLAND_2018), people)


def test_areas_that_are_not_a_whole_country_send_their_rest_across_the_border(country: Inputs) -> None:
    panel = panel_of(country)
    panel.events["out_migration"][:, 0] *= 3.0
    net = panel.events["in_migration"] - panel.events["out_migration"]
    abroad = panel.events["immigration"] - panel.events["emigration"]
    completed = complete(panel, BASE, FINLAND_2018)
    events = completed.inputs.events
    np.testing.assert_allclose(events.in_migration.sum(axis=1), events.out_migration.sum(axis=1))
    now = events.in_migration - events.out_migration + events.immigration - events.emigration
    np.testing.assert_allclose(now, net + abroad)
    assert "across_the_border" in methods(completed, "moves between areas")


def test_all_moves_of_a_single_area_cross_its_border(country: Inputs) -> None:
    panel = panel_of(country)
    alone = replace(
        panel,
        areas=panel.areas[:1],
        parents=(None,),
        by_sex=panel.by_sex[:, :1],
        both=panel.both[:, :1],
        events={name: values[:, :1] for name, values in panel.events.items()},
    )
    events = complete(alone, BASE, FINLAND_2018).inputs.events
    assert not events.in_migration.any() and not events.out_migration.any()
    came = alone.events["in_migration"] + alone.events["immigration"]
    np.testing.assert_allclose(events.immigration, came)


def test_an_area_without_a_past_grows_as_the_others_did(country: Inputs) -> None:
    panel = panel_of(country, tables=1)
    for name in EVENTS:
        panel.events[name][:, 1] = np.nan
    completed = complete(panel, BASE, FINLAND_2018)
    events = completed.inputs.events
    assert events.years == country.events.years
    others = [0, 2, 3]
    grown = events.population[-1, others].sum() / events.population[0, others].sum()
    assert events.population[-1, 1] / events.population[0, 1] == pytest.approx(grown)
    assert "growth_of_others" in methods(completed, "population")
    assert np.isnan(completed.totals[:-1, 1]).all()
    assert len(completed.history()) == len(events.years) + 1


def test_nothing_after_the_base_year_is_looked_at(country: Inputs) -> None:
    panel = panel_of(country)
    absurd = replace(
        panel,
        years=(*panel.years, 2025),
        by_sex=np.concatenate([panel.by_sex, 1e9 * panel.by_sex[-1:]]),
        both=np.concatenate([panel.both, 1e9 * panel.both[-1:]]),
        event_years=(*panel.event_years, 2021),
        events={name: np.concatenate([values, 1e9 + values[-1:]]) for name, values in panel.events.items()},
    )
    plain, with_future = (complete(p, BASE, FINLAND_2018) for p in (panel, absurd))
    assert plain.notes == with_future.notes
    for name in EVENTS:
        np.testing.assert_array_equal(
            getattr(plain.inputs.events, name), getattr(with_future.inputs.events, name)
        )
    np.testing.assert_array_equal(plain.totals, with_future.totals)


def test_a_panel_refuses_negative_counts_and_tables_with_holes(country: Inputs) -> None:
    panel = panel_of(country)
    changes: Mapping[str, Callable[[Panel], None]] = {
        r"population is negative.*2018/001/0": lambda p: p.both.__setitem__((0, 0, 0), -1.0),
        r"ages are missing in 2019/002": lambda p: p.both.__setitem__((1, 1, 5), np.nan),
        r"births is negative.*2015/003": lambda p: p.events["births"].__setitem__((0, 2), -2.0),
    }
    for message, change in changes.items():
        broken = replace(panel, both=panel.both.copy(), events={n: v.copy() for n, v in panel.events.items()})
        change(broken)
        with pytest.raises(InputError, match=message):
            replace(broken)
