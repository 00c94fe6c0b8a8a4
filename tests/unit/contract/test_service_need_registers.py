"""A small municipality's own registers: classes, groups and places where given, nothing elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from contract.published import published_table
from contract.service_need_registers import DayCareRow, PupilRow, Registers, SchoolRow, unit_rows
from foresight.cohorts import AGES

CODE, BASE, YEARS = "305", 2020, 3
RATES = (0.4, 0.4, 0.4, 0.9, 0.9, 0.9, 0.8)
LIMITS = (24,) * 9


def school(code: str = "1", **changes: Any) -> SchoolRow:
    row = SchoolRow(CODE, 2020, code, f"Koulu {code}", 1, 6, 150, LIMITS, None)
    return row._replace(**changes)


def pupils(code: str, number: int, year: int = 2020) -> list[PupilRow]:
    return [PupilRow(CODE, year, code, grade, number) for grade in range(1, 7)]


def told(registers: Registers, *, children: tuple[float, ...] = (24.0, 25.0)) -> Mapping[str, NDArray[Any]]:
    """Rows where as many children of every age live there each year as `children` says of each draw."""
    draws = np.zeros((YEARS, AGES, len(children)))
    draws[:, :16] = children
    base = np.zeros(AGES)
    base[:16] = 24.0
    return unit_rows(
        registers,
        {CODE: draws},
        {CODE: base},
        base_year=BASE,
        scenario_id="base",
        rates=RATES,
        rate_year=2023,
        seed=1,
    )


def of(rows: Mapping[str, NDArray[Any]], measure: str, column: str, unit: str | None = None) -> list[float]:
    chosen = rows["measure"] == measure
    if unit is not None:
        chosen &= rows["unit_code"] == unit
    return [float(value) for value in rows[column][chosen]]


ONE_SCHOOL = Registers([school()], pupils("1", 24))


def test_expected_classes_are_the_mean_of_rounded_up_draws_and_not_the_mean_rounded_up() -> None:
    rows = told(ONE_SCHOOL)
    # six grades of 24 in one draw are 6 classes, of 25 in the other 12
    assert of(rows, "classes", "mean") == [9.0] * YEARS
    assert of(rows, "grade_1_classes", "mean") == [1.5] * YEARS
    assert of(rows, "grade_1_classes", "probability") == [0.5] * YEARS
    assert of(rows, "pupils", "mean") == [147.0] * YEARS


def test_rows_have_the_columns_that_were_promised() -> None:
    assert set(told(ONE_SCHOOL)) == set(published_table("fct_service_need_unit").columns)


def test_pupils_above_the_capacity_are_told_by_their_probability() -> None:
    rows = told(Registers([school(capacity=144)], pupils("1", 24)))
    assert of(rows, "pupils", "limit_value") == [144.0] * YEARS
    assert of(rows, "pupils", "probability") == [0.5] * YEARS
    assert of(rows, "pupils", "probability_by_then") == [0.5] * YEARS


def test_children_are_shared_out_by_where_they_go_now() -> None:
    registers = Registers([school("1"), school("2")], [*pupils("1", 18), *pupils("2", 6)])
    rows = told(registers, children=(24.0,) * 400)
    assert of(rows, "pupils", "mean", "1")[0] == pytest.approx(108, abs=1.5)
    both = np.add(of(rows, "pupils", "mean", "1"), of(rows, "pupils", "mean", "2"))
    assert both == pytest.approx([144] * YEARS, abs=0.02)


def test_pupils_from_elsewhere_make_no_more_than_all_children() -> None:
    assert of(told(Registers([school()], pupils("1", 30))), "pupils", "mean") == [147.0] * YEARS


def test_without_a_group_limit_in_every_grade_only_pupils_are_told() -> None:
    rows = told(Registers([school(limits=(24, None, *LIMITS[2:]))], pupils("1", 24)))
    assert set(rows["measure"]) == {"pupils"}


def test_a_school_has_no_pupils_from_the_autumn_it_closes() -> None:
    in_summer = told(Registers([school(closes_on=date(2022, 7, 31))], pupils("1", 24)))
    assert set(in_summer["projection_year"]) == {2021}
    in_autumn = told(Registers([school(closes_on=date(2022, 12, 31))], pupils("1", 24)))
    assert set(in_autumn["projection_year"]) == {2021, 2022}


def test_pupils_of_an_earlier_autumn_are_held_against_the_children_they_are_now() -> None:
    draws = Registers([school(school_year=2018)], pupils("1", 12, 2018))
    assert of(told(draws, children=(24.0,)), "pupils", "mean")[0] == pytest.approx(72, abs=12)


PLACES = [
    DayCareRow(CODE, "2020M12", 60, 52),
    DayCareRow(CODE, "2020M12", 50, 51),
    DayCareRow(CODE, "2019M12", 9, 9),
]
# with the rates: 24 × (3 × 0.4 + 3 × 0.9 + 0.8) = 112.8 children


def test_the_newest_places_and_the_children_enrolled_in_them_give_the_need_for_groups() -> None:
    rows = told(Registers(day_care=PLACES), children=(24.0, 27.0))
    assert of(rows, "children", "mean")[0] == pytest.approx(103 * (24 + 27) / 48, abs=0.01)
    assert of(rows, "children", "limit_value") == [110.0] * YEARS
    assert of(rows, "children", "probability") == [0.5] * YEARS
    # 26.3 under three and 76.7 older ones: 3 + 4 groups; an eighth more: 29.6 and 86.3: 3 + 5
    assert of(rows, "groups", "mean") == [7.5] * YEARS


def test_where_a_unit_does_not_tell_its_children_the_countrys_rates_stand_in() -> None:
    untold = [PLACES[0], PLACES[1]._replace(children_enrolled=None)]
    assert of(told(Registers(day_care=untold), children=(24.0,)), "children", "mean")[0] == pytest.approx(
        112.8
    )


def test_a_municipality_without_registers_is_told_nothing_of() -> None:
    assert len(told(Registers())["measure"]) == 0
    assert Registers([school()], []).municipalities() == set()
    elsewhere = Registers(day_care=[DayCareRow("091", "2020M12", 1, 1)])
    assert len(told(elsewhere)["measure"]) == 0


def test_the_same_registers_and_seed_give_the_same_rows() -> None:
    registers = Registers([school("1"), school("2")], [*pupils("1", 18), *pupils("2", 6)])
    first, again = told(registers), told(registers)
    assert all(
        np.array_equal(first[name], again[name], equal_nan=first[name].dtype == float) for name in first
    )
