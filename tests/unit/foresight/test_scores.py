"""Scores are what their formulas say, in numbers worked out by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from foresight.band_scores import (
    coverage_at,
    coverage_of_draws,
    crps,
    crps_point,
    interval_score,
    pinball,
    pit,
    reliability,
)
from foresight.noise_floor import (
    chance_variance,
    expected_absolute_error,
    noise_floor_mape,
    noise_floor_wape,
)
from foresight.score_tests import (
    bootstrap_coverage,
    bootstrap_mean,
    chi_square_tail,
    diebold_mariano,
    student_tail,
)
from foresight.scores import (
    ScoreError,
    age_structure_error,
    bias,
    coverage,
    mape,
    mdape,
    rmsle,
    shelf_life,
    skill,
    wape,
)

FORECAST = np.array([110.0, 180.0, 1000.0, 7.0])
ACTUAL = np.array([100.0, 200.0, 1000.0, 0.0])


def test_percentage_errors_of_four_areas_of_which_one_is_empty() -> None:
    assert mape(FORECAST, ACTUAL) == pytest.approx((10 + 10 + 0) / 3)
    assert mdape(FORECAST, ACTUAL) == pytest.approx(10.0)
    assert bias(FORECAST, ACTUAL) == pytest.approx(0.0)
    assert wape(FORECAST, ACTUAL) == pytest.approx(100 * 37 / 1300)


def test_rmsle_counts_ratios_and_takes_an_empty_area() -> None:
    assert rmsle(np.array([199.0, 0.0]), np.array([99.0, 0.0])) == pytest.approx(math.log(2) / math.sqrt(2))


def test_skill_is_the_share_of_the_references_error_that_is_gone() -> None:
    assert skill(0.94, 1.0) == pytest.approx(0.06)
    assert skill(1.2, 1.0) == pytest.approx(-0.2)


def test_age_structure_error_ignores_size_and_counts_those_in_the_wrong_group() -> None:
    actual = np.array([[20.0, 50.0, 30.0], [1.0, 1.0, 2.0]])
    forecast = np.array([[40.0, 100.0, 60.0], [2.0, 1.0, 1.0]])
    assert age_structure_error(forecast, actual).tolist() == pytest.approx([0.0, 25.0])


def test_shelf_life_ends_where_fewer_than_four_areas_in_five_are_within_ten_per_cent() -> None:
    came = np.full((4, 5), 100.0)
    predicted = np.array([[109.0] * 5, [110.0] * 4 + [150.0], [89.0, 89.0, 100.0, 100.0, 100.0], [100.0] * 5])
    assert shelf_life(predicted, came, [1, 3, 5, 10]) == 3
    assert shelf_life(predicted, came, [1, 3, 5, 10], share_pct=60) == 10
    assert shelf_life(predicted, came, [1, 3, 5, 10], tolerance_pct=5) == 0


def test_fair_crps_equals_the_mean_over_all_pairs_of_draws() -> None:
    draws = np.array([[4.0, 1.0, 3.0, 8.0]])
    pairs = [abs(a - b) for i, a in enumerate(draws[0]) for b in draws[0][i + 1 :]]
    expected = np.abs(draws[0] - 5).mean() - 0.5 * np.mean(pairs)
    assert crps(draws, np.array([5.0])).tolist() == pytest.approx([expected])
    assert expected == pytest.approx(2.5 - 0.5 * 22 / 6)


def test_crps_of_equal_draws_is_the_absolute_error_of_a_point() -> None:
    actual = np.array([3.0, 11.0])
    assert crps(np.full((2, 50), 7.0), actual).tolist() == crps_point(np.full(2, 7.0), actual).tolist()


def test_fair_crps_of_a_normal_has_the_known_mean_however_few_draws() -> None:
    rng = np.random.default_rng(5)
    scores = crps(rng.normal(size=(200_000, 3)), rng.normal(size=200_000))
    assert scores.mean() == pytest.approx(1 / math.sqrt(math.pi), abs=0.005)


def test_crps_is_the_mean_pinball_loss_over_all_levels_twice() -> None:
    draws, actual = np.linspace(0.0, 1.0, 1001), np.array([0.3])
    levels = (np.arange(1000) + 0.5) / 1000
    losses = [pinball(np.array([level]), actual, float(level))[0] for level in levels]
    assert crps(draws[None], actual)[0] == pytest.approx(2 * np.mean(losses), abs=1e-3)


def test_pinball_charges_the_side_that_the_level_makes_unlikely() -> None:
    assert pinball(np.array([100.0]), np.array([130.0]), 0.1).tolist() == pytest.approx([3.0])
    assert pinball(np.array([100.0]), np.array([90.0]), 0.1).tolist() == pytest.approx([9.0])


def test_winkler_score_adds_two_over_alpha_per_person_outside() -> None:
    low, high = np.array([90.0, 90.0, 90.0]), np.array([110.0, 110.0, 110.0])
    scored = interval_score(low, high, np.array([100.0, 87.0, 111.0]), 0.8)
    assert scored.tolist() == pytest.approx([20.0, 50.0, 30.0])


def test_coverage_at_a_level_takes_the_two_quantiles_that_enclose_it() -> None:
    levels = [0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975]
    quantiles = np.array([[1.0], [2.0], [3.0], [4.0], [5.0], [6.0], [7.0]]) * np.ones((1, 4))
    actual = np.array([3.5, 2.5, 6.5, 9.0])
    assert coverage_at(quantiles, levels, actual, 0.5) == 25.0
    assert coverage_at(quantiles, levels, actual, 0.8) == 50.0
    assert coverage_at(quantiles, levels, actual, 0.95) == 75.0


def test_coverage_of_draws_interpolates_as_the_published_quantiles_do() -> None:
    draws = np.tile(np.array([0.0, 10.0, 20.0, 30.0, 40.0]), (3, 1))
    assert coverage_of_draws(draws, np.array([3.9, 4.0, 36.0]), 0.8) == pytest.approx(200 / 3)


def test_pit_is_the_rank_of_the_actual_and_the_middle_of_ties() -> None:
    draws = np.array([[1.0, 2.0, 3.0, 4.0]] * 4)
    actual = np.array([0.0, 2.5, 3.0, 9.0])
    assert pit(draws, actual).tolist() == pytest.approx([0.1, 0.5, 0.6, 0.9])


def test_a_true_distribution_gives_an_even_histogram_and_a_narrow_one_a_u() -> None:
    rng = np.random.default_rng(11)
    actual = rng.poisson(6.0, 4000).astype(float)
    right = reliability(rng.poisson(6.0, (4000, 99)).astype(float), actual)
    narrow = reliability(6.0 + 0.3 * (rng.poisson(6.0, (4000, 99)) - 6.0), actual)
    assert sum(right.counts) == pytest.approx(4000)
    assert right.chi_square < 16.9
    assert narrow.counts[0] > 800 and narrow.counts[-1] > 800
    assert narrow.p_value < 1e-6


def test_reliability_in_numbers() -> None:
    draws = np.tile(np.array([1.0, 2.0, 3.0]), (4, 1))
    scored = reliability(draws, np.array([0.0, 0.0, 0.0, 9.0]), bins=4)
    assert scored.counts == pytest.approx((3.0, 0.0, 0.0, 1.0))
    assert scored.chi_square == pytest.approx(6.0)
    assert scored.p_value == pytest.approx(0.1116, abs=1e-4)


@pytest.mark.parametrize(
    ("population", "births", "age_zero", "six_year_group"),
    [(1_000, 8, 28, 7.0), (10_000, 79, 9, 2.2), (100_000, 790, 3, 0.7)],
)
def test_noise_floor_gives_the_table_of_the_science_page(
    population: int, births: int, age_zero: float, six_year_group: float
) -> None:
    floor = noise_floor_mape(np.array([births]), chance_variance(births=np.array([births])))
    assert floor == pytest.approx(age_zero, abs=0.7)
    children = np.array([0.0588 * population])
    moved = chance_variance(arrivals=0.225 * children, departures=0.225 * children, clustering=1.0)
    assert noise_floor_mape(children, moved) == pytest.approx(six_year_group, abs=0.06)


def test_families_that_move_together_raise_the_floor_of_moves_but_not_of_births() -> None:
    children = np.array([400.0])
    alone = noise_floor_mape(children, chance_variance(arrivals=np.array([90.0]), clustering=1.0))
    together = noise_floor_mape(children, chance_variance(arrivals=np.array([90.0])))
    assert together == pytest.approx(1.45 * alone)
    assert chance_variance(births=30.0).item() == 30.0


def test_binomial_departures_vary_less_than_poisson_ones() -> None:
    assert chance_variance(deaths=80.0, at_risk=100.0).item() == pytest.approx(16.0)
    assert chance_variance(deaths=80.0).item() == pytest.approx(80.0)
    assert chance_variance(deaths=0.0, at_risk=0.0).item() == 0.0


def test_no_forecast_of_true_rates_does_better_than_the_floor() -> None:
    rng = np.random.default_rng(3)
    expected = np.full(200_000, 150.0)
    came = rng.poisson(expected).astype(float)
    floor = noise_floor_wape(expected, chance_variance(births=expected))
    assert wape(expected, came) == pytest.approx(floor, rel=0.01)
    assert expected_absolute_error(150.0).item() == pytest.approx(9.772, abs=1e-3)


def test_origins_are_resampled_whole() -> None:
    # within an origin all is equal, so thirty cases say no more than the three origins do
    values, origins = np.repeat([1.0, 2.0, 6.0], 10), np.repeat([1990, 1991, 1992], 10)
    sure = bootstrap_mean(values, origins, np.random.default_rng(2))
    assert (sure.estimate, sure.origins) == (3.0, 3)
    assert (sure.low, sure.high) == (1.0, 6.0)


def test_blocks_keep_neighbouring_origins_together() -> None:
    origins = np.arange(1980, 2000)
    slow = np.repeat([0.0, 1.0], 10)
    one = bootstrap_mean(slow, origins, np.random.default_rng(2))
    five = bootstrap_mean(slow, origins, np.random.default_rng(2), block=5)
    assert one.estimate == five.estimate == 0.5
    assert five.high - five.low > 1.5 * (one.high - one.low)


def test_bootstrap_of_coverage_gives_the_same_bytes_for_the_same_seed() -> None:
    rng = np.random.default_rng(8)
    actual, origins = rng.normal(size=300), np.repeat(np.arange(1990, 2005), 20)
    low, high = np.full(300, -1.2816), np.full(300, 1.2816)
    first = bootstrap_coverage(low, high, actual, origins, np.random.default_rng(4), block=3)
    again = bootstrap_coverage(low, high, actual, origins, np.random.default_rng(4), block=3)
    assert first == again
    assert first.estimate == pytest.approx(coverage(low, high, actual))
    assert first.low < first.estimate < first.high


def test_diebold_mariano_counts_an_origin_once_however_many_areas_it_has() -> None:
    ours, theirs = np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])
    years = np.array([1990, 1991, 1992])
    one = diebold_mariano(ours, theirs, years)
    many = diebold_mariano(np.tile(ours, 300), np.tile(theirs, 300), np.tile(years, 300))
    assert (many.statistic, many.p_value, many.origins) == pytest.approx((one.statistic, one.p_value, 3))
    assert one.statistic == pytest.approx(-2 * math.sqrt(3))


def test_diebold_mariano_is_less_sure_when_horizons_overlap() -> None:
    years = np.arange(1980, 2010)
    slow = 0.2 + 0.5 * np.sin(np.arange(30) / 4)
    near = diebold_mariano(slow, np.zeros(30), years)
    far = diebold_mariano(slow, np.zeros(30), years, horizon=5)
    assert 0 < far.statistic < near.statistic
    assert far.p_value > near.p_value


def test_diebold_mariano_at_two_years_in_numbers() -> None:
    # autocovariances 1.5 and −0.5: variance 1.5 − 2·½·0.5 = 1, over four origins 0.25; factor 1.5 / 4
    test = diebold_mariano(np.array([1.0, 2.0, 4.0, 1.0]), np.zeros(4), np.arange(1990, 1994), horizon=2)
    assert test.mean_difference == 2.0
    assert test.statistic == pytest.approx(math.sqrt(6))


def test_equal_losses_differ_by_nothing_and_a_constant_lead_is_certain() -> None:
    years = np.arange(1990, 1996)
    same = diebold_mariano(np.ones(6), np.ones(6), years)
    assert (same.statistic, same.p_value) == (0.0, 1.0)
    lead = diebold_mariano(np.ones(6), np.full(6, 3.0), years)
    assert (lead.mean_difference, lead.statistic, lead.p_value) == (-2.0, -math.inf, 0.0)


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [(2.705543, 1, 0.10), (5.991465, 2, 0.05), (11.344867, 3, 0.01), (18.307038, 10, 0.05)],
)
def test_chi_square_tail_gives_the_printed_table(value: float, freedom: int, tail: float) -> None:
    assert chi_square_tail(value, freedom) == pytest.approx(tail, abs=1e-6)


@pytest.mark.parametrize(
    ("value", "freedom", "tail"),
    [(4.302653, 2, 0.05), (3.182446, 3, 0.05), (2.570582, 5, 0.05), (2.085963, 20, 0.05), (0.0, 7, 1.0)],
)
def test_student_tail_gives_the_printed_table(value: float, freedom: int, tail: float) -> None:
    assert student_tail(value, freedom) == pytest.approx(tail, abs=1e-6)
    assert student_tail(-value, freedom) == pytest.approx(tail, abs=1e-6)


ONE, TWO = np.array([1.0]), np.array([1.0, 2.0])
YEARS = np.array([1990, 1991])


@pytest.mark.parametrize(
    ("scoring", "says"),
    [
        (lambda: mape(ONE, TWO), "shape"),
        (lambda: mape(np.array([math.nan, 1.0]), TWO), "1 missing"),
        (lambda: mape(TWO, np.zeros(2)), "nobody"),
        (lambda: wape(TWO, np.zeros(2)), "nobody"),
        (lambda: mape(np.zeros(0), np.zeros(0)), "empty"),
        (lambda: rmsle(-ONE, ONE), "negative"),
        (lambda: skill(1.0, 0.0), "reference 0.0"),
        (lambda: age_structure_error(np.zeros(2), TWO), "nobody"),
        (lambda: coverage(TWO, TWO - 1, TWO), "2 bands"),
        (lambda: interval_score(TWO, TWO - 1, TWO, 0.8), "2 bands"),
        (lambda: shelf_life(TWO[None], TWO[None], [5, 1]), "ascending"),
        (lambda: crps(ONE[None], ONE), "crps_point"),
        (lambda: crps(TWO, TWO), "draw"),
        (lambda: pinball(ONE, ONE, 90.0), "level 90"),
        (lambda: coverage_at(TWO[:, None], [0.25, 0.75], ONE, 0.8), "quantile 0.1"),
        (lambda: coverage_at(TWO[:, None], [0.1], ONE, 0.8), "2 quantiles"),
        (lambda: coverage_of_draws(TWO[None], ONE, 1.0), "level 1"),
        (lambda: pit(np.zeros((1, 0)), ONE), "draw"),
        (lambda: reliability(TWO[None], ONE, bins=1), "bins"),
        (lambda: chance_variance(births=-1.0), "negative"),
        (lambda: chance_variance(deaths=5.0, at_risk=4.0), "more deaths"),
        (lambda: noise_floor_mape(np.zeros(1), ONE), "nobody"),
        (lambda: noise_floor_wape(ONE, TWO), "shape"),
        (lambda: expected_absolute_error(-1.0), "variance"),
        (lambda: bootstrap_mean(TWO, np.array([1990, 1990]), np.random.default_rng(1)), "one origin"),
        (lambda: bootstrap_mean(TWO, YEARS, np.random.default_rng(1), block=3), "block 3"),
        (lambda: bootstrap_mean(ONE, YEARS, np.random.default_rng(1)), "per case"),
        (lambda: diebold_mariano(TWO, TWO, YEARS), "too few"),
        (lambda: diebold_mariano(np.ones(4), np.zeros(4), np.arange(4), horizon=4), "horizon 4"),
    ],
)
def test_what_cannot_be_scored_is_refused_by_name(scoring: Callable[[], object], says: str) -> None:
    with pytest.raises(ScoreError, match=says):
        scoring()
