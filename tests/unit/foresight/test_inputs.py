"""What the engine refuses, and what it may know."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import AgeTables, EventTotals, InputError, Inputs, size_class
from foresight.engine import advance
from foresight.project import project as project_with
from foresight.rates import estimate_rates

FINLAND_2018 = schedules_for(2018)
project = partial(project_with, schedules=FINLAND_2018)
Builder = Callable[..., Inputs]


def _with_population(inputs: Inputs, at: tuple[int, ...], value: float) -> AgeTables:
    population = inputs.tables.population.copy()
    population[at] = value
    return AgeTables(inputs.areas, inputs.tables.years, population)


@pytest.mark.parametrize("value", [-1.0, np.nan, np.inf])
def test_a_count_that_is_none_is_refused_with_its_year_and_area(
    moving_country: Builder, value: float
) -> None:
    with pytest.raises(InputError, match="negative or missing in 2019/002"):
        _with_population(moving_country(1), (1, 1, 0, 50), value)


def test_a_missing_event_is_refused_by_name(moving_country: Builder) -> None:
    events = moving_country(1).events
    births = events.births.copy()
    births[2, 0] = np.nan
    with pytest.raises(InputError, match="births is negative or missing in 2017/001"):
        replace(events, births=births)


def test_tables_with_other_ages_are_refused(moving_country: Builder) -> None:
    tables = moving_country(1).tables
    with pytest.raises(InputError, match=r"expected \(3, 4, 2, 101\)"):
        AgeTables(tables.areas, tables.years, tables.population[..., :90])


def test_years_with_a_gap_between_events_are_refused(moving_country: Builder) -> None:
    events = moving_country(1).events
    with pytest.raises(InputError, match="expected consecutive years"):
        replace(events, years=(2014, *events.years[1:]))


def test_tables_and_events_of_other_areas_are_refused(moving_country: Builder) -> None:
    known = moving_country(1)
    with pytest.raises(InputError, match="differ in areas"):
        Inputs(known.tables, replace(known.events, areas=("001", "002", "003", "004")))


def test_two_populations_of_one_area_and_year_are_refused(moving_country: Builder) -> None:
    known = moving_country(1)
    with pytest.raises(InputError, match="003 2020: ages sum to"):
        Inputs(_with_population(known, (2, 2, 0, 30), 1e6), known.events)


def test_until_forgets_everything_later_and_refuses_a_year_without_a_table(moving_country: Builder) -> None:
    known = moving_country(1).until(2019)
    assert known.base_year == 2019
    assert known.events.years[-1] == 2019
    with pytest.raises(InputError, match="no age table or events for 2017"):
        moving_country(1).until(2017)


def test_a_planted_future_value_changes_nothing(moving_country: Builder) -> None:
    true = moving_country(1)
    population, events = true.tables.population.copy(), true.events.births.copy()
    population[2] *= 3
    events[-1] *= 5
    totals = replace(
        true.events,
        births=events,
        population=np.concatenate([true.events.population[:-1], population[2].sum(axis=(1, 2))[None]]),
    )
    planted = Inputs(AgeTables(true.areas, true.tables.years, population), totals)
    one, other = (project(known.until(2019), horizon=2, draws=4, seed=1) for known in (true, planted))
    assert np.array_equal(one.by_age.p90, other.by_age.p90)
    assert np.array_equal(one.expected, other.expected)


@pytest.mark.parametrize("tables", [1, 2, 3])
def test_it_works_with_one_two_or_three_age_tables(moving_country: Builder, tables: int) -> None:
    known = moving_country(2)
    fewer = AgeTables(known.areas, known.tables.years[-tables:], known.tables.population[-tables:])
    rates = estimate_rates(Inputs(fewer, known.events), FINLAND_2018)
    leaving = rates.internal.out_rate
    assert ((leaving >= 0) & (leaving < 1)).all()
    assert (rates.internal.in_weight >= 0).all()


def test_counted_moves_of_each_area_are_met_by_the_first_years_rates(moving_country: Builder) -> None:
    known = moving_country(2)
    steady = 0.2 * (known.events.in_migration - known.events.out_migration)[-1]
    events = replace(known.events, in_migration=known.events.out_migration + steady)
    rates = estimate_rates(Inputs(known.tables, events), FINLAND_2018)
    moved_in = rates.internal.in_weight.sum(axis=(1, 2))
    boys = FINLAND_2018.share_of_boys
    newborns = known.events.births[-1][:, None] * np.array([boys, 1 - boys])
    cohorts = advance(known.tables.population[-2], newborns)
    left = (cohorts * rates.internal.out_rate).sum(axis=(1, 2))
    counted = events.in_migration[-1] - events.out_migration[-1]
    assert moved_in - left == pytest.approx(counted, abs=1e-3 * moved_in.max())


def test_the_schedule_rests_on_nothing_later_than_it_says() -> None:
    assert FINLAND_2018.latest_year == 2018
    assert FINLAND_2018.fertility().sum() == pytest.approx(1.0)
    assert (np.diff(FINLAND_2018.hazard()[:, 30:], axis=1) > 0).all()


def test_size_classes_begin_where_they_say() -> None:
    assert size_class(np.array([0.0, 1999.0, 2000.0, 49_999.0, 50_000.0])).tolist() == [0, 0, 1, 4, 5]


def test_event_totals_keep_their_newest_years() -> None:
    counts = np.arange(6.0).reshape(3, 2)
    events = EventTotals(("a", "b"), (2018, 2019, 2020), *[counts] * 7)
    assert events.last(2).years == (2019, 2020)
    assert events.last(2).births.tolist() == [[2.0, 3.0], [4.0, 5.0]]
