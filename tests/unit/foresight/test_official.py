"""The official projection as a member: its ratios from the newest population."""

from __future__ import annotations

import numpy as np
import pytest

from foresight.cohorts import AGES
from foresight.official import MOVERS, WEIGHT, WEIGHT_OF_MOVERS, official_ratios, official_weights
from foresight.panel import OfficialVintage


def _table(**people: float) -> np.ndarray:
    """One area's people by age `[1, age]`, named `age_30=…`; nobody at other ages."""
    table = np.zeros((1, AGES))
    for name, count in people.items():
        table[0, int(name.removeprefix("age_"))] = count
    return table


def _vintage(first: int, *tables: np.ndarray) -> OfficialVintage:
    return OfficialVintage("2019", "2019-09-30", tuple(range(first, first + len(tables))), np.stack(tables))


def test_a_rebased_figure_is_the_vintages_ratio_from_the_counted_cohort() -> None:
    vintage = _vintage(2018, _table(age_30=200.0, age_80=50.0), _table(age_31=210.0, age_81=45.0))
    ratio = official_ratios(vintage, 2018, _table(age_30=190.0, age_80=60.0), 2019)
    assert ratio is not None
    assert ratio[0, 31] == pytest.approx(1.05)
    assert 190.0 * ratio[0, 31] == pytest.approx(199.5)
    assert 60.0 * ratio[0, 81] == pytest.approx(54.0)


def test_the_open_group_takes_in_those_a_year_younger() -> None:
    vintage = _vintage(2018, _table(age_99=30.0, age_100=20.0), _table(age_100=25.0))
    ratio = official_ratios(vintage, 2018, _table(), 2019)
    assert ratio is not None
    assert ratio[0, 100] == pytest.approx(0.5)


def test_newborns_are_told_per_person_of_the_parents_ages() -> None:
    vintage = _vintage(
        2018, _table(age_25=1.0), _table(age_0=12.0, age_19=999.0, age_20=100.0, age_39=140.0, age_40=999.0)
    )
    ratio = official_ratios(vintage, 2018, _table(), 2019)
    assert ratio is not None
    assert ratio[0, 0] == pytest.approx(0.05)


def test_it_is_silent_at_ages_where_it_has_nobody_to_follow() -> None:
    ratio = official_ratios(_vintage(2018, _table(age_50=9.0), _table(age_51=9.0)), 2018, _table(), 2019)
    assert ratio is not None
    assert np.flatnonzero(np.isfinite(ratio[0])).tolist() == [51]


def test_a_vintage_that_starts_a_year_later_starts_from_the_counted_population() -> None:
    vintage = _vintage(2019, _table(age_31=210.0), _table(age_32=189.0))
    counted = _table(age_30=200.0)
    first = official_ratios(vintage, 2018, counted, 2019)
    second = official_ratios(vintage, 2018, counted, 2020)
    assert first is not None
    assert second is not None
    assert first[0, 31] == pytest.approx(1.05)
    assert second[0, 32] == pytest.approx(0.9)


def test_an_older_vintage_gives_ratios_of_its_own_years_not_its_level() -> None:
    vintage = _vintage(2015, *(_table(**{f"age_{30 + k}": 1_000.0 * 1.01**k}) for k in range(6)))
    ratio = official_ratios(vintage, 2018, _table(age_33=500.0), 2019)
    assert ratio is not None
    assert 500.0 * ratio[0, 34] == pytest.approx(505.0)


@pytest.mark.parametrize("year", [2018, 2021, 2022])
def test_without_the_year_or_the_one_before_it_says_nothing(year: int) -> None:
    vintage = _vintage(2019, _table(age_30=1.0), _table(age_31=1.0))
    assert official_ratios(vintage, 2018, _table(age_30=1.0), year) is None


def test_an_area_it_does_not_hold_stays_silent() -> None:
    tables = [np.concatenate([_table(age_30=10.0), np.full((1, AGES), np.nan)]) for _ in range(2)]
    ratio = official_ratios(_vintage(2018, *tables), 2018, np.ones((2, AGES)), 2019)
    assert ratio is not None
    assert np.isnan(ratio[1]).all()


def test_it_weighs_more_at_the_ages_of_movers_when_we_have_one_table_only() -> None:
    one, more = official_weights(1), official_weights(2)
    assert set(more.tolist()) == {WEIGHT}
    assert set(one[MOVERS].tolist()) == {WEIGHT_OF_MOVERS}
    assert set(np.delete(one, np.r_[MOVERS]).tolist()) == {WEIGHT}
