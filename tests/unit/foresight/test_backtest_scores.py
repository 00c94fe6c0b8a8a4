"""Forecasts against what came, and the rows that are written of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from foresight.backtest import OURS, TOTAL, Forecasts
from foresight.backtest_cells import against_what_came
from foresight.backtest_rows import CHANCE, EVERY_SIZE, ScoreRow, score_rows
from foresight.cohorts import size_class
from foresight.known import POPULATION_PUBLISHED, Dated, History, Protocol, published

YEARS = tuple(range(2000, 2013))
AREAS = ("a", "b", "c", "rest")
SIZES = np.array([1_000.0, 3_000.0, 60_000.0, 5e6])


def history() -> History:
    grown = SIZES * 1.01 ** np.arange(len(YEARS))[:, None]
    dated = Dated(YEARS, grown, published(YEARS, len(AREAS), POPULATION_PUBLISHED))
    return History(AREAS, (None,) * 4, None, {"population": dated}, not_scored=frozenset({"rest"}))


def forecasts(base_year: int, error: float = 1.02, horizon: int = 3) -> Forecasts:
    """Ours is too high by `error`, no change by what came; draws spread evenly by ±10 % around ours."""
    ahead = np.arange(1, horizon + 1)[:, None]
    base = SIZES * 1.01 ** (base_year - YEARS[0])
    ours = error * base * 1.01**ahead
    draws = ours[:, :, None] * np.linspace(0.9, 1.1, 201)
    return Forecasts(
        run="test",
        protocol=Protocol.SAME_INFORMATION,
        base_year=base_year,
        information_date=date(base_year + 1, 5, 31),
        newest_known_from=date(base_year + 1, 3, 31),
        member=None,
        opponent=None,
        areas=AREAS,
        size_class=size_class(base),
        groups=(TOTAL,),
        points={OURS: ours[:, :, None], "no change": np.broadcast_to(base, ours.shape)[:, :, None]},
        draws=draws[:, :, None],
        chance=(0.01 * ours[:, :, None]) ** 2,
    )


def rows_of(*base_years: int, error: float = 1.02) -> list[ScoreRow]:
    cells = [c for year in base_years for c in against_what_came(forecasts(year, error), history())]
    return score_rows(cells, seed=1)


def value(rows: list[ScoreRow], method: str, measure: str, horizon: int = 1, **other: object) -> float:
    wanted = {"base_year": None, "size_class": EVERY_SIZE} | other
    (row,) = [
        row
        for row in rows
        if (row.method, row.measure, row.horizon) == (method, measure, horizon)
        and all(getattr(row, name) == expected for name, expected in wanted.items())
    ]
    return row.value


def test_only_years_that_came_and_areas_that_are_judged_are_compared() -> None:
    cells = against_what_came(forecasts(2010), history())
    assert [one.horizon for one in cells] == [1, 2]
    assert cells[0].came.shape == (3, 1)
    assert cells[0].size_class.tolist() == [0, 1, 5]
    assert against_what_came(forecasts(2012), history()) == []


def test_errors_are_those_of_the_figures() -> None:
    rows = rows_of(2003, 2004)
    assert value(rows, OURS, "mape") == pytest.approx(2.0)
    assert value(rows, OURS, "bias") == pytest.approx(2.0)
    assert value(rows, "no change", "bias", 3) == pytest.approx(100 * (1 / 1.01**3 - 1), abs=1e-6)
    assert value(rows, OURS, "within_10") == 100.0
    assert value(rows, "no change", "skill_mape") == pytest.approx(1 - 2.0 / (100 - 100 / 1.01), abs=1e-6)
    assert value(rows, "no change", "wins", 1) == 0.0
    assert value(rows, "no change", "wins", 3) == 100.0
    assert value(rows, OURS, "mape_shares") == pytest.approx(0.0, abs=1e-6)
    assert value(rows, CHANCE, "mape") == pytest.approx(np.sqrt(2 / np.pi), abs=1e-6)


def test_bands_are_scored_from_the_draws() -> None:
    held, missed = rows_of(2003, 2004), rows_of(2003, 2004, error=1.2)
    assert [value(held, OURS, f"coverage_{level}") for level in (50, 80, 95)] == [100.0] * 3
    assert [value(missed, OURS, f"coverage_{level}") for level in (50, 80, 95)] == [0.0] * 3
    assert value(missed, OURS, "crps") > value(held, OURS, "crps") > 0
    assert value(missed, OURS, "interval_80") > value(held, OURS, "interval_80")
    assert value(missed, OURS, "pinball_10") > value(held, OURS, "pinball_10") > 0
    histogram = [value(held, OURS, f"pit_{k}") for k in range(10)]
    assert histogram[4] == 100.0, "what came lies a little below the middle of our draws"
    assert value(missed, OURS, "pit_0") == 100.0


def test_size_classes_and_single_base_years_have_rows_of_their_own() -> None:
    rows = rows_of(2003, 2004)
    assert {row.size_class for row in rows if row.base_year is None} == {
        EVERY_SIZE, "0-1999", "2000-4999", "50000+",
    }  # fmt: skip
    single = [row for row in rows if row.base_year == 2003]
    assert {row.information_date for row in single} == {"2004-05-31"}
    assert {row.measure for row in single} == {"mape", "wape", "bias", "coverage_80", "crps"}
    assert {row.cases for row in rows if row.measure == "mape" and row.size_class == EVERY_SIZE} == {3, 6}


def test_intervals_need_two_base_years_and_the_test_of_a_difference_needs_more() -> None:
    one, two, many = rows_of(2003), rows_of(2003, 2004), rows_of(2003, 2004, 2005, 2006)
    assert not [row for row in one if row.measure == "mape_low"]
    assert value(two, OURS, "mape_low") == pytest.approx(2.0)
    assert value(two, OURS, "origins") == 2.0
    assert {row.horizon for row in two if row.measure == "mape_low"} == {1}
    assert not [row for row in two if row.measure == "dm_p_value"]
    assert {row.horizon for row in many if row.measure == "dm_p_value"} == {1, 2}


def test_a_method_is_judged_only_where_it_speaks() -> None:
    said = forecasts(2003)
    silent = said.points["no change"].copy()
    silent[:, 0] = np.nan
    some = replace(said, points=said.points | {"no change": silent, "mute": np.full_like(silent, np.nan)})
    rows = score_rows(against_what_came(some, history()), seed=1)
    assert {r.cases for r in rows if r.method == "no change" and r.size_class == EVERY_SIZE} == {2, 1}
    assert not [row for row in rows if row.method == "mute"]


def test_the_same_cells_give_the_same_rows() -> None:
    assert rows_of(2003, 2004, 2005) == rows_of(2003, 2004, 2005)
