"""The KPI layer: dbt's time for every KPI model beside the raw time of DuckDB for the same compiled SQL.

Floor: each KPI's compiled SQL, run by DuckDB alone on a copy of the warehouse. Then the same SQL on inputs
10 times as wide (municipalities repeated under other codes) and 10 times as long (years repeated, far apart).
The machine is shared, so read ratios within one run.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from benchmarks.measure import Measured, run
from dagster_project.running.dev_dbt import dev_environment
from dagster_project.settings import Settings

TIMES = 10
YEARS_APART = 200
_SELECT = "path:models/marts,kpi_*"
_MADE_OF_KPIS = ("kpi_values", "kpi_area_sums")
_AREA, _YEAR = "municipality_code", "reference_year"


def measure(warehouse: Path, copies: int = TIMES) -> None:
    """Print build time, floor, overhead per model, memory and growth, on a copy of the warehouse."""
    with tempfile.TemporaryDirectory(prefix="kpi-layer-") as folder:
        copy = Settings(profile="test", data_root=Path(folder))
        shutil.copyfile(warehouse, copy.warehouse_path)
        for made in (copy.dbt_target_dir, copy.temp_dir, copy.log_dir):
            made.mkdir(parents=True, exist_ok=True)
        built = _build(copy)
        models = _compiled(copy)
        floor, slowest = _raw(copy.warehouse_path, models)
        print(f"\nKPI layer: {len(models)} models of {warehouse}")
        print(f"  dbt, all of it              {built.seconds:7.1f} s   peak {built.peak_mb:.0f} MB")
        print(f"  DuckDB, same compiled SQL   {floor:7.1f} s   slowest {slowest[0]} {slowest[1]:.2f} s")
        print(f"  dbt over DuckDB             {built.seconds / floor:7.1f} ×")
        print(f"  overhead per model          {(built.seconds - floor) / len(models) * 1000:7.0f} ms")
        for told, column in (("areas", _AREA), ("years", _YEAR)):
            _tell_growth(copy.warehouse_path, models, told, column, copies, floor)


def _build(copy: Settings) -> Measured:
    """dbt's run of all KPI models, the project read beforehand."""
    dbt, environment = str(Path(sys.executable).with_name("dbt")), dev_environment(copy)
    subprocess.run([dbt, "--quiet", "parse"], env=environment, check=True, capture_output=True)
    return run([dbt, "--quiet", "run", "--select", _SELECT], environment)


def _compiled(copy: Settings) -> dict[str, str]:
    """Each KPI's compiled SQL by its name."""
    manifest = json.loads((copy.dbt_target_dir / "run_results.json").read_text("utf-8"))
    found = {
        one["unique_id"].split(".")[-1]: one["compiled_code"]
        for one in manifest["results"]
        if one.get("compiled_code") and one["unique_id"].split(".")[-1] not in _MADE_OF_KPIS
    }
    if not found:
        raise RuntimeError("dbt ran no KPI model; is this the project's warehouse?")
    return found


def _raw(database: Path, models: dict[str, str], prefix: str = "") -> tuple[float, tuple[str, float]]:
    """Seconds of DuckDB for all models, and the slowest of them."""
    slowest, total = ("", 0.0), 0.0
    with duckdb.connect(str(database), config={"threads": os.cpu_count() or 1}) as connection:
        connection.execute("create schema if not exists floor")
        for name, sql in models.items():
            statement = sql.replace(".intermediate.", f".{prefix}.").replace('"intermediate"', f'"{prefix}"')
            started = time.perf_counter()
            connection.execute(f"create or replace table floor.{name} as {statement if prefix else sql}")
            seconds = time.perf_counter() - started
            total += seconds
            slowest = max(slowest, (name, seconds), key=lambda pair: pair[1])
    return total, slowest


def _tell_growth(
    database: Path, models: dict[str, str], told: str, column: str, copies: int, floor: float
) -> None:
    """Run the models on inputs `copies` times as large in `column`; print the ratio of time and of rows."""
    schema = f"grown_{told}"
    with duckdb.connect(str(database)) as connection:
        _grow(connection, schema, column, copies)
    seconds, slowest = _raw(database, models, schema)
    with duckdb.connect(str(database), read_only=True) as connection:
        rows, before = (
            sum(connection.execute(f"select count(*) from {place}.{name}").fetchone()[0] for name in models)
            for place in ("floor", "marts")
        )
    print(
        f"  {copies} × the {told:<6} {seconds / floor:6.1f} × the time for {rows / before:4.1f} × the rows; "
        f"slowest {slowest[0]}"
    )


def _grow(connection: duckdb.DuckDBPyConnection, schema: str, column: str, copies: int) -> None:
    """The intermediate tables with `column` repeated under other values; tables without it as they are."""
    connection.execute(f"create schema {schema}")
    tables = connection.execute(
        "select table_name from information_schema.tables where table_schema = 'intermediate'"
    ).fetchall()
    for (table,) in tables:
        columns = [name for name, *_ in connection.execute(f"describe intermediate.{table}").fetchall()]
        if column not in columns:
            connection.execute(f"create view {schema}.{table} as select * from intermediate.{table}")
            continue
        another = (
            f"{_AREA} || case when copy = 0 then '' else '_' || copy end"
            if column == _AREA
            else f"cast({_YEAR} + {YEARS_APART} * copy as integer)"
        )
        connection.execute(
            f"create table {schema}.{table} as "
            f"select original.* replace ({another} as {column}) "
            f"from intermediate.{table} as original, range({copies}) as copies(copy)"
        )
