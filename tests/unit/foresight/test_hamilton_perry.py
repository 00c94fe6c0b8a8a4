"""Cohort ratios: survival where nobody moves, falling mortality, and belief by size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import AGES
from foresight.engine import advance
from foresight.hamilton_perry import OLD_FROM, PRIOR_PERSONS, PRIOR_PERSONS_OLD, estimate_ratios

FINLAND_2018 = schedules_for(2018)
STEADY = np.zeros((2, AGES))
YEARS = (2018, 2019)
Closed = Callable[[int], Any]


def _pair(people: np.ndarray, ratio: np.ndarray) -> np.ndarray:
    """Two tables `[year, area, sex, age]`: areas of as many `people` at every age, and a year later."""
    before = np.ones((len(people), 2, AGES)) * people[:, None, None]
    after = advance(before, before[:, :, 0]) * ratio
    return np.stack([before, after])


def _ratios(tables: np.ndarray, drift: np.ndarray = STEADY, years: tuple[int, ...] = YEARS) -> Any:
    return estimate_ratios(tables, years, drift, np.zeros(tables.shape[1], np.intp))


def test_in_a_closed_country_every_ratio_is_survival(closed_country: Closed) -> None:
    country = closed_country(6)
    ratios = _ratios(country.population, years=tuple(country.years))
    survival = np.exp(-country.hazard[:, 1:])
    told = ratios.ratio_after(7)[:, :, 1:]
    assert told == pytest.approx(np.broadcast_to(survival, told.shape), rel=1e-9)
    assert ratios.transitions == 5


def test_mortality_falls_by_the_drift_for_the_old_and_stays_for_the_young(closed_country: Closed) -> None:
    country = closed_country(2)
    drift = np.full((2, AGES), -0.02)
    ratios = _ratios(country.population, drift, tuple(country.years))
    hazard = -np.log(ratios.ratio_after(10))
    assert hazard[0, :, OLD_FROM:] == pytest.approx(country.hazard[:, OLD_FROM:] * np.exp(-0.2))
    assert hazard[0, :, 1:OLD_FROM] == pytest.approx(country.hazard[:, 1:OLD_FROM], rel=1e-6)


def test_old_tables_are_brought_to_the_newest_year_by_the_drift() -> None:
    people = np.full(3, 50_000.0)
    drift = np.full((2, AGES), np.log(0.9))
    first = np.ones((3, 2, AGES)) * people[:, None, None]
    tables = [first]
    for hazard in (0.1, 0.09, 0.081):
        tables.append(advance(tables[-1], first[:, :, 0]) * np.exp(-hazard))
    ratios = _ratios(np.stack(tables), drift, (2016, 2017, 2018, 2019))
    assert -np.log(ratios.ratio_after(0)[:, :, 80]) == pytest.approx(np.full((3, 2), 0.081))
    assert -np.log(ratios.ratio_after(1)[:, :, 80]) == pytest.approx(np.full((3, 2), 0.0729))


def test_a_departure_is_believed_as_far_as_the_cohort_has_people() -> None:
    people = np.array([20.0, 20_000.0, 1e9])
    ratio = np.ones((3, 2, AGES))
    ratio[:2] = 1.05
    ratios = _ratios(_pair(people, ratio))
    for age, prior in ((30, PRIOR_PERSONS), (80, PRIOR_PERSONS_OLD)):
        told = ratios.departure[:, 0, age]
        assert told[0] == pytest.approx(np.log((21 + prior) / (20 + prior)), rel=1e-3)
        assert told[1] == pytest.approx(np.log(1.05), rel=0.02)
        assert told[2] == pytest.approx(0.0, abs=1e-5)


def test_size_classes_have_a_departure_of_their_own_once_there_are_enough_areas() -> None:
    people = np.full(40, 60.0)
    ratio = np.where(np.arange(40) < 20, 0.95, 1.05)[:, None, None] * np.ones((40, 2, AGES))
    classes = np.repeat([0, 1], 20).astype(np.intp)
    together = estimate_ratios(_pair(people, ratio), YEARS, STEADY, classes)
    few = estimate_ratios(_pair(people[10:30], ratio[10:30]), YEARS, STEADY, classes[10:30])
    assert together is not None
    assert few is not None
    assert together.departure[0, 0, 30] < 3 * few.departure[0, 0, 30] < 0


def test_newer_tables_weigh_more() -> None:
    people = np.full(2, 1e6)
    quiet = _pair(people, np.ones((2, 2, AGES)))
    risen = quiet[1] * 1.04
    older_first = np.stack([quiet[0], risen, advance(risen, quiet[0][:, :, 0])])
    newer_first = np.stack([quiet[0], quiet[1], advance(quiet[1], quiet[0][:, :, 0]) * 1.04])
    told = [_ratios(t, years=(2017, 2018, 2019)).ratio_after(0)[0, 0, 40] for t in (older_first, newer_first)]
    assert 1.0 < told[0] < told[1] < 1.04


def test_tables_further_apart_than_a_year_tell_no_yearly_ratio() -> None:
    tables = _pair(np.array([500.0]), np.ones((1, 2, AGES)))
    assert _ratios(tables[:1], years=(2018,)) is None
    assert _ratios(tables, years=(2010, 2018)) is None


def test_ages_at_which_nobody_is_left_give_numbers() -> None:
    tables = _pair(np.array([500.0, 80.0]), np.ones((2, 2, AGES)))
    tables[:, :, :, 60:70] = 0.0
    tables[:, 1] = 0.0
    assert np.isfinite(_ratios(tables).ratio_after(20)).all()


def test_a_small_set_that_draws_the_retired_keeps_the_schedules_mortality() -> None:
    """In a few hundred people more may come than die; a mean of logarithms once let nobody die any more."""
    schedules = schedules_for(2018)
    hazard = schedules.hazard()
    alive = np.exp(-np.cumsum(hazard, axis=1))
    stationary = 800.0 * alive / alive.sum()
    rng = np.random.default_rng(4)
    tables = rng.poisson(np.repeat(stationary[None, None], 12, axis=0)).astype(float)
    ratios = estimate_ratios(
        tables, tuple(range(2007, 2019)), schedules.drift(), np.zeros(1, np.intp), schedules.hazard()
    )
    assert ratios is not None
    said = -np.log(ratios.ratio_after(0)[0])[:, 75:95] / hazard[:, 75:95]
    assert 0.7 < np.exp(np.log(np.maximum(said, 0.01)).mean()) < 1.4
