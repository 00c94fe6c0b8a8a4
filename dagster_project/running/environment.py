"""The environment that dbt, Dagster and the pages are started with: the same settings, no telemetry."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT, Settings

DBT_LAUNCHER = Path(__file__).with_name("dbt.sh")
"""The dbt command, tied to the process that starts it."""

QUIET = {
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "DO_NOT_TRACK": "1",
    "GX_ANALYTICS_ENABLED": "false",
}
"""Every telemetry switch of the tools below us, off."""


def child_environment(settings: Settings) -> dict[str, str]:
    """Variables for every process of the house, on top of what this process has."""
    return {
        **QUIET,
        "KUNTALUOTSI_PROFILE": settings.profile,
        "KUNTALUOTSI_DATA_ROOT": str(settings.data_root.resolve()),
        "KUNTALUOTSI_BIND_ADDRESS": settings.bind_address,
        "KUNTALUOTSI_DEFAULT_MUNICIPALITY": settings.default_municipality,
        "KUNTALUOTSI_DASHBOARDS_PORT": str(settings.dashboards_port),
        "KUNTALUOTSI_DAGSTER_PORT": str(settings.dagster_port),
        "DAGSTER_HOME": str(settings.dagster_home.resolve()),
        **dbt_environment(settings),
    }


def dbt_environment(settings: Settings) -> dict[str, str]:
    """Variables that dbt's profile and launcher read."""
    return {
        "KUNTALUOTSI_WAREHOUSE": str(settings.warehouse_path.resolve()),
        "KUNTALUOTSI_DUCKDB_MEMORY_LIMIT": settings.duckdb_memory_limit,
        "KUNTALUOTSI_DUCKDB_THREADS": str(settings.duckdb_threads),
        "KUNTALUOTSI_TEMP_DIR": str(settings.temp_dir.resolve()),
        "KUNTALUOTSI_PYTHON": sys.executable,
        "KUNTALUOTSI_DBT": str(Path(sys.executable).with_name("dbt")),
        "DBT_PROFILES_DIR": str(settings.dbt_dir),
        "DBT_LOG_PATH": str(settings.log_dir.resolve()),
        "DBT_LOG_LEVEL_FILE": "info",
        "DBT_TARGET_PATH": str(settings.dbt_target_dir.resolve()),
    }


def use(variables: dict[str, str]) -> None:
    """Give this process and its later children the variables."""
    os.environ.update(variables)


def git_revision() -> str:
    """The checkout's commit, short, with `+` when files differ from it; `unknown` outside a checkout."""
    import subprocess

    try:
        described = subprocess.run(
            [
                "git",
                "-c",
                f"safe.directory={PROJECT_ROOT}",  # a service seldom owns the checkout it runs from
                "-C",
                str(PROJECT_ROOT),
                "describe",
                "--always",
                "--abbrev=12",
                "--dirty=+",
                "--exclude=*",
            ],
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return described.stdout.strip() or "unknown"
