"""A table that has never loaded stops a night only when something published is made of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.raw.ingest import IngestResult
from dagster_project.raw.load import prepare
from dagster_project.running.dbt_manifest import sources_behind
from dagster_project.running.exits import PlainFailure
from dagster_project.running.fingerprint import digest_of_dbt
from dagster_project.running.night import Night
from dagster_project.running.report import LogReport
from dagster_project.running.request import Request
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import find_entry

EVENTS, JOBS = "vital_events", "unemployment_monthly"
FEEDS_A_MART, FEEDS_NOTHING = find_entry(EVENTS), find_entry(JOBS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A house whose dbt project has a source behind a published table and one behind staging alone."""
    settings = Settings(profile="test", data_root=tmp_path)
    settings.dbt_target_dir.mkdir(parents=True)
    manifest = {
        "nodes": {
            "model.k.fct_kpi_value": {"name": "fct_kpi_value"},
            "model.k.int_events": {"name": "int_events"},
            "model.k.stg_jobs": {"name": "stg_jobs"},
        },
        "sources": {
            f"source.k.{table}": {"schema": "raw_statfin", "name": table} for table in (EVENTS, JOBS)
        },
        "parent_map": {
            "model.k.fct_kpi_value": ["model.k.int_events"],
            "model.k.int_events": [f"source.k.{EVENTS}"],
            "model.k.stg_jobs": [f"source.k.{JOBS}"],
        },
    }
    (settings.dbt_target_dir / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    (settings.dbt_target_dir / "manifest.sha256").write_text(digest_of_dbt(settings), "utf-8")
    return settings


def _night(settings: Settings, missing: tuple[str, str]) -> Night:
    """A night that has tried one table, which has never loaded."""
    result = IngestResult(key=missing, outcome="absent", message="nobody has it")
    night = Night(settings, Request(origin="bundled"), LogReport(), results=[result])
    with night.warehouse() as connection:
        prepare(connection)
    return night


def test_sources_are_found_through_every_model_between(settings: Settings) -> None:
    manifest = settings.dbt_target_dir / "manifest.json"
    assert sources_behind(manifest, {"fct_kpi_value"}) == {FEEDS_A_MART.key}
    assert sources_behind(manifest, {"fct_kpi_value", "stg_jobs"}) == {FEEDS_A_MART.key, FEEDS_NOTHING.key}


def test_a_table_behind_what_is_published_stops_the_night(settings: Settings) -> None:
    with pytest.raises(PlainFailure, match=r"raw_statfin.vital_events has never loaded: nobody has it"):
        _night(settings, FEEDS_A_MART.key).look_for_news()


def test_a_table_that_nothing_published_needs_stays_empty(settings: Settings) -> None:
    night = _night(settings, FEEDS_NOTHING.key)

    assert night.look_for_news()

    with night.warehouse() as connection:
        (columns,) = connection.execute(
            f"select list(column_name) from (describe {FEEDS_NOTHING.qualified_name})"
        ).fetchone() or ((),)
        assert connection.execute(f"from {FEEDS_NOTHING.qualified_name}").fetchall() == []
    assert {*FEEDS_NOTHING.key_columns, "value", "symbol", "_border_year"} <= set(columns)
