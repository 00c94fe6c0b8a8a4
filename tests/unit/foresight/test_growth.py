"""Growth of areas: trends are followed, chance is not, and what areas have in common is learnt from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.growth import UNKNOWN_CLASS_ERROR, UNTOLD, GrowthPrior, estimate_growth, fitted_prior

NO_CHANCE = 1e-9


def _one_class(areas: int) -> np.ndarray:
    return np.zeros(areas, dtype=np.intp)


def _history(rates: np.ndarray, start: np.ndarray | float = 10_000.0) -> np.ndarray:
    """Population `[year, area]` that begins at `start` and grows by the log `rates[year, area]`."""
    path = np.concatenate([np.zeros((1, rates.shape[1])), np.cumsum(rates, axis=0)])
    return np.asarray(start * np.exp(path))


def _random_history(seed: int, years: int = 12, areas: int = 30) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rates = rng.normal(0.0, 0.006, areas) + rng.normal(0.0, 0.01, (years - 1, areas))
    return _history(rates, rng.uniform(500, 50_000, areas))


def test_a_growth_that_all_areas_share_is_the_countrys_and_nobodys_own() -> None:
    population = _history(np.full((10, 12), np.log(1.01)))
    growth = estimate_growth(population, np.full(12, NO_CHANCE), _one_class(12), 5)
    assert growth.national == pytest.approx(np.full(5, np.log(1.01)))
    assert growth.relative == pytest.approx(np.zeros((5, 12)), abs=1e-9)


def test_a_trend_of_ones_own_without_chance_is_followed_ten_years_ahead() -> None:
    own = np.linspace(-0.012, 0.012, 24)
    growth = estimate_growth(_history(np.tile(own, (15, 1))), np.full(24, NO_CHANCE), _one_class(24), 10)
    assert growth.relative + growth.national[:, None] == pytest.approx(np.tile(own, (10, 1)), abs=6e-4)


def test_a_villages_noise_is_drawn_to_the_common_rate_and_a_city_is_believed() -> None:
    rng = np.random.default_rng(5)
    areas, years, half = 80, 12, 40
    lasting = rng.normal(0.0, 0.005, areas)
    chance = np.where(np.arange(areas) < half, 0.02**2, 1e-8)
    seen = lasting + rng.normal(0.0, 1.0, (years, areas)) * np.sqrt(chance)
    growth = estimate_growth(_history(seen), chance, _one_class(areas), 1)
    common = seen.mean(axis=0) - seen.mean()
    told = growth.local[0]
    assert told[:half].std() < 0.6 * common[:half].std()
    off = lasting - lasting.mean()
    assert np.sqrt(np.mean((told - off)[:half] ** 2)) < np.sqrt(np.mean((common - off)[:half] ** 2))
    assert np.abs(told - off)[half:].max() < 1.5e-3


@pytest.mark.parametrize("truth", [GrowthPrior(0.005, 0.003, 0.85, 1.0), GrowthPrior(0.0, 0.008, 0.6, 2.0)])
def test_what_areas_differ_by_is_recovered_from_figures_simulated_by_it(truth: GrowthPrior) -> None:
    rng = np.random.default_rng(11)
    years, areas = 20, 400
    root = np.linalg.cholesky(truth.covariance(years) + 1e-14 * np.eye(years))
    chance = np.full(areas, 4e-6)
    seen = root @ rng.standard_normal((years, areas))
    seen += np.sqrt(truth.chance * chance) * rng.standard_normal((years, areas))
    found = fitted_prior(seen, chance)
    assert found.lasting == pytest.approx(truth.lasting, abs=0.0011)
    assert found.fading == pytest.approx(truth.fading, abs=0.0011)
    assert found.persistence == pytest.approx(truth.persistence, abs=0.11)
    assert 0.7 * truth.chance <= found.chance <= 1.41 * truth.chance


@pytest.mark.parametrize(
    ("sizes", "joined"),
    [
        ((12, 3, 15), (0, 1, 1)),
        ((12, 11, 4), (0, 1, 1)),
        ((2, 3, 4), (0, 0, 0)),
        ((4, 4, 4, 10), (0, 0, 0, 1)),
    ],
)
def test_size_classes_of_few_areas_are_joined_to_a_neighbour(
    sizes: tuple[int, ...], joined: tuple[int, ...]
) -> None:
    classes = np.repeat(np.arange(len(sizes)), sizes)
    growth = estimate_growth(_random_history(1, areas=len(classes)), np.full(len(classes), 1e-5), classes, 2)
    assert growth.classes.tolist() == np.repeat(joined, sizes).tolist()
    assert len(growth.class_error) == max(joined) + 1


def test_a_class_that_has_lately_grown_more_than_the_others_is_expected_to_go_on() -> None:
    classes = np.repeat([0, 1], 15).astype(np.intp)
    rates = np.tile(np.where(classes == 0, -0.01, 0.01), (8, 1))
    growth = estimate_growth(_history(rates), np.full(30, 1e-5), classes, 3)
    assert growth.shared[0, 0] < -0.009 < 0.009 < growth.shared[0, -1]
    assert growth.local == pytest.approx(np.zeros((3, 30)), abs=1e-9)


def test_one_class_has_no_departure_from_the_country_and_no_error_of_its_own() -> None:
    growth = estimate_growth(_random_history(2), np.full(30, 1e-5), _one_class(30), 4)
    assert not growth.shared.any()
    assert growth.class_error.tolist() == [0.0]


@pytest.mark.parametrize("years", [2, 3, 4])
def test_a_history_of_few_years_tells_little_and_says_so(years: int) -> None:
    classes = np.repeat([0, 1], 15).astype(np.intp)
    growth = estimate_growth(_random_history(3, years), np.full(30, 1e-4), classes, 6)
    assert np.isfinite(growth.relative).all()
    assert np.isfinite(growth.local_covariance).all()
    assert (growth.class_error > 0).all()
    if years == 2:
        assert growth.class_error.tolist() == [UNKNOWN_CLASS_ERROR] * 2


def test_a_single_year_is_taken_as_no_growth_with_the_spread_that_is_usual() -> None:
    classes = np.repeat([0, 1], 15).astype(np.intp)
    growth = estimate_growth(_random_history(3, 5)[-1:], np.full(30, 1e-4), classes, 6)
    assert not growth.national.any()
    assert not growth.relative.any()
    assert growth.prior == UNTOLD
    assert growth.class_error.tolist() == [UNKNOWN_CLASS_ERROR] * 2
    assert (np.diagonal(growth.local_covariance, axis1=1, axis2=2) > 0).all()


def test_the_same_history_gives_the_same_growth() -> None:
    one, other = (estimate_growth(_random_history(4), np.full(30, 1e-5), _one_class(30), 5) for _ in range(2))
    assert np.array_equal(one.local, other.local)
    assert one.prior == other.prior


def test_nobody_at_all_in_some_years_gives_a_number() -> None:
    population = _random_history(6)
    population[3:5, 0] = 0.0
    population[:, 1] = 0.0
    growth = estimate_growth(population, np.full(30, 1e-5), _one_class(30), 5)
    assert np.isfinite(growth.relative).all()
    alone = estimate_growth(population[:, :1], np.full(1, 1e-5), _one_class(1), 5)
    assert np.isfinite(alone.national).all()


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10_000), times=st.floats(1.0, 1_000.0), years=st.integers(2, 15))
def test_rates_are_free_of_scale_and_knowing_never_widens_what_was_believed(
    seed: int, times: float, years: int
) -> None:
    population, chance = _random_history(seed, years), np.full(30, 1e-5)
    one = estimate_growth(population, chance, _one_class(30), 6)
    other = estimate_growth(population * times, chance, _one_class(30), 6, prior=one.prior)
    assert other.relative == pytest.approx(one.relative, abs=1e-9)
    variance = np.diagonal(one.local_covariance, axis1=1, axis2=2)
    assert (variance <= one.prior.lasting**2 + one.prior.fading**2 + 1e-12).all()
    assert (np.linalg.eigvalsh(one.local_covariance) > -1e-12).all()


def test_more_chance_leaves_more_to_the_common_rate() -> None:
    population, prior = _random_history(7), GrowthPrior(0.005, 0.003, 0.85, 1.0)
    told = [
        np.abs(estimate_growth(population, np.full(30, c), _one_class(30), 1, prior=prior).local).mean()
        for c in (1e-7, 1e-5, 1e-3)
    ]
    assert told[0] > told[1] > told[2]
    doubled = replace(prior, chance=2.0)
    less = estimate_growth(population, np.full(30, 1e-5), _one_class(30), 1, prior=doubled)
    assert np.abs(less.local).mean() < told[1]
