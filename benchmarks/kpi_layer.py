"""The KPI layer: dbt's time for every KPI model beside the raw time of DuckDB for the same compiled SQL.

Floor: each KPI's compiled SQL, run by DuckDB alone on a copy of the warehouse. Then the same SQL on inputs
10 times as wide (municipalities repeated under other codes) and 10 times as long (years repeated, far apart).
The machine is shared, so read ratios within one run; growth is told by processor time, which others disturb
least, and of two runs of a model the lesser counts.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks.measure import Measured, run
from dagster_project.running.dev_dbt import dev_environment
from dagster_project.settings import Settings

TIMES = 10
YEARS_APART = 200
_RUNS = 2
LIMIT_SECONDS = 90
"""What the whole layer may take with dbt's start in it."""
_KPIS = ("--select", "path:models/marts,kpi_*", "--exclude", "kpi_values", "kpi_area_sums")
"""Every KPI's own model; what is made of all KPIs together is not one."""
_AREA, _YEAR = "municipality_code", "reference_year"


@dataclass(frozen=True)
class Raw:
    """DuckDB alone on all models: seconds of wall and processor, rows, the slowest model, peak memory."""

    seconds: float
    processor_seconds: float
    rows: int
    slowest: str
    slowest_seconds: float
    peak_mb: float = 0.0


def measure(warehouse: Path, copies: int = TIMES) -> None:
    """Print build time, floor, overhead per model, memory and growth, on a copy of the warehouse."""
    with tempfile.TemporaryDirectory(prefix="kpi-layer-") as folder:
        copy = Settings(profile="test", data_root=Path(folder))
        shutil.copyfile(warehouse, copy.warehouse_path)
        for made in (copy.dbt_target_dir, copy.temp_dir, copy.log_dir):
            made.mkdir(parents=True, exist_ok=True)
        built = _build(copy)
        models = compiled(json.loads((copy.dbt_target_dir / "run_results.json").read_text("utf-8")))
        (copy.data_root / "models.json").write_text(json.dumps(models), "utf-8")
        floor = _alone(copy, "intermediate")
        print(f"\nKPI layer: {len(models)} models, {floor.rows} rows, of {warehouse}")
        print(
            f"  dbt, all of it              {built.seconds:7.1f} s   peak {built.peak_mb:.0f} MB; "
            f"limit {LIMIT_SECONDS} s: {'kept' if built.seconds <= LIMIT_SECONDS else 'EXCEEDED'}"
        )
        print(
            f"  DuckDB, same compiled SQL   {floor.seconds:7.1f} s   peak {floor.peak_mb:.0f} MB; "
            f"slowest {floor.slowest} {floor.slowest_seconds:.2f} s"
        )
        print(f"  dbt over DuckDB             {built.seconds / floor.seconds:7.1f} ×")
        print(f"  overhead per model          {(built.seconds - floor.seconds) / len(models) * 1000:7.0f} ms")
        for told, column in (("areas", _AREA), ("years", _YEAR)):
            schema = f"grown_{told}"
            with duckdb.connect(str(copy.warehouse_path)) as connection:
                _grow(connection, schema, column, copies)
            print(growth_line(told, copies, floor, _alone(copy, schema)))


def growth_line(told: str, copies: int, floor: Raw, grown: Raw) -> str:
    """How time and rows grew; time that grows no more than its inputs did is linear or better."""
    time_ratio = grown.processor_seconds / floor.processor_seconds
    row_ratio = grown.rows / floor.rows
    verdict = "no more than linear" if time_ratio <= copies else "MORE THAN LINEAR"
    return (
        f"  {copies} × the {told}   {grown.seconds:17.1f} s   peak {grown.peak_mb:.0f} MB; "
        f"slowest {grown.slowest} {grown.slowest_seconds:.2f} s\n"
        f"      {time_ratio:.1f} × the processor time for {row_ratio:.1f} × the rows: {verdict}"
    )


def _build(copy: Settings) -> Measured:
    """dbt's run of all KPI models, the project read beforehand."""
    dbt, environment = str(Path(sys.executable).with_name("dbt")), dev_environment(copy)
    subprocess.run([dbt, "--quiet", "parse"], env=environment, check=True, capture_output=True)
    return run([dbt, "--quiet", "run", *_KPIS], environment)


def compiled(results: dict) -> dict[str, str]:
    """The compiled SQL of every model that dbt ran, by its name. Raises: RuntimeError when it ran none."""
    found = {one["unique_id"].split(".")[-1]: one["compiled_code"] for one in results["results"]}
    if not found:
        raise RuntimeError("dbt ran no KPI model; is this the project's warehouse?")
    return found


def _alone(copy: Settings, schema: str) -> Raw:
    """All models run by DuckDB in a process of its own, so that its peak memory is its own."""
    command = [sys.executable, "-m", "benchmarks.kpi_layer", str(copy.data_root), schema]
    measured = run(command, dev_environment(copy))
    return Raw(**{**json.loads(measured.output), "peak_mb": measured.peak_mb})


def run_alone(copy: Settings, models: dict[str, str], schema: str) -> Raw:
    """DuckDB, as the warehouse is set, on the models' SQL with their inputs read from `schema`."""
    wall: dict[str, float] = {}
    processor = 0.0
    rows = 0
    config = {"threads": copy.duckdb_threads, "memory_limit": copy.duckdb_memory_limit}
    with duckdb.connect(str(copy.warehouse_path), config=config) as connection:
        connection.execute("create schema if not exists floor")
        for name, sql in models.items():
            inputs = sql.replace(".intermediate.", f".{schema}.").replace('"intermediate"', f'"{schema}"')
            statement = f"create or replace table floor.{name} as {inputs}"
            runs = [_timed(connection, statement) for _ in range(_RUNS)]
            wall[name] = min(seconds for seconds, _ in runs)
            processor += min(seconds for _, seconds in runs)
            rows += connection.execute(f"select count(*) from floor.{name}").fetchone()[0]
    slowest = max(wall, key=wall.__getitem__)
    return Raw(sum(wall.values()), processor, rows, slowest, wall[slowest])


def _timed(connection: duckdb.DuckDBPyConnection, statement: str) -> tuple[float, float]:
    """Seconds of wall and of processor, over all of DuckDB's threads."""
    started, used = time.perf_counter(), time.process_time()
    connection.execute(statement)
    return time.perf_counter() - started, time.process_time() - used


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


if __name__ == "__main__":
    root, inputs = Path(sys.argv[1]), sys.argv[2]
    told = json.loads((root / "models.json").read_text("utf-8"))
    print(json.dumps(vars(run_alone(Settings(profile="test", data_root=root), told, inputs))))
