"""What the method would have said in earlier years."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from contract.hindsight_rows import hindsight_rows
from foresight.cohorts import EVENTS, EventTotals
from foresight.hindsight import METHODS, look_back

AREAS = ("001", "002", "rest")


def _events(years: int = 8, growth: float = 0.02) -> EventTotals:
    """Areas that grow by rule: the first shrinks, the second grows, the rest grows more slowly."""
    pace = 1.0 + growth * np.array([-1.0, 1.0, 0.3])
    people = np.array([2_000.0, 9_000.0, 400_000.0]) * pace ** np.arange(years)[:, None]
    counts = dict.fromkeys(EVENTS, 0.01 * people) | {"population": people}
    return EventTotals(AREAS, tuple(range(2013, 2013 + years)), **counts)


def test_every_past_year_with_a_later_one_is_looked_back_from() -> None:
    found = look_back(_events())
    assert found is not None
    assert found.base_years == (2017, 2018, 2019)
    known = np.isfinite(found.came).sum(axis=(1, 2)) / len(AREAS)
    assert known.tolist() == [3, 2, 1]
    for method in METHODS:
        assert np.array_equal(np.isfinite(found.forecasts[method]), np.isfinite(found.came))


def test_no_change_misses_by_the_growth_and_the_method_by_little() -> None:
    found = look_back(_events())
    assert found is not None
    errors = {method: found.forecasts[method][0, 2] / found.came[0, 2] - 1 for method in METHODS}
    assert errors["no_change"][0] == pytest.approx(0.98**-3 - 1)
    assert np.abs(errors["kuntaluotsi"]).max() < 0.005


def test_nothing_later_than_a_base_year_reaches_its_forecast() -> None:
    true = _events()
    planted = {name: getattr(true, name).copy() for name in EVENTS}
    for values in planted.values():
        values[6:] *= 7.0
    one, other = look_back(true), look_back(replace(true, **planted))
    assert one is not None
    assert other is not None
    for method in METHODS:
        # base years 2017 and 2018 know rows 0–5 only
        assert np.array_equal(one.forecasts[method][:2], other.forecasts[method][:2], equal_nan=True)
    assert not np.array_equal(one.came, other.came, equal_nan=True)


def test_a_history_of_five_years_leaves_nothing_to_compare_with() -> None:
    assert look_back(_events(years=5)) is None
    rows = hindsight_rows(_events(years=5))
    assert len(rows["municipality_code"]) == 0


def test_rows_leave_the_rest_of_the_country_out_and_hold_their_error() -> None:
    rows = hindsight_rows(_events())
    assert set(rows["municipality_code"]) == {"001", "002"}
    assert len(rows["method"]) == 3 * 2 * 6
    at = (rows["method"] == "no_change") & (rows["municipality_code"] == "002") & (rows["horizon_years"] == 1)
    assert rows["error_pct"][at] == pytest.approx(100 * (1 / 1.02 - 1))
    assert (rows["projection_year"] == rows["base_year"] + rows["horizon_years"]).all()
