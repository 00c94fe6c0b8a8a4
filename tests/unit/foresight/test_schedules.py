"""Schedules refuse what the engine could not use, and give curves over all ages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from foresight.cohorts import AGES, InputError
from foresight.schedules import FERTILE_AGES, FLOWS, Schedules

HAZARD = tuple(0.0005 * 1.07**age for age in range(AGES))
SIMPLE = Schedules(
    name="simple",
    latest_year=2000,
    mortality=(HAZARD, HAZARD),
    mortality_drift=(((0, -0.02), (100, 0.0)), ((50, -0.01),)),
    births_by_age=tuple(float(k) for k in range(1, 36)),
    share_of_boys=0.512,
    out_migration=((0, 0.1), (20, 0.3), (100, 0.0)),
    immigration=((0, 1.0),),
    emigration=((0, 0.0), (100, 1.0)),
)


def test_every_curve_runs_over_all_ages() -> None:
    assert SIMPLE.hazard().shape == SIMPLE.drift().shape == (2, AGES)
    assert SIMPLE.fertility().shape == (AGES,)
    assert all(SIMPLE.profile(flow).shape == (AGES,) for flow in FLOWS)


def test_hazards_are_those_given_and_values_between_knots_lie_on_the_line() -> None:
    assert SIMPLE.hazard()[1].tolist() == list(HAZARD)
    assert SIMPLE.drift()[0, 25] == pytest.approx(-0.015)
    assert SIMPLE.drift()[1].tolist() == [-0.01] * AGES
    assert SIMPLE.profile("out_migration")[10] == pytest.approx(0.2)


def test_fertility_sums_to_one_over_the_fertile_ages() -> None:
    curve = SIMPLE.fertility()
    assert curve.sum() == pytest.approx(1.0)
    assert curve[FERTILE_AGES].sum() == pytest.approx(1.0)
    assert np.flatnonzero(curve).tolist() == list(range(15, 50))
    assert curve[49] == pytest.approx(35 * curve[15])


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"mortality": (HAZARD[:-1], HAZARD)}, "mortality.*male: 100 ages"),
        ({"mortality": (HAZARD, (*HAZARD[:50], 0.0, *HAZARD[51:]))}, r"female.*ages \[50\]"),
        ({"mortality": (HAZARD, (float("nan"), *HAZARD[1:]))}, r"female.*ages \[0\]"),
        ({"mortality_drift": (((0, float("inf")),), ((0, 0.0),))}, "mortality_drift of male"),
        ({"births_by_age": (0.0,) * 35}, "births_by_age"),
        ({"births_by_age": (1.0,) * 34}, "34 ages; expected 35"),
        ({"share_of_boys": 51.2}, "share_of_boys"),
        ({"immigration": ((30, 1.0), (20, 0.5))}, "immigration.*ascending"),
        ({"immigration": ((0, 1.0), (101, 0.5))}, "immigration.*ascending"),
        ({"emigration": ((0, 1.0), (50, -0.1))}, "emigration.*negative"),
        ({"out_migration": ((0, 0.0),)}, "out_migration.*every value is 0"),
        ({"out_migration": ()}, "out_migration.*ascending"),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(change: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named):
        replace(SIMPLE, **change)
