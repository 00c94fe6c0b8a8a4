"""The parts of a backtest: opponents, bands of totals, the floor of chance along cohorts."""

from __future__ import annotations

import numpy as np
import pytest

from foresight import opponents
from foresight.chance import Flows
from foresight.cohort_floor import chance_by_age
from foresight.cohorts import AGES, SEXES
from foresight.growth import NATIONAL_MEMORY
from foresight.noise_floor import FAMILY_CLUSTERING
from foresight.panel import OfficialVintage
from foresight.total_bands import (
    EVENTS_A_YEAR,
    UNKNOWN_NATIONAL_ERROR,
    assumed_chance,
    country_ahead,
    draw_totals,
    national_error,
)
from foresight.totals import estimate_totals

FLAT = np.full((1, len(SEXES), AGES), 10.0)


def vintage(by_year: dict[int, np.ndarray]) -> OfficialVintage:
    return OfficialVintage("v", "2019-09-30", tuple(by_year), np.stack(list(by_year.values())))


def test_a_trend_needs_figures_as_far_back_as_its_window() -> None:
    totals = np.array([[100.0, 100.0], [110.0, 90.0], [120.0, 81.0]])
    assert opponents.lin_exp(totals, 3, 2) is None
    said = opponents.lin_exp(totals, 2, 2)
    assert said is not None
    assert said.tolist() == [[130.0, pytest.approx(72.9)], [140.0, pytest.approx(65.61)]]


def test_plain_ratios_are_those_of_the_last_years_only() -> None:
    tables = np.stack([FLAT * 100, FLAT, FLAT * 2, FLAT * 2])
    found = opponents.cohort_ratios(tables, window=1)
    assert found is not None
    ratio, newborns = found
    assert ratio[0, 0, :-1].tolist() == [1.0] * (AGES - 2)
    assert ratio[0, 0, -1] == 0.5, "the oldest two classes join"
    assert newborns.tolist() == [[20.0 / 700.0] * 2]
    assert opponents.cohort_ratios(tables[:1]) is None


def test_ratios_carried_forward_follow_each_cohort() -> None:
    ratio = np.ones((1, len(SEXES), AGES - 1))
    ratio[:, :, 4] = 0.5
    base = FLAT.copy()
    base[:, :, 4] = 30.0
    said = opponents.carried_forward(base, (ratio, np.array([[0.1, 0.1]])), 2)
    assert said[0, 0, 5] == 30.0
    assert said[1, 0, 6] == 30.0
    assert said[1, 0, 5] == 10.0
    assert said[0, 0, 0] == pytest.approx(2 * 0.1 * 35 * 10.0)


def test_a_vintage_rebased_on_its_own_base_is_itself() -> None:
    rng = np.random.default_rng(1)
    years = {year: rng.uniform(5, 50, (2, AGES)) for year in (2018, 2019, 2020)}
    said = opponents.official_rebased(vintage(years), 2018, years[2018], 2)
    assert said == pytest.approx(np.stack([years[2019], years[2020]]))


def test_a_rebased_vintage_moves_with_the_base_and_stands_where_it_has_nobody() -> None:
    years = {year: np.full((1, AGES), 20.0) for year in (2018, 2019)}
    years[2018][0, 97] = 0.0
    years[2019][0, 98] = 3.0
    said = opponents.official_rebased(vintage(years), 2018, np.full((1, AGES), 40.0), 2)
    assert said[0, 0, 50] == 40.0
    assert said[0, 0, 98] == 3.0
    assert np.isnan(said[1]).all(), "the vintage ends"


def test_a_vintage_as_published_is_silent_in_years_that_it_lacks() -> None:
    years = {year: np.full((1, AGES), float(year)) for year in (2019, 2021)}
    said = opponents.official_as_published(vintage(years), 2018, 4)
    assert said[:, 0, 0].tolist()[::2] == [2019.0, 2021.0]
    assert np.isnan(said[[1, 3]]).all()


def test_chance_follows_cohorts_from_their_events() -> None:
    nothing = np.zeros((1, len(SEXES), AGES))
    deaths, moved_in = nothing.copy(), nothing.copy()
    deaths[0, 0, 61], moved_in[0, 1, 30] = 4.0, 7.0
    flow = Flows(np.array([[6.0, 5.0]]), deaths, moved_in, nothing, nothing, nothing)
    first, second = chance_by_age([flow, flow], FLAT)
    assert first[0, 0] == 11.0
    assert first[0, 61] == pytest.approx(4.0 * (1 - 4.0 / 20.0))
    assert first[0, 30] == pytest.approx(FAMILY_CLUSTERING * 7.0)
    assert second[0, 1] == 11.0, "newborns of the year before"
    assert second[0, 62] == pytest.approx(first[0, 61])
    assert second[0, 31] == pytest.approx(first[0, 30])
    assert second[0, 29] == 0.0


def test_draws_of_totals_lie_around_the_forecast_and_widen_with_years() -> None:
    rng = np.random.default_rng(2)
    population = 5_000.0 * np.exp(np.cumsum(rng.normal(0.0, 0.01, (20, 30)), axis=0))
    chance = np.full(30, 0.15 / 5_000.0)
    totals = estimate_totals(population, chance, 5)
    expected = totals.share * country_ahead(population, totals)[:, None]
    draws = draw_totals(expected, population, totals.growth, chance, 400, 1)
    assert np.median(draws, axis=2) == pytest.approx(expected, rel=0.01)
    spread = np.log(draws).std(axis=2).mean(axis=1)
    assert (np.diff(spread) > 0).all()
    assert spread[0] > np.sqrt(totals.growth.prior.chance * chance[0])
    again = draw_totals(expected, population, totals.growth, chance, 400, 1)
    assert draws.tobytes() == again.tobytes()


def test_the_error_of_the_country_is_what_the_remembered_rate_missed() -> None:
    assert national_error(np.full((3, 2), 50.0)) == UNKNOWN_NATIONAL_ERROR
    assert national_error(np.full((9, 2), 50.0)) == 0.0
    rates = np.array([0.0, 0.0, 0.0, 0.01, 0.0])
    population = np.exp(np.concatenate([[0.0], np.cumsum(rates)]))[:, None]
    weight = NATIONAL_MEMORY ** np.arange(4)[::-1]
    remembered = 0.01 * weight[3] / weight.sum()
    assert national_error(population) == pytest.approx(np.sqrt((0.01**2 + remembered**2) / 2))


def test_events_that_are_not_known_are_assumed_per_inhabitant() -> None:
    population = np.array([[1_000.0, 2_000.0]])
    known = {"births": np.array([[10.0, np.nan], [14.0, np.nan]])}
    variance = assumed_chance(population, known, 1.5) * population[-1] ** 2
    moves = 1.5 * sum(rate for name, rate in EVENTS_A_YEAR.items() if name.endswith("migration"))
    others = EVENTS_A_YEAR["deaths"] + moves
    assert variance[0] == pytest.approx(12.0 + others * 1_000.0)
    assert variance[1] == pytest.approx((EVENTS_A_YEAR["births"] + others) * 2_000.0)
