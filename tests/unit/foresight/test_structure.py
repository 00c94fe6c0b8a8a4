"""What one age table tells of moves: planted moves are found, and none where none were planted."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from foresight.cohorts import AGES, EventTotals
from foresight.schedules import AGE_BANDS
from foresight.structure import CHILD_PACE, net_rates_of_structure

AREAS = 40
BANDS = list(pairwise(AGE_BANDS))
INFANTS, TODDLERS = BANDS.index((0, 2)), BANDS.index((2, 7))
AT_19, AT_20 = BANDS.index((19, 20)), BANDS.index((20, 21))
CLASSES = np.zeros(AREAS, np.intp)
NAMES = tuple(f"{i:03d}" for i in range(AREAS))


def _country(people: float) -> tuple[np.ndarray, EventTotals]:
    """A table `[area, sex, age]` of areas alike, `people` at every age and sex, and the births behind it."""
    base = np.full((AREAS, 2, AGES), people)
    births = np.full((9, AREAS), 2.0 * people)
    nobody = np.zeros((9, AREAS))
    total = np.tile(base.sum(axis=(1, 2)), (9, 1))
    years = tuple(range(2010, 2019))
    return base, EventTotals(NAMES, years, births, nobody, nobody, nobody, nobody, nobody, total)


def test_nothing_is_found_where_nothing_was_planted() -> None:
    told = net_rates_of_structure(*_country(500.0), CLASSES)
    assert np.abs(told.mean).max() < 1e-6


def test_bands_that_no_table_tells_are_unknown() -> None:
    told = net_rates_of_structure(*_country(500.0), CLASSES)
    known = np.isfinite(told.variance).all(axis=(0, 1))
    assert [BANDS[k] for k in np.flatnonzero(known)] == [
        (0, 2), (2, 7), (16, 18), (18, 19), (19, 20), (20, 21), (21, 22), (22, 24), (24, 26), (26, 30),
        (30, 35),
    ]  # fmt: skip
    assert not told.mean[:, :, ~known].any()


def test_children_who_come_and_go_are_found() -> None:
    base, events = _country(2_000.0)
    rate = np.where(np.arange(AREAS) % 2 == 0, 0.03, -0.03)
    moved = np.cumsum(CHILD_PACE) - 0.5 * CHILD_PACE
    base[:, :, :9] *= np.exp(rate[:, None] * moved)[:, None]
    told = net_rates_of_structure(base, events, CLASSES)
    assert told.mean[:, 0, INFANTS] == pytest.approx(rate, rel=0.1)
    assert told.mean[:, 1, TODDLERS] == pytest.approx(rate * CHILD_PACE[1:6].mean(), rel=0.1)
    assert (np.sqrt(told.variance[:, 0, INFANTS]) < 0.01).all()


def test_a_village_with_as_many_children_more_is_believed_less_than_a_city() -> None:
    pulled = []
    for people in (8.0, 2_000.0):
        base, events = _country(people)
        moved = np.cumsum(CHILD_PACE) - 0.5 * CHILD_PACE
        rng = np.random.default_rng(4)
        rate = rng.normal(0.0, 0.02, AREAS)
        base[:, :, :9] *= np.exp(rate[:, None] * moved)[:, None]
        pulled.append(np.abs(net_rates_of_structure(base, events, CLASSES).mean[:, 0, INFANTS]).mean())
    assert pulled[0] < 0.5 * pulled[1]


def test_young_adults_who_move_to_a_town_are_found_at_the_age_they_come() -> None:
    base, events = _country(3_000.0)
    town = np.arange(AREAS) < 8
    base[town, :, 19:] *= 1.3
    base[~town, :, 19:] *= 0.9
    told = net_rates_of_structure(base, events, CLASSES)
    growth = np.log(base[:, 0, 19] / base[:, 0, 19].sum()) - np.log(1 / AREAS)
    assert told.mean[:, 0, AT_19] == pytest.approx(growth, rel=0.1)
    assert np.abs(told.mean[:, :, AT_20]).max() < 0.02


def test_birth_cohorts_that_grow_smaller_are_not_taken_for_moves() -> None:
    base, events = _country(3_000.0)
    shrinking = np.arange(AREAS) < 20
    pace = np.where(shrinking, 0.02, -0.02)
    base *= np.exp(pace[:, None, None] * (np.arange(AGES) - 30.0).clip(-30, 10))
    told = net_rates_of_structure(base, events, CLASSES)
    for band in (BANDS.index((16, 18)), AT_19):
        assert np.abs(told.mean[:, :, band]).max() < 0.5 * 0.02


@pytest.mark.parametrize("gone", ["births of every year", "births of one year", "infants of the country"])
def test_without_births_or_infants_of_the_country_children_tell_nothing(gone: str) -> None:
    base, events = _country(500.0)
    if gone == "births of every year":
        events.births[:] = 0.0
    elif gone == "births of one year":
        events.births[3] = 0.0
    else:
        base[:, :, 3] = 0.0
    told = net_rates_of_structure(base, events, CLASSES)
    assert np.isinf(told.variance[:, :, [INFANTS, TODDLERS]]).all()
    assert not told.mean[:, :, [INFANTS, TODDLERS]].any()


def test_an_area_without_people_at_some_ages_gives_numbers() -> None:
    base, events = _country(20.0)
    base[0, :, 16:30] = 0.0
    base[1] = 0.0
    events.births[:, 1] = 0.0
    told = net_rates_of_structure(base, events, CLASSES)
    assert np.isfinite(told.mean).all()
    assert not np.isnan(told.variance).any()
