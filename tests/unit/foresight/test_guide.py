"""A guided year follows the members, by named flows that still balance."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from contract.schedules import schedules_for
from foresight.chance import Flows
from foresight.cohorts import AGES, Array
from foresight.engine import advance
from foresight.guide import DYING_FROM, LARGEST_TREND_WEIGHT, YearGuide, guided
from foresight.migration import SETTLED_FROM
from foresight.paths import UNCHANGED, Paths
from foresight.rates import estimate_rates
from foresight.year_rates import YearRates, rates_of_year

Closed = Callable[[int], Any]
YOUNG, OLD = slice(1, DYING_FROM), slice(DYING_FROM, AGES)
LEEWAY = (np.arange(AGES) < SETTLED_FROM).astype(float)
FLOWS = ("births", "deaths", "moved_in", "moved_out", "immigration", "emigration")


def _step(rates: YearRates, before: Array) -> tuple[Array, Flows]:
    """Population at the end of a year under `rates`; raises when anything does not balance."""
    paths = Paths(before, 1, np.float64)
    flows = paths.step(rates, UNCHANGED, None, "test")
    assert flows is not None
    return paths.population[..., 0], flows


def _share(people: Array) -> Array:
    return np.asarray(people.sum(axis=(1, 2)) / people.sum())


class Year:
    """A year of the six municipalities by their own rates, and as the members want it."""

    def __init__(self, six: Any, year: int = 2018) -> None:
        self.rates, self.before = six.rates, six.population[six.years.index(year)]
        self.own, self.flows = _step(self.rates, self.before)
        self.aged = advance(self.before, self.flows.births)
        self.ratio = self.own / self.aged

    def guided(self, **said: Any) -> YearRates:
        """Rates under a guide that says `said`, and of shares what the cohort model says itself."""
        asked = {"years_on": 1, "share": _share(self.own), "national_rate": 0.0, "leeway": LEEWAY, **said}
        return guided(self.rates, self.before, YearGuide(**asked), "test")

    def end(self, **said: Any) -> tuple[Array, Flows]:
        """Population and flows under such a guide."""
        return _step(self.guided(**said), self.before)


@pytest.fixture(scope="module")
def year(six_municipalities: Any) -> Year:
    return Year(six_municipalities)


@settings(max_examples=25, deadline=None)
@given(pull=hnp.arrays(float, 6, elements=st.floats(-0.01, 0.01)), tilt=st.floats(0.995, 1.005))
def test_target_shares_are_reached_within_a_thousandth_and_every_flow_is_a_count(
    year: Year, pull: Array, tilt: float
) -> None:
    share = _share(year.own) * np.exp(pull)
    share /= share.sum()
    end, flows = year.end(share=share, ratio=year.ratio * tilt, ratio_weight=1.0)
    assert _share(end) == pytest.approx(share, rel=1e-3)
    assert np.abs((flows.moved_in - flows.moved_out).sum(axis=0)).max() < 1e-6
    for name in FLOWS:
        assert (getattr(flows, name) >= 0).all(), name


def test_cohort_ratios_are_followed_by_moves_of_the_young_and_by_deaths_of_the_old(year: Year) -> None:
    tilt = np.exp(0.004 * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]))[:, None, None]
    ratio = np.where(np.arange(AGES) < DYING_FROM, year.ratio * tilt, year.ratio * 0.98)
    wanted = year.aged * ratio
    wanted[:, :, 0] = year.own[:, :, 0]
    said = {"share": _share(wanted), "ratio": ratio, "ratio_weight": 1.0}
    rates, (end, flows) = year.guided(**said), year.end(**said)
    assert end[:, :, SETTLED_FROM:] == pytest.approx(wanted[:, :, SETTLED_FROM:], rel=1e-4)
    assert (flows.deaths[:, :, OLD] > year.flows.deaths[:, :, OLD]).all()
    assert np.array_equal(rates.hazard[:, :, YOUNG], year.rates.hazard[:, :, YOUNG])
    for name in ("moved_in", "moved_out", "immigration", "emigration"):
        assert getattr(flows, name)[:, :, OLD] == pytest.approx(getattr(year.flows, name)[:, :, OLD])


def test_half_the_weight_goes_half_the_way(year: Year) -> None:
    end, _ = year.end(ratio=year.ratio * 1.01, ratio_weight=0.5)
    at = slice(SETTLED_FROM, AGES)
    assert end[:, :, at] == pytest.approx(1.005 * year.own[:, :, at], rel=1e-4)


def test_what_all_areas_lack_together_comes_over_the_border(year: Year) -> None:
    end, flows = year.end(ratio=year.ratio * 1.002, ratio_weight=1.0)
    at = slice(SETTLED_FROM, DYING_FROM)
    assert end[:, :, at].sum() == pytest.approx(1.002 * year.own[:, :, at].sum(), rel=1e-5)
    more = (flows.immigration - flows.emigration) - (year.flows.immigration - year.flows.emigration)
    assert more[:, :, at].sum() == pytest.approx(0.002 * year.own[:, :, at].sum(), rel=0.01)


def test_the_office_says_the_sum_of_both_sexes_and_newborns_by_their_parents(year: Year) -> None:
    both, aged = year.own.sum(axis=1), year.aged.sum(axis=1)
    ratio = both / aged * 1.01
    ratio[:, 0] = 1.1 * both[:, 0] / both[:, 20:40].sum(axis=1)
    weight = np.zeros(AGES)
    weight[[0, 50, 80]] = 1.0, 0.5, 0.25
    end, _ = year.end(official_ratio=ratio, official_weight=weight)
    told = (end.sum(axis=1) / both)[:, [0, 50, 80]]
    assert told == pytest.approx(np.tile([1.1, 1.005, 1.0025], (6, 1)), rel=5e-3)
    assert end[:, :, 60] == pytest.approx(year.own[:, :, 60], rel=1e-5)
    assert end[:, 0, 80] / end[:, 1, 80] == pytest.approx(year.own[:, 0, 80] / year.own[:, 1, 80])


def test_a_silent_office_changes_nothing(year: Year) -> None:
    silent, _ = year.end(official_ratio=np.full((6, AGES), np.nan), official_weight=np.full(AGES, 0.5))
    assert np.array_equal(silent, year.end()[0])


def test_an_office_silent_about_one_area_speaks_of_the_others(year: Year) -> None:
    ratio = year.own.sum(axis=1) / year.aged.sum(axis=1) * 0.99
    ratio[:, 0] = np.nan
    ratio[1] = np.nan
    end, _ = year.end(official_ratio=ratio, official_weight=np.ones(AGES))
    told = end[:, :, 80] / year.own[:, :, 80]
    assert told == pytest.approx(
        np.array([0.99, 1.0, 0.99, 0.99, 0.99, 0.99])[:, None] * np.ones(2), rel=1e-5
    )


def test_members_who_agree_with_the_cohorts_leave_every_flow_as_it_was(year: Year) -> None:
    end, flows = year.end()
    assert end == pytest.approx(year.own, rel=1e-9)
    for name in FLOWS:
        assert getattr(flows, name) == pytest.approx(getattr(year.flows, name), rel=1e-6, abs=1e-6), name


def test_where_nobody_moves_nobody_is_made_to(closed_country: Closed) -> None:
    inputs = closed_country(8).inputs(tables=3)
    rates = rates_of_year(estimate_rates(inputs, schedules_for(2018)), 1, np.float64)
    own, _ = _step(rates, inputs.base)
    share = _share(inputs.base) * np.array([1.05, 0.95, 1.0, 1.0])
    asked = YearGuide(1, share / share.sum(), 0.0, LEEWAY)
    end, flows = _step(guided(rates, inputs.base, asked, "test"), inputs.base)
    assert not (flows.internal + flows.immigration + flows.emigration).any()
    assert end == pytest.approx(own)


def test_the_long_trend_counts_more_with_every_year_up_to_its_most(year: Year) -> None:
    start, own = year.before.sum(), np.log(year.own.sum() / year.before.sum())
    grown = np.array(
        [np.log(year.end(years_on=k, national_rate=0.01)[0].sum() / start) for k in (1, 3, 7, 12)]
    )
    weights = np.array([0.0, 0.2, LARGEST_TREND_WEIGHT, LARGEST_TREND_WEIGHT])
    # who comes bears children too: the country ends a little beyond what was asked
    assert grown == pytest.approx((1 - weights) * own + weights * 0.01, abs=1e-4)


def test_an_area_of_nobody_and_ages_of_nobody_stay_numbers(year: Year) -> None:
    before = year.before.copy()
    before[0] = 0.0
    before[1, :, 20:40] = 0.0
    share = np.array([0.0, 0.02, 0.04, 0.09, 0.25, 0.6])
    asked = YearGuide(1, share, 0.0, LEEWAY)
    end, _ = _step(guided(year.rates, before, asked, "test"), before)
    assert np.isfinite(end).all()
    assert (end >= 0).all()


@settings(max_examples=15, deadline=None)
@given(times=st.floats(0.01, 1_000.0))
def test_a_country_so_many_times_larger_moves_as_many_times_more(year: Year, times: float) -> None:
    share = _share(year.own) * np.exp(0.005 * np.array([1.0, -1.0, 1.0, -1.0, 1.0, -1.0]))
    asked = YearGuide(3, share / share.sum(), 0.01, LEEWAY, ratio=year.ratio * 1.001, ratio_weight=0.6)
    larger = replace(
        year.rates, in_weight=times * year.rates.in_weight, immigration=times * year.rates.immigration
    )
    one, _ = _step(guided(year.rates, year.before, asked, "test"), year.before)
    many, _ = _step(guided(larger, times * year.before, asked, "test"), times * year.before)
    assert many == pytest.approx(times * one, rel=1e-6)
