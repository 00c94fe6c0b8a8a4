"""Warehouses built by dbt from real answers: the bundled extract, and the whole reference mirror."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from contract.published import published_table
from contract.registers import registers
from contract.submission import Envelope, drop_submission, new_submission_id
from contract.template_texts import template_words
from dagster_project.defs.foresight_run import engine_table
from dagster_project.defs.foresight_vintages import prepare_vintages
from dagster_project.own.template import template_csv
from dagster_project.raw.ingest import ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.raw.lineage import note_municipalities
from dagster_project.raw.load import leave_empty
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.environment import QUIET, dbt_environment
from dagster_project.running.inbox import load_accepted
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import load_catalogue
from dagster_project.sources.client import carries
from dagster_project.sources.transport import DirectoryTransport

MadeOnce = Callable[[str, Callable[[Path], None]], Path]
ENGINE_TABLES = (
    "dim_scenario",
    "fct_projection_age",
    "fct_projection",
    "fct_projection_area",
    "fct_engine_run",
    "fct_engine_rate",
    "fct_engine_draw",
    "fct_engine_error",
    "fct_forecast_hindsight",
    "fct_service_need",
    "fct_service_need_area",
    "fct_service_need_event",
    "fct_service_need_unit",
    "dim_service_need_threshold",
    "dim_service_need_rate",
)
WITHOUT_WHAT_THE_ENGINE_FILLS = ["--exclude", "path:models/marts/foresight,resource_type:test"]


def _run_dbt(settings: Settings, *arguments: str) -> str:
    """What dbt printed. Raises: AssertionError with its last lines when it failed."""
    done = subprocess.run(
        [str(Path(sys.executable).with_name("dbt")), "--no-use-colors", *arguments],
        cwd=settings.dbt_dir,
        env={**os.environ, **QUIET, **dbt_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    return done.stdout


def load_raw_tables(settings: Settings, answers: Path) -> None:
    """Load every table of the catalogue from a folder of answers, and leave the engine's tables empty."""
    now = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    settings.temp_dir.mkdir(parents=True)
    transport = DirectoryTransport(answers)
    with open_warehouse(settings) as connection:
        for entry in load_catalogue():
            if not carries(transport, entry):
                leave_empty(connection, entry)
                continue
            result = ingest_table(
                entry,
                transport=transport,
                store=LandingStore(settings.raw_dir),
                con=connection,
                now=now,
                gate=lambda *_: (),
            )
            assert result.usable, result.message
        connection.execute("create schema foresight")
        for name in ENGINE_TABLES:
            columns = published_table(name).columns.items()
            described = ", ".join(f'"{column}" {kind}' for column, kind in columns)
            connection.execute(f"create table foresight.{engine_table(name)} ({described})")
        prepare_vintages(connection)
        note_municipalities(connection)
        _hand_in_every_example(settings, now)
        assert len(load_accepted(settings, connection, now)) == len(registers())


def _hand_in_every_example(settings: Settings, now: datetime) -> None:
    """Own data in every register: its template's example row, handed in as data."""
    for register in registers().values():
        mark = template_words("fi").example
        body = template_csv(register, "fi").decode().replace(f"\r\n{mark};", "\r\n;").encode()
        envelope = Envelope(
            submission_id=new_submission_id(),
            submitted_by="example",
            submitted_at=now,
            register_id=register.id,
        )
        drop_submission(settings.inbox_dir, body, envelope)


def _build(directory: Path, answers: Path) -> None:
    settings = Settings(profile="test", data_root=directory)
    load_raw_tables(settings, answers)
    _run_dbt(settings, "build", "--exclude-resource-type", "unit_test", *WITHOUT_WHAT_THE_ENGINE_FILLS)


@pytest.fixture(scope="session")
def run_dbt() -> Callable[..., str]:
    """`run_dbt(settings, *arguments)`: what dbt printed; fails with dbt's last lines."""
    return _run_dbt


@pytest.fixture(scope="session")
def bundled_build(made_once: MadeOnce) -> Settings:
    """The bundled extract, built with all data tests that do not need the engine; for reading only."""
    made = made_once("bundled-build", lambda folder: _build(folder, Settings().bundled_dir))
    return Settings(profile="test", data_root=made)


@pytest.fixture(scope="session")
def own_build(bundled_build: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An own copy of the bundled extract's build, for dbt to open while others read theirs."""
    root = tmp_path_factory.mktemp("own-build") / "data"
    shutil.copytree(bundled_build.data_root, root)
    return Settings(profile="test", data_root=root)


@pytest.fixture(scope="session")
def mirror_build(made_once: MadeOnce, reference_data: Path) -> Settings:
    """The whole reference mirror, built with all data tests that do not need the engine."""
    made = made_once("mirror-build", lambda folder: _build(folder, reference_data / "mirror"))
    return Settings(profile="test", data_root=made)


@pytest.fixture
def bundled(bundled_build: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse of the bundled extract."""
    with open_warehouse(bundled_build, read_only=True) as connection:
        yield connection


@pytest.fixture
def mirror(mirror_build: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only connection to the warehouse of the whole mirror."""
    with open_warehouse(mirror_build, read_only=True) as connection:
        yield connection
