"""Means and quantiles of draws, by age, by group and over unions of areas."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import AGES, Array, Inputs
from foresight.project import project
from foresight.service_need import SCHEMES, AgeGroup, group_sums
from foresight.summary import Summary

GROUPS = (*SCHEMES, AgeGroup("school", "5-16", 5, 16))
MEMBER = np.array([[1.0, 1.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, 0.0]])


def _draws(draws: int) -> Array:
    rng = np.random.default_rng(1)
    return rng.gamma(3.0, 20.0, (3, 2, AGES, draws)).astype(np.float32)


@pytest.mark.parametrize("draws", [2, 7, 400])
def test_bands_are_the_means_and_quantiles_of_sums_made_within_draws(draws: int) -> None:
    population = _draws(draws)
    summary = Summary(2, 3, MEMBER, GROUPS)
    summary.add(1, population)
    by_group = group_sums(population.sum(axis=1, dtype=np.float64), GROUPS)
    for bands, figures in (
        (summary.by_age, population.astype(np.float64)),
        (summary.by_group, by_group),
        (summary.by_aggregate, np.einsum("ui,igk->ugk", MEMBER, by_group)),
    ):
        assert bands.mean[1] == pytest.approx(figures.mean(axis=-1), rel=1e-6, abs=1e-3)
        for share, told in ((0.1, bands.p10), (0.5, bands.p50), (0.9, bands.p90)):
            assert told[1] == pytest.approx(np.quantile(figures, share, axis=-1), rel=1e-6, abs=0.02)


def test_draws_are_left_as_they_were() -> None:
    population = _draws(8)
    before = population.copy()
    Summary(1, 3, MEMBER, GROUPS).add(0, population)
    assert np.array_equal(population, before)


def test_who_observes_is_given_every_group_in_every_draw() -> None:
    population = _draws(6)
    seen: list[tuple[int, Array]] = []
    Summary(3, 3, MEMBER, GROUPS, lambda year, draws: seen.append((year, draws))).add(2, population)
    ((year, draws),) = seen
    assert year == 2
    assert draws == pytest.approx(group_sums(population.sum(axis=1, dtype=np.float64), GROUPS), rel=1e-6)


def test_means_of_groups_are_exact_sums_of_means_by_age() -> None:
    summary = Summary(1, 3, MEMBER, GROUPS)
    summary.add(0, _draws(10))
    by_age = summary.by_age.mean[0].sum(axis=1)
    for position, group in enumerate(GROUPS):
        exact = by_age[:, group.age_from : group.age_to + 1].sum(axis=1)
        assert np.abs(summary.by_group.mean[0, :, position] - exact).max() < 1e-6


def test_without_single_ages_their_quantiles_are_left_out_and_nothing_else_changes(
    moving_country: Callable[..., Inputs],
) -> None:
    whole, groups_only = (
        project(
            moving_country(1),
            horizon=2,
            draws=10,
            seed=3,
            schedules=schedules_for(2018),
            single_ages=single_ages,
        )
        for single_ages in (True, False)
    )
    assert np.array_equal(whole.by_age.mean, groups_only.by_age.mean)
    assert np.array_equal(whole.by_group.p90, groups_only.by_group.p90)
    assert np.isnan(groups_only.by_age.p10).all()
    assert np.isfinite(whole.by_age.p10).all()
