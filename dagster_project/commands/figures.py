"""`kuntaluotsi figures-check`: the published KPIs beside what the publishers print."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, leave, show
from dagster_project.running.exits import ExitCode

if TYPE_CHECKING:
    from dagster_project.running.figures_check import FiguresCheck

_KINDS = {
    "published_elsewhere": "the publisher's own figure of the same thing in another table or column",
    "passed_through": "the publisher's cell, shown as it is",
    "recomputed": "computed a second time from the publisher's cells by pandas; no published figure to meet",
}


@click.command("figures-check")
@json_option
def figures_check(as_json: bool) -> None:
    """Hold the current snapshot's KPIs to the publishers' own figures, read anew from the landed answers."""
    import duckdb

    from contract.snapshot import DATABASE_FILE
    from dagster_project.dbt_codegen import DBT_DIR
    from dagster_project.dbt_kpi import read_kpis
    from dagster_project.publish.errors import NothingPublished
    from dagster_project.publish.snapshots import Marts
    from dagster_project.raw.landing import LandingStore
    from dagster_project.running.figures_check import check_figures
    from dagster_project.settings import Settings

    settings = Settings()
    marts = Marts(settings.marts_dir)
    current = marts.current_id()
    if current is None:
        raise NothingPublished(f"nothing has been published in {marts.directory}; run a refresh first")
    kpis = read_kpis(DBT_DIR / "models" / "marts")
    with duckdb.connect(str(marts.path(current) / DATABASE_FILE), read_only=True) as con:
        found = check_figures(con, kpis, LandingStore(settings.raw_dir).root)
    show(as_json, {"snapshot_id": current, **found.as_dict()}, _told(current, found))
    if found.failed:
        leave(ExitCode.FAILED)


def _told(snapshot_id: str, found: FiguresCheck) -> str:
    lines = [f"snapshot {snapshot_id}"]
    for kind, count in found.counts().items():
        lines.append(
            f"{kind}: {count['kpis']} KPIs, {count['checks']} checks, {count['cells']} cells — {_KINDS[kind]}"
        )
    if found.unchecked:
        lines.append(f"held to nothing: {len(found.unchecked)} KPIs ({', '.join(found.unchecked)})")
    if found.not_landed:
        lines.append(f"answers not landed here, so not compared: {', '.join(found.not_landed)}")
    for check in found.failed:
        why = (
            f"{check.different} of {check.cells} cells differ; the first is {check.first_difference}"
            if check.different
            else f"only {check.municipalities} municipalities to compare"
        )
        lines.append(f"FAILED {check.kpi_id} {check.measure} against {check.table}: {why}")
    return "\n".join(
        [*lines, "every figure holds" if not found.failed else f"{len(found.failed)} checks failed"]
    )
