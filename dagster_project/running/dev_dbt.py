"""dbt on a copy of the warehouse: its environment, and one KPI built with its nearest checks."""

from __future__ import annotations

import difflib
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dagster_project.dbt_kpi import Kpi, KpiDefinitionError, read_kpis
from dagster_project.running.environment import child_environment
from dagster_project.running.exits import ExitCode, PlainFailure
from dagster_project.settings import PROJECT_ROOT, Settings

DEV_COPY = "KUNTALUOTSI_DEV_COPY"
"""Set in a dev shell to the folder of its copy."""
_TOOLS = PROJECT_ROOT / "scripts" / "dev"
_ANSWERS = Path(__file__).with_name("dbt_answers.py")
_LAST_LINES = 8


@dataclass(frozen=True)
class Check:
    """One test that dbt ran: `kind` is test or unit_test, `message` says what failed."""

    name: str
    kind: str
    passed: bool
    message: str


@dataclass(frozen=True)
class Built:
    """A KPI rebuilt: seconds in all and of dbt's own work on models and tests, and the checks."""

    seconds: float
    dbt_seconds: float
    checks: tuple[Check, ...]


def dev_environment(copy: Settings) -> dict[str, str]:
    """The whole environment of a dev shell: settings of the copy, dbt and the shell's own words on PATH."""
    path = [str(_TOOLS), str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    return {
        **os.environ,
        **child_environment(copy),
        DEV_COPY: str(copy.data_root.resolve()),
        "DBT_PROJECT_DIR": str(copy.dbt_dir),
        "PATH": os.pathsep.join(path),
    }


def run_dbt(copy: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    """dbt's answer, run on the copy; a failure is left to the caller."""
    return _run(copy, [str(Path(sys.executable).with_name("dbt"))], arguments)


def _run(copy: Settings, dbt: list[str], arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    for folder in (copy.dbt_target_dir, copy.temp_dir, copy.log_dir):
        folder.mkdir(parents=True, exist_ok=True)
    command = [*dbt, "--no-use-colors", *arguments]
    return subprocess.run(command, env=dev_environment(copy), capture_output=True, text=True, check=False)


def parse(copy: Settings) -> None:
    """Read the dbt project, so that the next runs start from it. Raises: PlainFailure with dbt's words."""
    done = run_dbt(copy, "--quiet", "parse")
    if done.returncode != 0:
        raise PlainFailure(f"dbt cannot read the project in {copy.dbt_dir}: {words_of(done)}")


def find_kpi(copy: Settings, kpi_id: str) -> Kpi:
    """The KPI by its id or catalogue code. Raises: PlainFailure naming the nearest ids."""
    try:
        kpis = read_kpis(copy.dbt_dir / "models" / "marts")
    except KpiDefinitionError as error:
        raise PlainFailure(str(error), ExitCode.USAGE) from error
    wanted = kpi_id.removeprefix("kpi_")
    for kpi in kpis:
        if wanted in (kpi.kpi_id, kpi.definition.catalogue_code):
            return kpi
    near = difflib.get_close_matches(wanted, [kpi.kpi_id for kpi in kpis], n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    raise PlainFailure(f"there is no KPI {kpi_id!r} under {copy.dbt_dir}/models/marts{hint}", ExitCode.USAGE)


def build_kpi(copy: Settings, kpi: Kpi) -> Built:
    """The KPI's model rebuilt on the copy with its own tests; dbt lists no other tables, writes no manifest.

    Raises: PlainFailure with dbt's words when the model itself does not build.
    """
    results = copy.temp_dir / "built.json"
    results.unlink(missing_ok=True)
    started = time.perf_counter()
    done = _run(
        copy,
        [sys.executable, "-P", str(_ANSWERS), str(results)],
        ["--no-populate-cache", "build", "--select", f"kpi_{kpi.kpi_id}"],
    )
    seconds = time.perf_counter() - started
    ran = json.loads(results.read_text("utf-8")) if results.is_file() else []
    model = next((one for one in ran if one["unique_id"].startswith("model.")), None)
    if model is None or model["status"] not in ("success", "pass"):
        failed = next((one for one in ran if one["status"] in ("error", "fail") and one["message"]), None)
        said = " ".join(str(failed["message"]).split()) if failed else words_of(done)
        raise PlainFailure(f"kpi_{kpi.kpi_id} was not built: {said} ({kpi.path.with_suffix('.sql')})")
    return Built(
        seconds=seconds,
        dbt_seconds=sum(one["execution_time"] for one in ran),
        checks=tuple(_check(one) for one in ran if not one["unique_id"].startswith("model.")),
    )


def words_of(done: subprocess.CompletedProcess[str]) -> str:
    """The end of what dbt printed, without its clock."""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    told = [line[10:] if line[:8].count(":") == 2 else line for line in lines]
    return " ".join(told[-_LAST_LINES:]) or f"exit code {done.returncode}"


def _check(result: dict[str, object]) -> Check:
    kind, _, name = str(result["unique_id"]).split(".", 2)
    return Check(
        name=name.split(".")[-1] if kind == "unit_test" else name.split(".")[0],
        kind=kind,
        passed=result["status"] in ("success", "pass"),
        message=" ".join(str(result["message"] or "").split()),
    )
