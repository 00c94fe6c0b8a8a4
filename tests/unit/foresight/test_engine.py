"""One step of the cohort-component method: what must come out whatever the rates are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from foresight.engine import (
    BalanceError,
    advance,
    births,
    grow,
    require_balance,
    require_closed,
    require_population,
    survive,
)

counts = st.floats(0, 1e6, allow_nan=False)
shares = st.floats(0, 1, allow_nan=False)
SHAPE = (2, 2, 7)


@settings(deadline=None, max_examples=30)
@given(hnp.arrays(float, SHAPE, elements=counts))
def test_growing_older_loses_nobody(population: np.ndarray) -> None:
    assert grow(population).sum() == pytest.approx(population.sum())


@settings(deadline=None, max_examples=30)
@given(hnp.arrays(float, SHAPE, elements=counts))
def test_without_births_deaths_and_moves_everybody_is_one_class_older(population: np.ndarray) -> None:
    nobody = np.zeros(SHAPE)
    end, deaths = survive(advance(population, nobody[:, :, 0]), nobody, nobody, np.ones(SHAPE))
    assert (end[:, :, 1:-1] == population[:, :, :-2]).all()
    assert (end[:, :, -1] == population[:, :, -2] + population[:, :, -1]).all()
    assert not deaths.any()
    assert not end[:, :, 0].any()


@settings(deadline=None, max_examples=30)
@given(
    hnp.arrays(float, SHAPE, elements=counts),
    hnp.arrays(float, SHAPE, elements=counts),
    hnp.arrays(float, SHAPE, elements=counts),
    hnp.arrays(float, SHAPE, elements=shares),
)
def test_end_is_start_less_deaths_plus_net_migration_in_every_cell(
    start: np.ndarray, early: np.ndarray, late: np.ndarray, survival: np.ndarray
) -> None:
    end, deaths = survive(start, early, late, survival)
    require_balance(start, end, deaths, early + late, tolerance=1e-9, step="any")
    require_population(end, step="any")


@settings(deadline=None, max_examples=30)
@given(
    hnp.arrays(float, SHAPE, elements=counts),
    hnp.arrays(float, SHAPE, elements=counts),
    hnp.arrays(float, SHAPE, elements=shares),
    st.floats(0.01, 1_000.0),
)
def test_a_step_of_so_many_times_as_many_people_has_as_many_times_the_survivors_and_deaths(
    start: np.ndarray, migrants: np.ndarray, survival: np.ndarray, times: float
) -> None:
    one = survive(start, migrants, migrants, survival)
    many = survive(times * start, times * migrants, times * migrants, survival)
    for few, more in zip(one, many, strict=True):
        assert more == pytest.approx(times * few, abs=1e-5)


def test_migrants_of_the_first_half_share_the_mortality_and_those_of_the_second_do_not() -> None:
    end, deaths = survive(np.array([100.0]), np.array([20.0]), np.array([30.0]), np.array([0.9]))
    assert end.tolist() == [138.0]
    assert deaths.tolist() == [12.0]


def test_equal_rates_for_both_sexes_keep_the_sexes_equal() -> None:
    one = np.linspace(100, 10, 7)
    population = np.stack([one, one])[None]
    survival = np.broadcast_to(np.linspace(0.99, 0.5, 6), (1, 2, 6))
    nobody = np.zeros((1, 2, 6))
    end, _ = survive(grow(population), nobody, nobody, survival)
    assert (end[:, 0] == end[:, 1]).all()


def test_births_come_half_from_the_women_of_the_start_and_half_from_those_of_the_end() -> None:
    assert births(np.array([0.1]), np.array([100.0]), np.array([300.0])).tolist() == [20.0]


def test_a_broken_balance_names_the_step_and_the_cell() -> None:
    start = np.full((1, 2, 3), 10.0)
    end = start.copy()
    end[0, 1, 2] = 11.0
    with pytest.raises(BalanceError, match=r"draws, 2031: cell \(0, 1, 2\)"):
        require_balance(start, end, start * 0, start * 0, tolerance=1e-9, step="draws, 2031")


def test_a_negative_cell_is_refused_and_never_set_to_zero() -> None:
    with pytest.raises(BalanceError, match="more leave or die than are there"):
        require_population(np.array([[[1.0, -0.5]]]), step="2031")


def test_a_missing_cell_is_refused() -> None:
    with pytest.raises(BalanceError):
        require_population(np.array([[[1.0, np.nan]]]), step="2031")


def test_moves_with_one_end_only_are_refused() -> None:
    with pytest.raises(BalanceError, match="every move between areas must have both ends"):
        require_closed(np.array([10.0, 5.0]), np.array([10.0, 6.0]), tolerance=1e-6, step="2031")
