"""The engine as an asset between dbt's two halves."""

from __future__ import annotations

from collections.abc import Iterator

import dagster as dg

from dagster_project.defs.dbt_assets import keys_of
from dagster_project.defs.resources import one_line_failures
from dagster_project.running.night import Night

SEED = 20181231
DRAWS = 400
READS = {
    "int_population_by_age",
    "int_vital_events",
    "int_official_projection",
    "int_area_membership",
    "stg_own__schools",
    "stg_own__pupils",
    "stg_own__day_care_places",
}
WRITES = (
    "projection_age",
    "projection",
    "projection_area",
    "scenario",
    "engine_run",
    "engine_rate",
    "engine_draw",
    "engine_error",
    "forecast_hindsight",
    "service_need",
    "service_need_area",
    "service_need_event",
    "service_need_unit",
    "service_need_threshold",
    "service_need_rate",
    "forecast_vintage",
)


def foresight_asset(before_engine: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The tables of schema foresight, projected from the intermediate tables."""
    deps = keys_of(before_engine, READS)

    @dg.multi_asset(
        name="foresight",
        specs=[
            dg.AssetSpec(
                ["foresight", table],
                deps=deps,
                group_name="foresight",
                kinds={"numpy", "duckdb"},
                description=f"{table.replace('_', ' ').capitalize()}, written by the foresight engine.",
            )
            for table in WRITES
        ],
    )
    def project(night: dg.ResourceParam[Night]) -> Iterator[dg.MaterializeResult]:
        from dagster_project.defs.foresight_run import run_foresight

        with one_line_failures(night), night.warehouse() as connection:
            run_foresight(
                connection,
                seed=SEED,
                draws=DRAWS,
                progress=lambda detail, share: night.report.step("foresight", detail, share),
            )
        for table in WRITES:
            yield dg.MaterializeResult(asset_key=["foresight", table])

    return project
