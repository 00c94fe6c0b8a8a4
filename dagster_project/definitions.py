"""What Dagster loads: the whole house from source to page, assembled when asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import dagster as dg

NIGHT = "night"


def build_definitions(*, overrides: Mapping[str, Any] | None = None) -> dg.Definitions:
    """Assets, checks, the job `night` and its schedules.

    `overrides` may hold `settings`, `report`, `clock` and `watch` (called with the Night that begins); the
    defaults are those of a refresh that nobody watches. Raises: PlainFailure when there is no dbt manifest.
    """
    from dagster_project.defs.dbt_assets import AFTER_ENGINE, BEFORE_ENGINE, dbt_layer
    from dagster_project.defs.foresight_assets import foresight_asset
    from dagster_project.defs.inbox_sensor import inbox_sensor
    from dagster_project.defs.publish_assets import page_specs, snapshot_asset
    from dagster_project.defs.raw_assets import loads_asset, raw_assets
    from dagster_project.defs.resources import dbt_resource, night_resource
    from dagster_project.defs.schedules import schedules
    from dagster_project.running.dbt_manifest import require_manifest
    from dagster_project.running.night import utc_now
    from dagster_project.running.report import LogReport
    from dagster_project.settings import Settings
    from dagster_project.sources.catalogue import load_catalogue

    given = dict(overrides or {})
    settings = given.pop("settings", None) or Settings()
    report, clock = given.pop("report", None) or LogReport(), given.pop("clock", None) or utc_now
    watch = given.pop("watch", None) or (lambda _: None)
    if given:
        raise ValueError(f"unknown overrides {sorted(given)}; known: settings, report, clock, watch")
    manifest = require_manifest(settings)
    entries = load_catalogue()
    before_engine = dbt_layer(BEFORE_ENGINE, manifest, settings)
    after_engine = dbt_layer(AFTER_ENGINE, manifest, settings)
    sources = raw_assets(entries)
    assets = [
        *sources,
        loads_asset(entries),
        before_engine,
        foresight_asset(before_engine),
        after_engine,
        snapshot_asset(after_engine),
    ]
    job = dg.define_asset_job(
        NIGHT,
        selection=dg.AssetSelection.assets(*assets) - dg.AssetSelection.checks_for_assets(*sources),
        description="A whole refresh: read, gate, load, build, project, build, publish.",
    )
    return dg.Definitions(
        assets=[*assets, *page_specs()],
        jobs=[job],
        schedules=schedules(job, settings),
        sensors=[inbox_sensor(settings, clock)],
        resources={"night": night_resource(settings, report, clock, watch), "dbt": dbt_resource(settings)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions for `workspace.yaml`."""
    return build_definitions()
