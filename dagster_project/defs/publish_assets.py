"""The published snapshot as the last asset, and the pages that read it."""

from __future__ import annotations

import dagster as dg

from contract.published import PUBLISHED_TABLES
from dagster_project.defs.dbt_assets import keys_of
from dagster_project.defs.resources import one_line_failures
from dagster_project.running.night import Night

SNAPSHOT_KEY = dg.AssetKey(["published", "snapshot"])
PAGES = {
    "front_page": "Key figures of a municipality with what stands out.",
    "population": "Age structure now and forecast, with the official projection beside.",
    "compare": "One key figure over the network and the country.",
    "data": "Sources, their dates, checks passed and failed.",
}


def snapshot_asset(after_engine: dg.AssetsDefinition) -> dg.AssetsDefinition:
    """The snapshot that dashboards read: written, verified, then switched to."""

    @dg.asset(
        key=SNAPSHOT_KEY,
        group_name="published",
        kinds={"parquet", "duckdb"},
        deps=keys_of(after_engine, {table.name for table in PUBLISHED_TABLES}),
        description="Parquet, snapshot.duckdb and manifest under data/marts/; CURRENT names the one in use.",
    )
    def snapshot(night: dg.ResourceParam[Night]) -> dg.MaterializeResult:
        from dagster_project.defs.foresight_vintages import remember_vintage

        with one_line_failures(night):
            published = night.publish(remember_vintage)
        return dg.MaterializeResult(
            metadata={
                "snapshot_id": published.snapshot_id,
                "is_new": published.is_new,
                "is_current": published.is_current,
                "tables_reused": len(published.reused),
                "retired": ", ".join(published.retired) or "none",
            }
        )

    return snapshot


def page_specs() -> list[dg.AssetSpec]:
    """The dashboards' pages, so that the graph reads from source to page; Dagster does not build them."""
    return [
        dg.AssetSpec(["dashboards", page], deps=[SNAPSHOT_KEY], group_name="dashboards", description=text)
        for page, text in PAGES.items()
    ]
