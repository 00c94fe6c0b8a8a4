"""A what-if's inputs survive the published tables: out of a projection, read back, the same outlook."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from contract.schedules import schedules_for
from contract.what_if_rows import (
    MOVES,
    Columns,
    area_inputs,
    draw_columns,
    error_columns,
    rate_columns,
    run_columns,
    shared_inputs,
)
from foresight.cohorts import AGES, EVENTS, SEXES, AgeTables, EventTotals, InputError, Inputs
from foresight.one_area import WhatIfInputs, what_if_inputs
from foresight.project import ENGINE_VERSION, Projection, project
from foresight.what_if import prepare

AREAS = ("091", "297", "rest")
AREA = "297"


@pytest.fixture(scope="module")
def inputs() -> Inputs:
    rng = np.random.default_rng(5)
    sizes = np.array([20_000.0, 6_000.0, 300_000.0])
    shape = np.clip(1.2 - np.arange(AGES) / 90, 0.01, None)
    population = sizes[:, None, None] * np.tile(shape / (2 * shape.sum()), (2, 1))
    tables = np.stack([population * rng.uniform(0.95, 1.05, population.shape) for _ in range(3)])
    people = np.concatenate([np.repeat(tables[:1].sum(axis=(2, 3)), 2, axis=0), tables.sum(axis=(2, 3))])
    rates = {"births": 0.01, "deaths": 0.01, "immigration": 0.005, "emigration": 0.003, "out_migration": 0.05}
    events = {name: people * rate for name, rate in rates.items()}
    events |= {"in_migration": events["out_migration"], "population": people}
    return Inputs(
        AgeTables(AREAS, (2018, 2019, 2020), tables),
        EventTotals(AREAS, tuple(range(2016, 2021)), **{name: events[name] for name in EVENTS}),
    )


@pytest.fixture(scope="module")
def projection(inputs: Inputs) -> Projection:
    return project(inputs, horizon=6, draws=20, seed=3, schedules=schedules_for(2018))


def _of(columns: Columns, code: str) -> dict[str, np.ndarray[Any, Any]]:
    """The rows of one area, shuffled: a database promises no order."""
    rows = np.flatnonzero(np.asarray(columns["municipality_code"]) == code)
    rows = np.random.default_rng(1).permutation(rows)
    return {name: np.asarray(values)[rows] for name, values in columns.items()}


def _people(base: np.ndarray[Any, Any]) -> dict[str, np.ndarray[Any, Any]]:
    sex, age = np.meshgrid(np.array(SEXES), np.arange(AGES), indexing="ij")
    return {"sex": sex.ravel(), "age": age.ravel(), "population_count": base.ravel()}


@pytest.fixture(scope="module")
def read_back(inputs: Inputs, projection: Projection) -> WhatIfInputs:
    rates = rate_columns(projection, inputs)
    shared = shared_inputs(
        run_columns(projection),
        draw_columns(projection, inputs),
        _of(rates, "SSS"),
        _people(inputs.base.sum(axis=0)),
    )
    errors = _of(error_columns(projection), AREA)
    return area_inputs(AREA, shared, _of(rates, AREA), errors, _people(inputs.base[AREAS.index(AREA)]))


def test_the_outlook_from_the_tables_is_that_from_the_projection(
    inputs: Inputs, projection: Projection, read_back: WhatIfInputs
) -> None:
    direct = prepare(what_if_inputs(projection, inputs, AREA)).base
    published = prepare(read_back).base
    assert np.allclose(published.by_group, direct.by_group, rtol=2e-4)


def test_the_inputs_are_told_in_full(projection: Projection, read_back: WhatIfInputs) -> None:
    assert (read_back.engine_version, read_back.base_year, read_back.seed) == (ENGINE_VERSION, 2020, 3)
    assert (read_back.stream, read_back.draws, len(read_back.own)) == (1, 20, 6)
    assert np.allclose(read_back.errors.growth_covariance, projection.totals.growth.local_covariance[1])
    assert np.allclose(read_back.own[2].out_rate[0], projection.year_rates[2].out_rate[1], rtol=6e-5)
    assert np.allclose(read_back.national.births, projection.national.births)


def test_tables_hold_every_cell_once_and_no_residual_area(inputs: Inputs, projection: Projection) -> None:
    rates = rate_columns(projection, inputs)
    assert set(rates["municipality_code"]) == {"091", "297", "SSS"}
    keys = [rates[name] for name in ("municipality_code", "projection_year", "sex", "age")]
    assert len(set(zip(*keys, strict=True))) == len(keys[0]) == 3 * 6 * 2 * AGES
    assert not rates["fertility"][np.asarray(rates["sex"]) == "male"].any()
    draws = draw_columns(projection, inputs)
    assert len(draws["factor"]) == 5 * 6 * 20
    assert MOVES in set(draws["component"])
    errors = error_columns(projection)
    assert len(errors["value"]) == 2 * (5 + 32 + 21)


@pytest.mark.parametrize(
    ("table", "message"),
    [("rates", "engine_rate.fertility: 1211 rows for 1212 cells"), ("errors", "rows of stream; expected 1")],
)
def test_missing_rows_are_named(inputs: Inputs, projection: Projection, table: str, message: str) -> None:
    rates = rate_columns(projection, inputs)
    shared = shared_inputs(
        run_columns(projection),
        draw_columns(projection, inputs),
        _of(rates, "SSS"),
        _people(inputs.base.sum(axis=0)),
    )
    mine, errors = _of(rates, AREA), _of(error_columns(projection), AREA)
    if table == "rates":
        mine = {name: values[:-1] for name, values in mine.items()}
    else:
        kept = errors["component"] != "stream"
        errors = {name: values[kept] for name, values in errors.items()}
    with pytest.raises(InputError, match=message):
        area_inputs(AREA, shared, mine, errors, _people(inputs.base[1]))
