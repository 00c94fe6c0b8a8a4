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
from foresight.cohorts import InputError, Inputs
from foresight.project import Projection
from foresight.project import project as project_with
from foresight.service_need import SCHEMES

FINLAND_2018 = schedules_for(2018)
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
    no_drift = ((0.0, 0.0), (100.0, 0.0))
    steady = replace(FINLAND_2018, mortality_drift=(no_drift, no_drift))
    projected = project(known, horizon=5, draws=2, seed=1, schedules=steady)
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
