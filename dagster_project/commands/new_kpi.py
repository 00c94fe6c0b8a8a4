"""`kuntaluotsi new-kpi`: the two files of a new KPI, with places to fill in."""

from __future__ import annotations

import click

from contract.themes import THEMES
from dagster_project.commands.output import say
from dagster_project.kpi_templates import SHAPES
from dagster_project.running.exits import ExitCode, PlainFailure


@click.command("new-kpi")
@click.argument("kpi_id")
@click.option("--theme", required=True, help=f"Its folder: {', '.join(THEMES)}.")
@click.option(
    "--shape",
    type=click.Choice(sorted(SHAPES)),
    default="ratio",
    show_default=True,
    help="; ".join(f"{name}: {shape.told}" for name, shape in SHAPES.items()),
)
@click.option("--code", metavar="CODE", help="Its code in the KPI catalogue, such as VE08.")
def new_kpi(kpi_id: str, theme: str, shape: str, code: str | None) -> None:
    """Write SQL and YAML of KPI_ID (snake_case, without kpi_) with places to fill in.

    Nothing else needs to be touched: once they are filled, `kuntaluotsi generate` and dbt do the rest.
    """
    from dagster_project.dbt_codegen import DBT_DIR
    from dagster_project.dbt_kpi import TO_FILL
    from dagster_project.kpi_scaffold import ScaffoldRefused, scaffold

    try:
        written = scaffold(DBT_DIR, kpi_id, theme, shape, code)
    except ScaffoldRefused as error:
        raise PlainFailure(str(error), ExitCode.USAGE) from error
    for path in written:
        places = path.read_text("utf-8").count(TO_FILL)
        say(f"wrote {path}: {places} places to fill in, marked {TO_FILL} …>")
    say(f"then: kuntaluotsi generate && kuntaluotsi dev kpi {kpi_id}")
