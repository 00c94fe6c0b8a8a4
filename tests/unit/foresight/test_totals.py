"""Shares of the country: they sum to one, and the members' weights follow how they did before."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foresight.totals import MEMBERS, estimate_totals, trend

GROWTH, SHORT, LONG = range(len(MEMBERS))


def _random_history(seed: int, years: int, areas: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    rates = rng.normal(0.0, 0.008, areas) + rng.normal(0.0, 0.01, (years - 1, areas))
    path = np.concatenate([np.zeros((1, areas)), np.cumsum(rates, axis=0)])
    return np.asarray(rng.uniform(300, 60_000, areas) * np.exp(path))


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    years=st.integers(1, 25),
    areas=st.integers(1, 40),
    horizon=st.integers(1, 15),
)
def test_shares_and_weights_sum_to_one_whatever_the_history(
    seed: int, years: int, areas: int, horizon: int
) -> None:
    totals = estimate_totals(_random_history(seed, years, areas), np.full(areas, 1e-5), horizon)
    assert totals.share.shape == (horizon, areas)
    assert (totals.share >= 0).all()
    assert totals.share.sum(axis=1) == pytest.approx(np.ones(horizon))
    assert totals.weights.sum(axis=2) == pytest.approx(np.ones(totals.weights.shape[:2]))


def test_shares_that_have_always_stood_still_go_on_standing_still() -> None:
    sizes = np.array([1_000.0, 7_000.0, 92_000.0])
    history = sizes * 1.01 ** np.arange(12)[:, None]
    totals = estimate_totals(history, np.full(3, 1e-6), 20)
    assert totals.share == pytest.approx(np.tile(sizes / sizes.sum(), (20, 1)), rel=1e-9)


def test_weights_move_to_the_trend_where_growth_is_a_straight_line() -> None:
    year = np.arange(25.0)[:, None]
    slope = np.linspace(0.0, 400.0, 20)
    totals = estimate_totals(8_000.0 + slope * year, np.full(20, 1e-4), 10)
    weight = totals.weights[9, 2]
    assert weight[SHORT] > 1.3 * weight[GROWTH]
    assert weight[SHORT] == pytest.approx(weight[LONG])


def test_weights_move_to_the_growth_model_where_growth_turns_slowly() -> None:
    year = np.arange(30.0)[:, None]
    phase = np.linspace(0, 2 * np.pi, 20)
    totals = estimate_totals(8_000.0 * np.exp(0.1 * np.sin(year / 5.0 + phase)), np.full(20, 1e-7), 3)
    assert (totals.weights[:, 2, GROWTH] > 0.7).all()


def test_members_are_believed_alike_before_anything_is_scored() -> None:
    for years in (2, 3, 4, 5):
        totals = estimate_totals(_random_history(1, years, 8), np.full(8, 1e-5), 4)
        assert totals.scored_origins == 0
        assert totals.weights == pytest.approx(np.full(totals.weights.shape, 1 / 3))
        assert np.isfinite(totals.share).all()


def test_a_single_year_keeps_its_shares() -> None:
    totals = estimate_totals(np.array([[100.0, 300.0]]), np.full(2, 1e-4), 3)
    assert totals.share == pytest.approx(np.tile([0.25, 0.75], (3, 1)))


def test_weights_beyond_what_was_scored_are_those_of_the_furthest_scored_year() -> None:
    totals = estimate_totals(_random_history(2, 25, 12), np.full(12, 1e-5), 30)
    assert np.array_equal(totals.weights[9], totals.weights[29])


def test_an_area_without_people_in_some_year_or_in_all_gives_numbers() -> None:
    history = _random_history(3, 20, 12)
    history[5, 0] = 0.0
    history[:10, 1] = 0.0
    history[:, 2] = 0.0
    history[-1, 3] = 0.0
    history[-2:, 4] = 0.0, 9_000.0
    for years in (2, 20):
        totals = estimate_totals(history[-years:], np.full(12, 1e-5), 40)
        assert np.isfinite(totals.share).all()
        assert not totals.share[:, [2, 3]].any()


def test_a_trend_is_a_line_upwards_and_a_constant_share_downwards() -> None:
    assert trend(np.array([200.0]), np.array([250.0]), 5, 10).tolist() == [350.0]
    assert trend(np.array([200.0]), np.array([50.0]), 2, 1).tolist() == [25.0]
    assert trend(np.array([0.0, 0.0, 80.0]), np.array([0.0, 40.0, 0.0]), 1, 2).tolist() == [0.0, 120.0, 0.0]


def test_nothing_later_than_the_rows_given_is_used() -> None:
    history = _random_history(4, 20, 12)
    later = history.copy()
    later[15:] *= np.linspace(1, 3, 12)
    one, other = (estimate_totals(h[:15], np.full(12, 1e-5), 5).share for h in (history, later))
    assert np.array_equal(one, other)
