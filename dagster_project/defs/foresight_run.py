"""The engine over the warehouse: reads `intermediate`, writes `foresight`, remembers what was published."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from contract.schedules import schedules_for
from contract.what_if_rows import draw_columns, error_columns, rate_columns, run_columns
from foresight import ENGINE_VERSION, Projection, project
from foresight.cohorts import Inputs

HORIZON = 20
ISSUER = "kuntaluotsi"

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
_TABLES: tuple[tuple[str, Callable[[Projection, Inputs], Columns]], ...] = (
    ("fct_projection_age", lambda projection, _: age_rows(projection)),
    ("fct_projection", lambda projection, _: group_rows(projection)),
    ("fct_projection_area", lambda projection, _: aggregate_rows(projection)),
    ("fct_engine_run", lambda projection, _: run_columns(projection)),
    ("fct_engine_rate", rate_columns),
    ("fct_engine_draw", draw_columns),
    ("fct_engine_error", lambda projection, _: error_columns(projection)),
)

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
    """Project every municipality and write schema `foresight`, all tables in one transaction.

    The same input gives the same rows. Raises: InputError when the intermediate tables cannot be projected,
    BalanceError when the engine's accounting does not hold; the tables then stay as they were.
    """
    progress("reading", 0.0)
    inputs = engine_inputs(con.sql(_POPULATION).fetchnumpy(), con.sql(_EVENTS).fetchnumpy())
    projection = project(
        inputs,
        horizon=horizon,
        draws=draws,
        seed=seed,
        schedules=schedules_for(inputs.base_year),
        official=official_vintage(con.sql(_OFFICIAL).fetchnumpy(), inputs.areas, inputs.base_year),
        unions=_unions(con, inputs.areas),
        progress=lambda done, total: progress(f"{inputs.base_year + done}", 0.9 * done / total),
    )
    progress("looking back", 0.9)
    looked_back = hindsight_rows(inputs.events)
    progress("writing", 0.95)
    rows = _write(con, projection, inputs, looked_back)
    progress("written", 1.0)
    return ForesightSummary(
        engine_version=ENGINE_VERSION,
        base_year=projection.base_year,
        last_year=projection.years[-1],
        areas=len(projection.areas),
        seed=seed,
        draws=draws,
        rows=rows,
    )


def remember_vintage(con: duckdb.DuckDBPyConnection, snapshot_id: str, now: datetime) -> bool:
    """True when the projection in `foresight.projection` was added to what has been published on `now`'s day.

    Called after a snapshot is published. A projection whose figures are already remembered adds nothing, so a
    night without news leaves no trace. Rows are only ever added.
    """
    con.execute(
        _create("foresight.forecast_vintage", published_table("fct_forecast_vintage"), "if not exists")
    )
    ((new,),) = con.execute(_UNKNOWN_ROWS).fetchall()
    if not new:
        return False
    con.execute(
        f"""
        insert into foresight.forecast_vintage
        select
            ?, ?, base_year, ?::date, municipality_code, projection_year, mean
        from ({_TOTALS})
        order by municipality_code, projection_year
        """,
        [ISSUER, snapshot_id, now.date()],
    )
    return True


_TOTALS = """
    select base_year, municipality_code, projection_year, mean
    from foresight.projection
    where scenario_id = 'base' and scheme = 'total'
"""
_UNKNOWN_ROWS = f"""
    with newest as (
        select vintage from foresight.forecast_vintage
        group by vintage order by max(published_at) desc, vintage desc limit 1
    ),
    remembered as (
        select forecast_vintage.* from foresight.forecast_vintage
        inner join newest on forecast_vintage.vintage = newest.vintage
    )
    select count(*)
    from ({_TOTALS}) as projected
    left join remembered
        on
            projected.municipality_code = remembered.municipality_code
            and projected.projection_year = remembered.projection_year
            and projected.base_year = remembered.base_year
            and projected.mean = remembered.population_count
    where remembered.vintage is null
"""


def _unions(con: duckdb.DuckDBPyConnection, areas: Sequence[str]) -> dict[str, list[str]]:
    """Members of every area that is summed from draws; the country and the residual always among them."""
    unions: dict[str, list[str]] = {COUNTRY: list(areas)}
    if REST in areas:
        unions[REST] = [REST]
    for area, municipality in con.execute(_MEMBERS).fetchall():
        if area not in (COUNTRY, REST):
            unions.setdefault(area, []).append(municipality)
    return dict(sorted(unions.items()))


def _write(
    con: duckdb.DuckDBPyConnection, projection: Projection, inputs: Inputs, looked_back: Columns
) -> dict[str, int]:
    """Rows written by table; nothing is kept when any of them fails."""
    rows = {}
    con.execute("begin")
    try:
        con.execute("create schema if not exists foresight")
        for name, columns_of in _TABLES:
            table = published_table(name)
            rows[name.removeprefix("fct_")] = _replace(con, table, columns_of(projection, inputs))
        hindsight = published_table("fct_forecast_hindsight")
        rows["forecast_hindsight"] = _replace(con, hindsight, looked_back)
        vintages = published_table("fct_forecast_vintage")
        con.execute(_create("foresight.forecast_vintage", vintages, "if not exists"))
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    return rows


def _replace(con: duckdb.DuckDBPyConnection, table: PublishedTable, columns: Columns) -> int:
    """Write `columns` as `foresight.<table without its prefix>`, ordered by its key; the number of rows."""
    target = f"foresight.{table.name.removeprefix('fct_')}"
    con.execute(f"drop table if exists {target}")
    con.execute(_create(target, table))
    con.register("engine_output", dict(columns))
    try:
        con.execute(
            f"insert into {target} select {', '.join(table.columns)} from engine_output"
            f" order by {', '.join(table.key)}"
        )
    finally:
        con.unregister("engine_output")
    ((rows,),) = con.execute(f"select count(*) from {target}").fetchall()
    return int(rows)


def _create(target: str, table: PublishedTable, condition: str = "") -> str:
    columns = ", ".join(f"{name} {kind}" for name, kind in table.columns.items())
    return f"create table {condition} {target} ({columns})"
