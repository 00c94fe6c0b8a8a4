"""A whole projection: sums, balance, draws and determinism on small countries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contract.schedules import schedules_for
from foresight.cohorts import AGES, EVENTS, FEMALE, MALE, AgeTables, EventTotals, InputError, Inputs
from foresight.panel import OfficialVintage
from foresight.project import Projection
from foresight.project import project as project_with
from foresight.rates import estimate_rates
from foresight.service_need import SCHEMES

FINLAND_2018 = schedules_for(2018)
NO_DRIFT = ((0.0, 0.0), (100.0, 0.0))
STEADY = replace(FINLAND_2018, mortality_drift=(NO_DRIFT, NO_DRIFT))
project = partial(project_with, schedules=FINLAND_2018)
UNIONS = {"SSS": ["001", "002", "003", "rest"], "pair": ["001", "002"], "rest": ["rest"]}
TOTAL = [group.scheme for group in SCHEMES].index("total")
Builder = Callable[..., Inputs]
Closed = Callable[[int], Any]


@pytest.fixture(scope="module")
def projection(moving_country: Builder) -> Projection:
    return project(moving_country(1), horizon=12, draws=40, seed=7, unions=UNIONS)


def test_means_of_areas_sum_exactly_to_the_country_in_every_group_and_year(projection: Projection) -> None:
    country = projection.by_aggregate.mean[:, projection.aggregates.index("SSS")]
    assert np.abs(projection.by_group.mean.sum(axis=1) - country).max() < 1e-6


def test_means_by_age_sum_exactly_to_their_groups(projection: Projection) -> None:
    people = projection.by_age.mean.sum(axis=(2, 3))
    assert np.abs(people - projection.by_group.mean[:, :, TOTAL]).max() < 1e-6


def test_groups_of_one_scheme_sum_to_the_total(projection: Projection) -> None:
    for scheme in ("service", "report", "broad"):
        parts = [k for k, group in enumerate(projection.groups) if group.scheme == scheme]
        gap = projection.by_group.mean[:, :, parts].sum(axis=2) - projection.by_group.mean[:, :, TOTAL]
        assert np.abs(gap).max() < 1e-6


def test_bands_are_ordered_and_never_negative(projection: Projection) -> None:
    for bands in (projection.by_age, projection.by_group, projection.by_aggregate):
        assert (bands.p10 >= 0).all()
        assert (bands.p10 <= bands.p50).all()
        assert (bands.p50 <= bands.p90).all()


def test_the_band_of_a_union_is_narrower_than_the_sum_of_its_parts_bands(projection: Projection) -> None:
    width = (projection.by_group.p90 - projection.by_group.p10)[0, :2, TOTAL].sum()
    pair = projection.aggregates.index("pair")
    joint = (projection.by_aggregate.p90 - projection.by_aggregate.p10)[0, pair, TOTAL]
    assert joint < width


def test_a_union_of_one_area_has_that_areas_band(projection: Projection) -> None:
    rest = projection.aggregates.index("rest")
    own = projection.areas.index("rest")
    assert np.allclose(projection.by_aggregate.p90[:, rest], projection.by_group.p90[:, own], atol=0.011)


def test_bands_widen_with_the_horizon(projection: Projection) -> None:
    width = projection.by_group.p90[:, :, TOTAL] - projection.by_group.p10[:, :, TOTAL]
    assert (width[-1] > 1.5 * width[0]).all()


def test_the_smallest_area_has_a_wider_band_for_its_size_than_the_largest(projection: Projection) -> None:
    relative = (projection.by_group.p90 - projection.by_group.p10)[0, :, TOTAL] / projection.by_group.mean[
        0, :, TOTAL
    ]
    assert relative[0] > relative[3]


def test_the_mean_of_draws_stays_close_to_the_expected_path(projection: Projection) -> None:
    expected = projection.expected.sum(axis=(2, 3))
    assert projection.by_group.mean[:, :, TOTAL] == pytest.approx(expected, rel=0.02)


def test_moves_between_areas_net_to_zero_at_every_sex_and_age(projection: Projection) -> None:
    for flows in projection.flows:
        assert np.abs((flows.moved_in - flows.moved_out).sum(axis=0)).max() < 1e-6


def test_the_country_changes_by_births_deaths_and_moves_across_the_border_only(
    projection: Projection,
) -> None:
    people = projection.expected.sum(axis=(1, 2, 3))
    for year, flows in enumerate(projection.flows[1:], start=1):
        change = flows.births.sum() - flows.deaths.sum() + flows.immigration.sum() - flows.emigration.sum()
        assert people[year] - people[year - 1] == pytest.approx(change, abs=1e-6)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 10_000), scale=st.floats(0.02, 5))
def test_whatever_the_country_every_step_balances_and_no_cell_is_negative(
    moving_country: Builder, seed: int, scale: float
) -> None:
    projected = project(moving_country(seed, scale), horizon=4, draws=6, seed=seed)
    assert (projected.expected >= 0).all()
    assert np.isfinite(projected.by_age.mean).all()


def test_the_same_seed_gives_the_same_figures(moving_country: Builder) -> None:
    one, other = (project(moving_country(3), horizon=2, draws=10, seed=5) for _ in range(2))
    assert np.array_equal(one.by_age.p90, other.by_age.p90)
    assert np.array_equal(one.national.births, other.national.births)


def test_another_seed_changes_bands_but_not_the_expected_path(moving_country: Builder) -> None:
    one, other = (project(moving_country(3), horizon=2, draws=10, seed=seed) for seed in (5, 6))
    assert not np.array_equal(one.by_age.p90, other.by_age.p90)
    assert np.array_equal(one.expected, other.expected)


def test_national_factors_average_one_in_every_year(projection: Projection) -> None:
    for name in ("births", "mortality", "immigration", "emigration"):
        assert getattr(projection.national, name).mean(axis=1) == pytest.approx(np.ones(12))


def test_a_closed_country_with_known_rates_stays_on_its_own_path(closed_country: Closed) -> None:
    known = closed_country(8).inputs(tables=3)
    truth = closed_country(13).population[8:]
    projected = project(known, horizon=5, draws=2, seed=1, schedules=STEADY)
    assert projected.expected == pytest.approx(truth, rel=5e-3)


def test_nobody_moves_where_nobody_has_moved(closed_country: Closed) -> None:
    projected = project(closed_country(8).inputs(tables=3), horizon=3, draws=4, seed=1)
    for flows in projected.flows:
        assert not flows.moved_in.any()
        assert not flows.immigration.any()


@pytest.mark.parametrize(("horizon", "draws"), [(0, 10), (5, 0), (5, 7)])
def test_a_horizon_or_number_of_draws_that_cannot_be_is_refused(
    moving_country: Builder, horizon: int, draws: int
) -> None:
    with pytest.raises(InputError, match="even number of draws"):
        project(moving_country(1), horizon=horizon, draws=draws, seed=1)


def test_a_union_with_an_unknown_member_is_refused_by_name(moving_country: Builder) -> None:
    with pytest.raises(InputError, match="MK99 has members that are not projected: \\['777'\\]"):
        project(moving_country(1), horizon=1, draws=2, seed=1, unions={"MK99": ["001", "777"]})


def _only(inputs: Inputs, areas: list[int], **changed: np.ndarray) -> Inputs:
    """The chosen areas of `inputs`, some of their events replaced."""
    tables, events = inputs.tables, inputs.events
    kept = {name: changed.get(name, getattr(events, name)[:, areas]) for name in EVENTS}
    names = tuple(inputs.areas[i] for i in areas)
    return Inputs(
        AgeTables(names, tables.years, tables.population[:, areas]), EventTotals(names, events.years, **kept)
    )


def _with_tables(inputs: Inputs, population: np.ndarray, **changed: np.ndarray) -> Inputs:
    """`inputs` with other age tables, totals of their years following them, and some events replaced."""
    events = {name: getattr(inputs.events, name).copy() for name in EVENTS} | changed
    events["population"][-len(population) :] = population.sum(axis=(2, 3))
    return Inputs(
        AgeTables(inputs.areas, inputs.tables.years, population),
        EventTotals(inputs.areas, inputs.events.years, **events),
    )


def test_known_rates_of_six_municipalities_are_recovered(six_municipalities: Any) -> None:
    rates = estimate_rates(six_municipalities.inputs(3, 2018), STEADY)
    true = six_municipalities.rates
    fertility = rates.fertility[:, 30] / true.fertility[:, 30]
    assert fertility[1:] == pytest.approx(np.ones(5), abs=0.015)
    # the village's births are few, so its high level is drawn to the common one
    assert 1 / 1.3 < fertility[0] < 1.0
    assert rates.hazard[:, :, 80] / true.hazard[:, :, 80] == pytest.approx(np.ones((6, 2)), abs=0.015)
    leaving = (rates.internal.out_rate / true.out_rate)[2:, :, 20:40]
    assert leaving.mean(axis=(1, 2)) == pytest.approx(np.ones(4), abs=0.06)


def test_a_system_with_known_rates_stays_on_its_own_path(six_municipalities: Any) -> None:
    known, truth = six_municipalities.inputs(3, 2018), np.stack(six_municipalities.population[29:])
    projected = project(known, horizon=10, draws=2, seed=1, schedules=STEADY)
    error = projected.expected.sum(axis=(2, 3)) / truth[:10].sum(axis=(2, 3)) - 1
    assert np.abs(error[0]).max() < 5e-4
    assert np.abs(error[4]).max() < 3e-3
    assert np.abs(error[9]).max() < 9e-3
    by_age = [
        np.abs(
            projected.expected[4, :, :, ages].sum(axis=(0, 2)) / truth[4, :, :, ages].sum(axis=(0, 2)) - 1
        ).max()
        for ages in (slice(7, 16), slice(30, 65), slice(65, 75), slice(75, 85), slice(85, AGES))
    ]
    assert max(by_age) < 0.015


def test_without_births_deaths_and_moves_everybody_is_as_many_years_older(closed_country: Closed) -> None:
    country = closed_country(8).inputs(tables=1)
    nothing = {name: np.zeros((7, 4)) for name in EVENTS if name != "population"}
    same = np.tile(country.base.sum(axis=(1, 2)), (7, 1))
    known = _only(country, [0, 1, 2, 3], **nothing, population=same)
    projected = project(known, horizon=3, draws=2, seed=1, schedules=STEADY)
    assert projected.expected[2, :, :, 3:-1] == pytest.approx(known.base[:, :, :-4], rel=1e-5)
    assert projected.expected[2, :, :, -1] == pytest.approx(known.base[:, :, -4:].sum(axis=2), rel=1e-5)
    assert not projected.expected[2, :, :, :3].any()


def test_sexes_alike_in_everything_stay_alike(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(2, 2018)
    alike = np.repeat(known.tables.population.mean(axis=2, keepdims=True), 2, axis=2)
    schedules = replace(STEADY, mortality=(FINLAND_2018.mortality[FEMALE],) * 2, share_of_boys=0.5)
    projected = project(_with_tables(known, alike), horizon=8, draws=2, seed=1, schedules=schedules)
    assert projected.expected[:, :, MALE] == pytest.approx(projected.expected[:, :, FEMALE])


def test_one_area_alone_has_no_moves_within_and_its_whole_population_in_its_share(
    six_municipalities: Any,
) -> None:
    nobody = np.zeros((28, 1))
    known = six_municipalities.inputs(3, 2018)
    moved = {
        to: getattr(known.events, to)[:, :1] + getattr(known.events, of)[:, :1]
        for to, of in (("immigration", "in_migration"), ("emigration", "out_migration"))
    }
    alone = _only(known, [0], in_migration=nobody, out_migration=nobody, **moved)
    projected = project(alone, horizon=40, draws=100, seed=1)
    assert projected.totals.share == pytest.approx(np.ones((40, 1)))
    for flows in projected.flows:
        assert not flows.internal.any()
    assert (projected.by_age.p10 >= 0).all()
    assert projected.expected[9].sum() == pytest.approx(alone.base.sum(), rel=0.1)


def test_two_areas_exchange_people_between_themselves(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(3, 2018)
    out = known.events.out_migration[:, [0, 5]]
    pair = _only(known, [0, 5], in_migration=out[:, ::-1], out_migration=out)
    projected = project(pair, horizon=5, draws=4, seed=1)
    for flows in projected.flows:
        assert flows.moved_in.sum() > 0
        assert flows.moved_in.sum(axis=0) == pytest.approx(flows.moved_out.sum(axis=0))


def test_villages_with_nobody_at_many_ages_are_projected_for_forty_years() -> None:
    rng = np.random.default_rng(1)
    shape = np.exp(-((np.arange(AGES) - 45) ** 2) / 1500.0)
    population = rng.poisson(0.3 * shape * np.array([1.0, 0.6, 0.2])[:, None, None], (1, 3, 2, AGES)) * 1.0
    assert (population.sum(axis=1) == 0).mean() > 0.3
    people = np.tile(population.sum(axis=(2, 3)), (6, 1))
    counted = {name: rng.poisson(0.012 * people) * 1.0 for name in EVENTS}
    counted["in_migration"] = counted["out_migration"][:, ::-1]
    counted["population"] = people
    known = Inputs(
        AgeTables(("a", "b", "c"), (2018,), population),
        EventTotals(("a", "b", "c"), tuple(range(2013, 2019)), **counted),
    )
    projected = project(known, horizon=40, draws=50, seed=1)
    assert np.isfinite(projected.by_age.mean).all()
    assert (projected.expected >= 0).all()


def test_an_area_where_nobody_lives_stays_empty(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(3, 2018)
    empty = {name: getattr(known.events, name).copy() for name in EVENTS}
    for counted in empty.values():
        counted[:, 0] = 0.0
    population = known.tables.population.copy()
    population[:, 0] = 0.0
    del empty["population"]
    projected = project(_with_tables(known, population, **empty), horizon=20, draws=4, seed=1)
    assert projected.expected[:, 0].sum() < 1e-3
    assert np.isfinite(projected.by_age.mean).all()


@pytest.mark.parametrize("name", [name for name in EVENTS if name != "population"])
def test_a_kind_of_event_that_nobody_ever_counted_gives_numbers(six_municipalities: Any, name: str) -> None:
    known = six_municipalities.inputs(1, 2018)
    none = replace(known.events, **{name: np.zeros_like(known.events.births)})
    projected = project(Inputs(known.tables, none), horizon=3, draws=4, seed=1)
    assert np.isfinite(projected.by_age.mean).all()


@pytest.mark.parametrize("back", [1, 3])
def test_a_year_in_which_no_child_was_born_gives_numbers(six_municipalities: Any, back: int) -> None:
    known = six_municipalities.inputs(2, 2018)
    births = known.events.births.copy()
    births[-back] = 0.0
    projected = project(
        Inputs(known.tables, replace(known.events, births=births)), horizon=3, draws=4, seed=1
    )
    assert np.isfinite(projected.by_age.mean).all()
    assert projected.rates.fertility_change == 0.0 or back == 3


def test_a_country_without_women_of_bearing_age_gives_numbers(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(1, 2018)
    population = known.tables.population.copy()
    population[:, :, FEMALE, 10:50] = 0.0
    projected = project(_with_tables(known, population), horizon=3, draws=4, seed=1)
    assert np.isfinite(projected.by_age.mean).all()


@pytest.mark.parametrize("years", [1, 2, 4])
def test_one_table_and_events_of_few_years_are_enough(six_municipalities: Any, years: int) -> None:
    known = six_municipalities.inputs(1, 2018)
    few = Inputs(known.tables, known.events.last(years))
    projected = project(few, horizon=5, draws=4, seed=1)
    assert np.isfinite(projected.by_age.mean).all()
    truth = six_municipalities.population[29].sum(axis=(1, 2))
    assert projected.expected[0].sum(axis=(1, 2)) == pytest.approx(truth, rel=0.01)


def test_longer_totals_than_the_events_own_tell_the_shares(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(2, 2018)
    long = np.stack([people.sum(axis=(1, 2)) for people in six_municipalities.population[:29]])
    few = Inputs(known.tables, known.events.last(5))
    without, longer = (
        project(few, horizon=6, draws=4, seed=1, totals_history=history) for history in (None, long)
    )
    assert without.totals.scored_origins == 0
    assert longer.totals.scored_origins == 15
    shares = longer.expected.sum(axis=(2, 3))
    shares /= shares.sum(axis=1, keepdims=True)
    assert shares == pytest.approx(longer.totals.share, rel=1e-3)
    assert not np.allclose(without.expected, longer.expected, rtol=1e-5)


def test_the_official_projection_is_joined_from_its_first_year_to_its_last(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(1, 2018)
    published = np.stack([1.3 * people.sum(axis=1) for people in six_municipalities.population[28:32]])
    published[1:, :, 40:60] *= 1.2 ** np.arange(1, 4)[:, None, None]
    office = OfficialVintage("2019", "2019-09-30", (2018, 2019, 2020, 2021), published)
    own, joined = (project(known, horizon=5, draws=4, seed=1, official=vintage) for vintage in (None, office))
    more = joined.expected.sum(axis=2) / own.expected.sum(axis=2)
    # the level 1.3 is not taken over, the rise by a fifth is, as far as the office weighs
    assert more[0, :, 50] == pytest.approx(np.full(6, 1.1), rel=0.01)
    assert more[2, :, 50] == pytest.approx(np.full(6, 1.1**3), rel=0.02)
    assert more[4, :, 55] == pytest.approx(np.full(6, 1.1**3), rel=0.03)
    assert more[0, :, 80] == pytest.approx(np.ones(6), rel=0.01)


def test_an_office_that_says_nothing_changes_nothing(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(2, 2018)
    silent = OfficialVintage("2019", "2019-09-30", (2019, 2020), np.full((2, 6, AGES), np.nan))
    late = OfficialVintage("2024", "2024-10-24", (2030, 2031), np.ones((2, 6, AGES)))
    own, *others = (
        project(known, horizon=2, draws=4, seed=1, official=vintage) for vintage in (None, silent, late)
    )
    for other in others:
        assert np.array_equal(own.expected, other.expected)
        assert np.array_equal(own.by_age.p90, other.by_age.p90)


def test_schedules_from_the_future_are_refused(six_municipalities: Any) -> None:
    with pytest.raises(InputError, match="finland_2020 rest on 2020, later than the base year 2018"):
        project(six_municipalities.inputs(1, 2018), horizon=1, draws=2, seed=1, schedules=schedules_for(2020))


@settings(max_examples=6, deadline=None)
@given(times=st.floats(1.0, 50.0))
def test_a_closed_country_whose_areas_are_alike_is_projected_in_proportion(
    closed_country: Closed, times: float
) -> None:
    """Nothing is shrunk where areas do not differ; only the trust in a change of births knows the size."""
    known = closed_country(8).inputs(tables=3)
    larger = Inputs(
        AgeTables(known.areas, known.tables.years, times * known.tables.population),
        replace(known.events, **{name: times * getattr(known.events, name) for name in EVENTS}),
    )
    one, many = (
        project(inputs, horizon=4, draws=2, seed=1, schedules=STEADY).expected for inputs in (known, larger)
    )
    assert many[:, :, :, 4:] == pytest.approx(times * one[:, :, :, 4:], rel=1e-9)
    assert many[:, :, :, :4] == pytest.approx(times * one[:, :, :, :4], rel=2e-3)
