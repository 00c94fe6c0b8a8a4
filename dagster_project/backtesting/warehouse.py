"""Histories from a built warehouse: whatever years its population, events and official projections hold."""

from __future__ import annotations

import duckdb
import numpy as np

from contract.engine_adapter import COUNTRY, REST, engine_inputs
from dagster_project.backtesting.reference import Histories
from foresight.cohorts import AGES, EVENTS, Array, Inputs
from foresight.known import EVENTS_PUBLISHED, POPULATION_PUBLISHED, Dated, History, published
from foresight.panel import OfficialVintage


def read_warehouse(con: duckdb.DuckDBPyConnection) -> Histories:
    """Municipalities by age and their totals. Raises: InputError when tables and events do not fit."""
    inputs = engine_inputs(
        con.sql("select * from intermediate.int_population_by_age").fetchnumpy(),
        con.sql("select * from intermediate.int_vital_events").fetchnumpy(),
    )
    areas = inputs.areas
    parents = (None,) * len(areas)
    events = {name: _dated(inputs.events.years, getattr(inputs.events, name), name) for name in EVENTS}
    by_age = History(
        areas,
        parents,
        _dated(inputs.tables.years, inputs.tables.population, "population"),
        events,
        tuple(_vintages(con, areas)),
        not_scored=frozenset({REST} & set(areas)),
    )
    totals = History(
        areas,
        parents,
        None,
        events | {"population": _totals(inputs)},
        not_scored=by_age.not_scored,
    )
    return Histories(regions=None, municipalities=by_age, totals=totals)


def _dated(years: tuple[int, ...], values: Array, name: str) -> Dated:
    day = POPULATION_PUBLISHED if name == "population" else EVENTS_PUBLISHED
    return Dated(years, values, published(years, values.shape[1], day))


def _totals(inputs: Inputs) -> Dated:
    """Population of every year that ages or events tell."""
    found = dict(zip(inputs.events.years, inputs.events.population, strict=True))
    by_age = inputs.tables.population.sum(axis=(2, 3))
    found.update(zip(inputs.tables.years, by_age, strict=True))
    years = tuple(sorted(found))
    return _dated(years, np.stack([found[year] for year in years]), "population")


def _vintages(con: duckdb.DuckDBPyConnection, areas: tuple[str, ...]) -> list[OfficialVintage]:
    """Every official projection; an area and year without every age is NaN."""
    rows = con.sql(
        "select vintage, published_at, projection_year, municipality_code, age, population_count"
        " from intermediate.int_official_projection"
        f" where municipality_code <> '{COUNTRY}' and population_count is not null"
    ).fetchnumpy()
    found = []
    for vintage in np.unique(rows["vintage"]).tolist():
        mine = (rows["vintage"] == vintage) & np.isin(rows["municipality_code"].astype(str), areas)
        if not mine.any():
            continue
        years, year = np.unique(rows["projection_year"][mine].astype(int), return_inverse=True)
        population = np.full((len(years), len(areas), AGES), np.nan)
        area = np.searchsorted(np.array(areas), rows["municipality_code"][mine].astype(str))
        population[year, area, rows["age"][mine].astype(int)] = rows["population_count"][mine]
        population[np.isnan(population).any(axis=2)] = np.nan
        day = str(rows["published_at"][mine][0].astype("datetime64[D]"))
        found.append(OfficialVintage(str(vintage), day, tuple(map(int, years)), population))
    return found
