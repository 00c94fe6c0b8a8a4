"""The engine over the warehouse: reads `intermediate`, writes `foresight`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from contract.engine_adapter import (
    COUNTRY,
    REST,
    Columns,
    age_rows,
    aggregate_rows,
    engine_inputs,
    group_rows,
)
from contract.hindsight_rows import hindsight_rows
from contract.official_adapter import official_vintage
from contract.published import PublishedTable, published_table
from contract.scenario_rows import nightly_scenarios, scenario_rows
from contract.schedules import schedules_for
from contract.service_need_registers import Registers
from contract.what_if_rows import draw_columns, error_columns, rate_columns, run_columns
from dagster_project.defs.foresight_need import need_tables, read_registers, watched_need
from dagster_project.defs.foresight_vintages import prepare_vintages
from foresight import ENGINE_VERSION, Projection, project
from foresight.cohorts import Inputs
from foresight.need_paths import GROUPS, NeedPaths
from foresight.panel import OfficialVintage
from foresight.scenarios import Scenario
from foresight.service_need import SCHEMES

HORIZON = 20

_POPULATION = """
    select municipality_code, reference_year, sex, age, population_count
    from intermediate.int_population_by_age
"""
_EVENTS = """
    select
        municipality_code, reference_year, live_births_count, deaths_count, in_migration_count,
        out_migration_count, immigration_count, emigration_count, population_count
    from intermediate.int_vital_events
"""
_OFFICIAL = """
    select vintage, published_at::varchar as published_at, municipality_code, projection_year, age,
        population_count
    from intermediate.int_official_projection
    where municipality_code <> 'SSS' and age is not null
"""
_MEMBERS = """
    select area_code, municipality_code from intermediate.int_area_membership
    order by area_code, municipality_code
"""
_REGIONS = """
    select municipality_code, area_code from intermediate.int_area_membership where area_code like 'MK%'
"""

Tables = dict[str, list[Columns]]
"""Columns to write by published table, in parts."""
Progress = Callable[[str, float], None]
"""Called with what is being done and the share done, 0–1."""


@dataclass(frozen=True)
class ForesightSummary:
    """What a run projected and wrote; `rows` by table of schema `foresight`."""

    engine_version: str
    base_year: int
    last_year: int
    areas: int
    seed: int
    draws: int
    rows: Mapping[str, int]


def run_foresight(
    con: duckdb.DuckDBPyConnection,
    *,
    seed: int,
    draws: int,
    horizon: int = HORIZON,
    progress: Progress = lambda _detail, _share: None,
) -> ForesightSummary:
    """Project every municipality in every nightly scenario and write schema `foresight` in one transaction.

    The same input gives the same rows; all scenarios have the same random numbers.
    Raises: InputError when the intermediate tables cannot be projected, BalanceError when the engine's
    accounting does not hold; the tables then stay as they were.
    """
    progress("reading", 0.0)
    given = _read(con, seed, draws, horizon)
    scenarios = nightly_scenarios()

    def projected(scenario: Scenario, need: NeedPaths | None = None) -> Projection:
        before, after = (0.9 * (scenarios.index(scenario) + k) / len(scenarios) for k in (0, 1))
        return given.projected(
            scenario, lambda detail, share: progress(detail, before + (after - before) * share), need
        )

    need = watched_need(given.inputs, given.unions, given.registers, horizon=horizon, draws=draws)
    base = projected(scenarios[0], need)
    tables = _of_the_base(base, given.inputs) | need_tables(base, need, given.inputs, given.registers)
    tables["dim_scenario"] = [scenario_rows(scenarios, draws)]
    for scenario in scenarios[1:]:
        other = projected(scenario)
        tables["fct_projection"].append(group_rows(other))
        tables["fct_projection_area"].append(aggregate_rows(other))
    progress("looking back", 0.9)
    tables["fct_forecast_hindsight"] = [hindsight_rows(given.inputs.events)]
    progress("writing", 0.95)
    rows = _write(con, tables)
    progress("written", 1.0)
    return ForesightSummary(
        engine_version=ENGINE_VERSION,
        base_year=base.base_year,
        last_year=base.years[-1],
        areas=len(base.areas),
        seed=seed,
        draws=draws,
        rows=rows,
    )


@dataclass(frozen=True)
class _Given:
    """What every scenario is projected from and with."""

    inputs: Inputs
    unions: Mapping[str, Sequence[str]]
    regions: Mapping[str, str]
    official: OfficialVintage | None
    registers: Registers
    seed: int
    draws: int
    horizon: int

    def projected(self, scenario: Scenario, progress: Progress, need: NeedPaths | None = None) -> Projection:
        """All areas under `scenario`; `need` watches its draws."""
        base_year = self.inputs.base_year
        return project(
            self.inputs,
            horizon=self.horizon,
            draws=self.draws,
            seed=self.seed,
            schedules=schedules_for(base_year),
            official=self.official,
            unions=self.unions,
            parents=self.regions,
            scenario=scenario,
            single_ages=not scenario.levers,
            groups=SCHEMES if need is None else GROUPS,
            observe=None if need is None else need.observe,
            progress=lambda done, total: progress(f"{scenario.id} {base_year + done}", done / total),
        )


def _read(con: duckdb.DuckDBPyConnection, seed: int, draws: int, horizon: int) -> _Given:
    inputs = engine_inputs(con.sql(_POPULATION).fetchnumpy(), con.sql(_EVENTS).fetchnumpy())
    official = official_vintage(con.sql(_OFFICIAL).fetchnumpy(), inputs.areas, inputs.base_year)
    regions = dict(con.execute(_REGIONS).fetchall())
    unions, registers = _unions(con, inputs.areas), read_registers(con)
    return _Given(inputs, unions, regions, official, registers, seed, draws, horizon)


def _of_the_base(base: Projection, inputs: Inputs) -> Tables:
    """What the base scenario alone is published with, and its part of what every scenario has."""
    return {
        "fct_projection_age": [age_rows(base)],
        "fct_projection": [group_rows(base)],
        "fct_projection_area": [aggregate_rows(base)],
        "fct_engine_run": [run_columns(base)],
        "fct_engine_rate": [rate_columns(base, inputs)],
        "fct_engine_draw": [draw_columns(base, inputs)],
        "fct_engine_error": [error_columns(base)],
    }


def _unions(con: duckdb.DuckDBPyConnection, areas: Sequence[str]) -> dict[str, list[str]]:
    """Members of every area that is summed from draws; the country and the residual always among them."""
    unions: dict[str, list[str]] = {COUNTRY: list(areas)}
    if REST in areas:
        unions[REST] = [REST]
    for area, municipality in con.execute(_MEMBERS).fetchall():
        if area not in (COUNTRY, REST):
            unions.setdefault(area, []).append(municipality)
    return dict(sorted(unions.items()))


def _write(con: duckdb.DuckDBPyConnection, tables: Tables) -> dict[str, int]:
    """Rows written by table; nothing is kept when any of them fails."""
    rows = {}
    con.execute("begin")
    try:
        con.execute("create schema if not exists foresight")
        for name, parts in tables.items():
            rows[engine_table(name)] = _replace(con, published_table(name), parts)
        prepare_vintages(con)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return rows


def engine_table(published: str) -> str:
    """The table of schema `foresight` behind a published one.

    >>> engine_table("fct_projection_area"), engine_table("dim_scenario")
    ('projection_area', 'scenario')
    """
    return published.removeprefix("fct_").removeprefix("dim_")


def _replace(con: duckdb.DuckDBPyConnection, table: PublishedTable, parts: Sequence[Columns]) -> int:
    """Write `parts`, each ordered by the key, as the table of schema `foresight`; the number of rows."""
    target = f"foresight.{engine_table(table.name)}"
    con.execute(f"drop table if exists {target}")
    con.execute(_create(target, table))
    columns = ", ".join(f'"{column}"' for column in table.columns)
    for part in parts:
        con.register("engine_output", dict(part))
        try:
            con.execute(
                f"insert into {target} select {columns} from engine_output order by {', '.join(table.key)}"
            )
        finally:
            con.unregister("engine_output")
    ((rows,),) = con.execute(f"select count(*) from {target}").fetchall()
    return int(rows)


def _create(target: str, table: PublishedTable) -> str:
    columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
    return f"create table {target} ({columns})"
