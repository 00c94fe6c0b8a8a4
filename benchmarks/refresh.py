"""How long a refresh takes beside the floor of its frameworks, and what share of it is pure work.

The floor is the same programs doing nothing: importing the definitions and Great Expectations in one
process, and dbt starting and reading its project twice. Pure work is parsing, SQL, projection and publishing
measured alone on the same figures; what a refresh takes beyond it is the frameworks' overhead.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Measured, run
from dagster_project.running.environment import child_environment, use
from dagster_project.settings import PROJECT_ROOT, Settings

_COMMAND = str(Path(sys.executable).with_name("kuntaluotsi"))
_DBT = str(Path(sys.executable).with_name("dbt"))
_SELECTORS = ("before_engine", "after_engine")


@dataclass(frozen=True)
class Shares:
    """Seconds of pure work by kind."""

    parsing: float
    sql: float
    projection: float
    publishing: float

    @property
    def total(self) -> float:
        return self.parsing + self.sql + self.projection + self.publishing


def measure(source: str, folder: Path) -> None:
    """Print a refresh from `source` (bundled or a folder of answers) beside the floor and its pure work."""
    print(f"\nRefresh from {'the bundled extract' if source == 'bundled' else folder.name}")
    with tempfile.TemporaryDirectory(prefix="kuntaluotsi-bench-") as root:
        settings = Settings(data_root=Path(root))
        environment = {**os.environ, **child_environment(settings)}
        run([_COMMAND, "generate", "--manifest"], environment)
        floor = _floor(environment)
        target = "bundled" if source == "bundled" else str(folder)
        first = run([_COMMAND, "refresh", "--from", target, "--json"], environment)
        second = run([_COMMAND, "refresh", "--from", target, "--json"], environment)
        use(child_environment(settings))
        shares = _pure_work(settings, folder, environment)
        _print(floor, first, second, shares)


def _floor(environment: dict[str, str]) -> float:
    imports = run(
        [sys.executable, "-c", "import dagster_project.definitions, great_expectations"], environment
    )
    dbt = run(
        [_DBT, "--quiet", "list", "--project-dir", str(PROJECT_ROOT / "dbt"), "--select", "dim_age_group"],
        environment,
    )
    return imports.seconds + 2 * dbt.seconds


def _pure_work(settings: Settings, folder: Path, environment: dict[str, str]) -> Shares:
    return Shares(
        parsing=_timed(lambda: _parse_everything(settings, folder)),
        sql=_sql_seconds(settings, environment),
        projection=_timed(lambda: _project(settings)),
        publishing=_timed(lambda: _publish(settings)),
    )


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _parse_everything(settings: Settings, folder: Path) -> None:
    from dagster_project.running.request import parse_request, transport_for
    from dagster_project.sources.catalogue import load_catalogue
    from dagster_project.sources.client import carries, client_for
    from dagster_project.sources.transport import silent

    transport = transport_for(parse_request(str(folder), None, allow_older=False), settings)
    for entry in load_catalogue():
        if carries(transport, entry):
            client = client_for(entry)
            client.parse(client.fetch(entry, transport, areas=None, listing_stamp=None, progress=silent))


def _sql_seconds(settings: Settings, environment: dict[str, str]) -> float:
    """Time inside models, seeds and tests as dbt reports it. They run two at a time, hence the division."""
    total = 0.0
    for selector in _SELECTORS:
        run(
            [_DBT, "--quiet", "build", "--project-dir", str(settings.dbt_dir), "--selector", selector],
            environment,
        )
        results = json.loads((settings.dbt_target_dir / "run_results.json").read_text("utf-8"))
        total += sum(result["execution_time"] for result in results["results"])
    return total / settings.duckdb_threads


def _project(settings: Settings) -> None:
    from dagster_project.defs.foresight_assets import DRAWS, SEED
    from dagster_project.defs.foresight_run import run_foresight
    from dagster_project.raw.warehouse import open_warehouse

    connection = open_warehouse(settings)
    try:
        run_foresight(connection, seed=SEED, draws=DRAWS)
    finally:
        connection.close()


def _publish(settings: Settings) -> None:
    from datetime import UTC, datetime

    from dagster_project.publish.publisher import publish
    from dagster_project.publish.snapshots import Marts
    from dagster_project.publish.writer import Facts
    from dagster_project.raw.warehouse import open_warehouse

    facts = Facts(
        git_revision="benchmark", engine_version="benchmark", border_year=0, is_extract=False, sources=()
    )
    connection = open_warehouse(settings)
    try:
        publish(
            connection,
            Marts(settings.data_root / "bench-marts"),
            facts,
            keep=2,
            now=datetime.now(UTC),
            progress=lambda *_: None,
        )
    finally:
        connection.close()


def _print(floor: float, first: Measured, second: Measured, shares: Shares) -> None:
    overhead = max(0.0, first.seconds - shares.total)
    print(f"  floor (frameworks doing nothing)   {floor:6.1f} s")
    print(
        f"  first refresh                      {first.seconds:6.1f} s  {first.seconds / floor:4.1f} × floor  "
        f"processor {first.processor_seconds:.0f} s, memory {first.peak_mb:.0f} MB"
    )
    print(
        f"  second refresh, nothing new        {second.seconds:6.1f} s  {second.seconds / floor:4.1f} × floor"
    )
    for name in ("parsing", "sql", "projection", "publishing"):
        seconds = getattr(shares, name)
        print(f"    pure work: {name:<12}          {seconds:6.1f} s  {100 * seconds / first.seconds:4.0f} %")
    print(f"    frameworks' overhead             {overhead:6.1f} s  {100 * overhead / first.seconds:4.0f} %")
