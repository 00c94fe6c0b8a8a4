"""Where the width of bands comes from."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.chance import Flows, chance_scales
from foresight.cohorts import AGES
from foresight.migration import shift_for
from foresight.shrinkage import gamma_poisson, normal_means
from foresight.totals import trend
from foresight.uncertainty import (
    NationalSpread,
    antithetic,
    bounded,
    national_draws,
    scale_for,
)


def test_the_second_half_of_draws_mirrors_the_first() -> None:
    normal = antithetic(np.random.default_rng(1), (3,), 10)
    assert np.array_equal(normal[:, 5:], -normal[:, :5])


@pytest.mark.parametrize("variance", [0.00001, 0.001, 0.05, 0.3, 0.6])
def test_a_bounded_error_has_the_variance_it_was_asked_for(variance: float) -> None:
    normal = np.random.default_rng(1).standard_normal(200_000)
    error = bounded(scale_for(np.array(variance)) * normal)
    assert error.var() == pytest.approx(variance, rel=0.03)
    assert np.abs(error).max() < 1


def test_chance_of_a_group_of_ages_keeps_the_variance_that_single_ages_cannot_carry() -> None:
    moves = np.full((1, 2, AGES), 0.5)
    deaths = np.zeros((1, 2, AGES))
    flows = Flows(np.full((1, 2), 5.0), deaths, moves, moves, moves * 0, moves * 0)
    scales = chance_scales(flows)
    draws = np.random.default_rng(1).standard_normal((4000, 9))
    band = np.random.default_rng(2).standard_normal((4000, 1))
    error = np.tanh(
        scales.move[0, 0, 7:16] * draws + scales.move_band[0, 0, 2] / scales.move_pass[0, 0, 2] * band
    )
    # nine ages of one move each, families moving together: 2.2 times the variance of nine persons
    assert error.sum(axis=1).var() == pytest.approx(2.2 * 9, rel=0.2)


def test_national_factors_do_not_depend_on_areas_and_widen_with_the_horizon() -> None:
    draws = national_draws(NationalSpread(), 20, 400, seed=3)
    assert draws.births[-1].std() > 2 * draws.births[0].std()
    assert np.array_equal(draws.immigration, national_draws(NationalSpread(), 20, 400, seed=3).immigration)


def test_the_trend_is_linear_upwards_and_never_reaches_zero_downwards() -> None:
    forecast = trend(np.array([100.0, 100.0]), np.array([120.0, 50.0]), 5, 50)
    assert forecast[0] == 320.0
    assert 0 < forecast[1] < 1


def test_little_evidence_is_pulled_to_the_common_level_and_much_is_believed() -> None:
    rng = np.random.default_rng(2)
    truth = rng.gamma(25, 1 / 25, 300)
    expected = np.concatenate([np.full(150, 4.0), np.full(150, 4000.0)])
    level = gamma_poisson(rng.poisson(truth * expected).astype(float), expected)
    assert np.abs(level.ratio[:150] - 1).mean() < 0.1
    assert np.abs(level.ratio[150:] - truth[150:]).mean() < 0.02
    assert (level.relative_error[:150] > level.relative_error[150:]).all()


def test_areas_that_do_not_differ_beyond_chance_get_the_common_level() -> None:
    expected = np.full(50, 100.0)
    level = gamma_poisson(expected, expected)
    assert level.ratio.tolist() == [1.0] * 50
    assert level.prior_strength == float("inf")


def test_an_estimate_without_information_takes_its_groups_mean() -> None:
    estimate = np.array([1.0, 1.4, 9.0, 5.0])
    variance = np.array([0.01, 0.01, np.inf, np.inf])
    means, errors = normal_means(estimate, variance, np.array([0, 0, 0, 1]))
    assert means[2] == pytest.approx(1.2)
    assert means[3] == 0.0
    assert errors[2] > errors[0]


@pytest.mark.parametrize("net", [-9.0, -0.5, 0.0, 3.0, 500.0])
def test_the_shift_of_both_flows_meets_the_net_and_keeps_them_positive(net: float) -> None:
    shift = shift_for(np.array([net]), lambda x: 10 * np.exp(x) - 10 * np.exp(-x))
    assert (10 * np.exp(shift) - 10 * np.exp(-shift))[0] == pytest.approx(net, abs=1e-6)


def test_where_nobody_moves_no_shift_is_made() -> None:
    assert shift_for(np.array([-3.0]), lambda x: x * 0).tolist() == [0.0]
