"""Where the width of bands comes from."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.chance import Flows, chance_scales
from foresight.cohorts import AGES, EventTotals
from foresight.growth import Growth, GrowthPrior
from foresight.migration import shift_for
from foresight.shrinkage import gamma_poisson, normal_means
from foresight.totals import trend
from foresight.uncertainty import (
    CLASS_PERSISTENCE,
    LARGEST_CHANCE,
    NationalSpread,
    antithetic,
    bounded,
    growth_errors,
    mortality_by_age,
    national_draws,
    scale_for,
    yearly_chance,
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


@pytest.mark.parametrize(
    ("component", "spread"),
    [
        ("births", (0.028, 0.097, 0.141)),
        # a winter, a level that wanders and a pace: sqrt(0.018² + h·0.015² + (0.012·h)²)
        ("mortality", (0.0263, 0.0711, 0.1303)),
        ("immigration", (0.15, 0.335, 0.474)),
        ("emigration", (0.06, 0.134, 0.190)),
    ],
)
def test_national_factors_spread_after_1_5_and_10_years_as_documented(
    component: str, spread: tuple[float, float, float]
) -> None:
    draws = getattr(national_draws(NationalSpread(), 10, 10_000, seed=1), component)
    assert np.log(draws[[0, 4, 9]]).std(axis=1) == pytest.approx(np.array(spread), rel=0.03)
    assert draws.mean(axis=1) == pytest.approx(np.ones(10))
    assert (draws > 0).all()


def test_the_mortality_factor_acts_most_on_those_aged_65_to_74_and_least_on_the_oldest() -> None:
    by_age = mortality_by_age(np.array([1.0, 1.1, 0.9]))
    assert by_age[:, 0].tolist() == [1.0] * AGES
    assert by_age[[0, 70, 75, 80, 90, 100], 1] == pytest.approx(1.1 ** np.array([1.6, 1.6, 1.3, 1, 0.6, 0.6]))
    assert by_age[80] == pytest.approx(np.array([1.0, 1.1, 0.9]))


def _growth(covariance: np.ndarray, class_error: np.ndarray, classes: np.ndarray) -> Growth:
    areas, horizon, _ = covariance.shape
    nothing = np.zeros((horizon, areas))
    prior = GrowthPrior(0.003, 0.003, 0.85, 1.0)
    return Growth(nothing[:, 0], nothing, nothing, covariance, class_error, classes, prior)


def test_misjudged_growth_varies_as_its_posterior_says_and_a_class_errs_together() -> None:
    prior = GrowthPrior(0.004, 0.006, 0.75, 1.0)
    covariance = np.stack([prior.covariance(4), 0.25 * prior.covariance(4), np.zeros((4, 4))])
    growth = _growth(covariance, np.array([0.0, 0.003]), np.array([0, 1, 1]))
    errors = growth_errors(growth, 40_000, seed=3)
    assert np.cov(errors[0]) == pytest.approx(covariance[0], rel=0.05)
    lag = np.abs(np.subtract.outer(np.arange(4), np.arange(4)))
    of_class = 0.003**2 * CLASS_PERSISTENCE**lag
    assert np.cov(errors[1]) == pytest.approx(covariance[1] + of_class, rel=0.05)
    assert np.cov(errors[2]) == pytest.approx(of_class, rel=0.05)
    together = np.cov(errors[1, 0], errors[2, 0])[0, 1]
    assert together == pytest.approx(of_class[0, 0], rel=0.1)
    assert np.abs(np.corrcoef(errors[0, 0], errors[1, 0])[0, 1]) < 0.02
    assert errors.mean(axis=2) == pytest.approx(np.zeros((3, 4)), abs=1e-8)


def test_misjudged_growth_is_the_same_for_the_same_seed_and_for_each_area_alone() -> None:
    covariance = np.stack([GrowthPrior(0.004, 0.006, 0.75, 1.0).covariance(3)] * 3)
    growth = _growth(covariance, np.array([0.001]), np.zeros(3, np.intp))
    assert np.array_equal(growth_errors(growth, 20, 5), growth_errors(growth, 20, 5))
    first = _growth(covariance[:1], np.array([0.001]), np.zeros(1, np.intp))
    assert np.array_equal(growth_errors(first, 20, 5)[0], growth_errors(growth, 20, 5)[0])


def test_a_flow_too_small_to_vary_as_it_should_varies_as_much_as_it_can() -> None:
    assert scale_for(np.array([LARGEST_CHANCE, 5.0]))[0] == scale_for(np.array([5.0]))[0]
    assert scale_for(np.array([0.0, -1e-18])).tolist() == [0.0, 0.0]


def test_chance_of_a_year_counts_births_deaths_and_moves_of_families() -> None:
    one = np.full((2, 1), 1.0)
    events = EventTotals(
        ("a",), (2019, 2020), 10 * one, 20 * one, 30 * one, 20 * one, 6 * one, 4 * one, 1_000 * one
    )
    # 10 + 20 + 1.6 · (30 + 20 + 6 + 4) persons, over 1 000²
    assert yearly_chance(events).tolist() == [pytest.approx(126e-6)]


def test_an_area_without_people_has_chance_that_is_a_number() -> None:
    nobody = np.zeros((2, 1))
    assert yearly_chance(EventTotals(("a",), (2019, 2020), *[nobody] * 7)).tolist() == [0.0]


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
