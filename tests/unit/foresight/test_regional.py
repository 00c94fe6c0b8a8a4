"""Areas with few age tables lean on their region's past, and only they."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from contract.schedules import schedules_for
from foresight.cohorts import FEMALE, MALE, Inputs
from foresight.guide import DYING_FROM
from foresight.project import Projection, project
from foresight.regional import FEWEST_TABLES, RegionalRatios

Builder = Callable[..., Inputs]
BANDS = (45, 55, 65, 70, 75, 80)
RISING, FALLING = (0.004,) * 5, (-0.006,) * 5
REGIONS = RegionalRatios(BANDS, {"01": (RISING, RISING), "02": (FALLING, FALLING), "21": (RISING, FALLING)})
SCHEDULES = replace(schedules_for(2018), regions=REGIONS)
PARENTS = {"001": "MK02", "002": "2", "003": "01", "004": "MK01"}


def _projected(known: Inputs, parents: dict[str, str] | None, **changed: Any) -> Projection:
    asked = {"horizon": 3, "draws": 4, "seed": 1, "schedules": SCHEDULES, **changed}
    return project(known, parents=parents, **asked)


def test_each_sex_and_band_has_its_regions_departure_and_other_ages_have_none() -> None:
    ratios = RegionalRatios(BANDS, {"01": ((0.001, 0.002, 0.003, 0.004, 0.005), RISING)})
    told = ratios.of(("a", "b"), {"a": "01"})
    assert told is not None
    assert told[0, MALE, [44, 45, 54, 55, 64, 65, 69, 70, 75, 79, 80]].tolist() == [
        0, 0.001, 0.001, 0.002, 0.002, 0.003, 0.003, 0.004, 0.005, 0.005, 0,
    ]  # fmt: skip
    assert set(told[0, FEMALE, 45:80].tolist()) == {0.004}
    assert not told[1].any()


@pytest.mark.parametrize("code", ["01", "1", "MK01", "mk1", " MK001 "])
def test_a_region_is_known_by_its_number_however_it_is_written(code: str) -> None:
    told = REGIONS.of(("a",), {"a": code})
    assert told is not None
    assert told[0, 0, 50] == 0.004


@pytest.mark.parametrize(
    "parents",
    [None, {}, {"b": "01"}, {"a": "Lappi"}, {"a": "MK"}, {"a": "3"}, {"a": "01", "c": "03"}],
)
def test_without_a_known_parent_or_with_another_countrys_numbers_nothing_is_said(
    parents: dict[str, str] | None,
) -> None:
    assert REGIONS.of(("a", "c"), parents) is None


def test_a_parent_without_a_number_does_not_silence_the_others() -> None:
    told = REGIONS.of(("a", "rest"), {"a": "MK21", "rest": "SSS"})
    assert told is not None
    assert told[:, FEMALE, 60].tolist() == [-0.006, 0.0]


def test_ratios_of_the_first_year_depart_from_the_cohort_models_by_the_regions(
    six_municipalities: Any,
) -> None:
    known = six_municipalities.inputs(1, 2018)
    without, leaning = _projected(known, None), _projected(known, PARENTS)
    more = np.log(leaning.expected[0] / without.expected[0])
    assert more[[0, 1], :, 60:80] == pytest.approx(np.full((2, 2, 20), -0.006), abs=2e-4)
    assert more[[2, 3], :, 60:80] == pytest.approx(np.full((2, 2, 20), 0.004), abs=2e-4)
    assert more[:, :, 80:] == pytest.approx(np.zeros((6, 2, 21)), abs=1e-6)
    assert more[[4, 5], :, 45:] == pytest.approx(np.zeros((2, 2, 56)), abs=1e-6)
    assert leaning.regional_areas == 4


def test_departures_act_through_moves_before_and_deaths_from_seventy_on(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(1, 2018)
    without, leaning = _projected(known, None).flows[0], _projected(known, PARENTS).flows[0]
    young, old = slice(45, DYING_FROM), slice(DYING_FROM, 80)
    assert (leaning.deaths[:2, :, old] > without.deaths[:2, :, old]).all()
    assert (leaning.deaths[2:4, :, old] < without.deaths[2:4, :, old]).all()
    assert (leaning.net_migration[:2, :, young] < without.net_migration[:2, :, young]).all()
    assert leaning.internal[:, :, old] == pytest.approx(without.internal[:, :, old])
    assert np.abs((leaning.moved_in - leaning.moved_out).sum(axis=0)).max() < 1e-6


def test_shares_of_areas_stay_those_of_the_totals(six_municipalities: Any) -> None:
    leaning = _projected(six_municipalities.inputs(1, 2018), PARENTS)
    shares = leaning.expected.sum(axis=(2, 3))
    shares /= shares.sum(axis=1, keepdims=True)
    assert shares == pytest.approx(leaning.totals.share, rel=1e-3)


def test_areas_with_enough_tables_speak_for_themselves(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(FEWEST_TABLES, 2018)
    without, leaning = _projected(known, None), _projected(known, PARENTS)
    assert np.array_equal(without.expected, leaning.expected)
    assert leaning.regional_areas == 0


@pytest.mark.parametrize("parents", [{}, dict.fromkeys(PARENTS, "Pohjola"), dict.fromkeys(PARENTS, "3")])
def test_where_no_parent_is_known_nothing_changes(six_municipalities: Any, parents: dict[str, str]) -> None:
    known = six_municipalities.inputs(1, 2018)
    without, other = _projected(known, None), _projected(known, parents)
    assert np.array_equal(without.expected, other.expected)
    assert np.array_equal(without.by_age.p90, other.by_age.p90)


def test_schedules_that_know_no_regions_change_nothing(six_municipalities: Any) -> None:
    known = six_municipalities.inputs(1, 2018)
    plain = replace(SCHEDULES, regions=None)
    without, other = (_projected(known, parents, schedules=plain) for parents in (None, PARENTS))
    assert np.array_equal(without.expected, other.expected)
