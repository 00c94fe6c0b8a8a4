"""`kuntaluotsi extract`, `example` and `generate`: files made from the tables and their descriptions."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from dagster_project.commands.output import json_option, say, show
from dagster_project.running.exits import ExitCode, PlainFailure


@click.command()
@click.option("--areas", required=True, metavar="CODES", help="Municipalities, such as 305,889.")
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="A new folder.")
@click.option(
    "--from",
    "source",
    metavar="live|bundled|DIRECTORY",
    help="Where to read; default: the answers behind what is loaded.",
)
@json_option
def extract(areas: str, out: Path, source: str | None, as_json: bool) -> None:
    """Write the answers for some municipalities and the whole country to a folder for refresh --from."""
    from dagster_project.raw.extract import ExtractError, make_extract
    from dagster_project.raw.landed import LandedTransport
    from dagster_project.raw.landing import LandingStore
    from dagster_project.raw.warehouse import open_warehouse
    from dagster_project.running.lock import refresh_lock
    from dagster_project.running.request import parse_request, transport_for
    from dagster_project.settings import Settings
    from dagster_project.sources.errors import SourceFault

    settings, now = Settings(), datetime.now(UTC)
    request = parse_request(source or "live", areas)
    chosen = request.areas or ()
    try:
        if source is not None:
            tables = make_extract(transport_for(request, settings), out, chosen, now=now)
        else:
            with refresh_lock(settings.lock_path):
                connection = open_warehouse(settings)
                try:
                    landed = LandedTransport(connection, LandingStore(settings.raw_dir))
                    tables = make_extract(landed, out, chosen, now=now)
                finally:
                    connection.close()
    except (ExtractError, SourceFault) as error:
        raise PlainFailure(str(error), ExitCode.USAGE) from error
    values = {
        "out": str(out),
        "tables": [
            {"table": table.entry.qualified_name, "cells": table.cells, "bytes": table.bytes}
            for table in tables
        ],
    }
    size = sum(table.bytes for table in tables)
    places = "municipality" if len(chosen) == 1 else "municipalities"
    show(as_json, values, f"{out}: {len(tables)} tables, {len(chosen)} {places}, {size} bytes")


@click.command()
@click.argument("table", required=False)
@click.option(
    "--from",
    "source",
    default="bundled",
    show_default=True,
    metavar="live|bundled|DIRECTORY",
    help="Where to read.",
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    help="Default: tests/recorded.",
)
def example(table: str | None, source: str, out: Path | None) -> None:
    """Write the contract example of TABLE, or of every table: a few figures in the publisher's shape."""
    from dagster_project.raw.example import write_example
    from dagster_project.running.request import parse_request, transport_for
    from dagster_project.settings import PROJECT_ROOT, Settings
    from dagster_project.sources.catalogue import find_entry, load_catalogue
    from dagster_project.sources.errors import SourceFault

    transport = transport_for(parse_request(source), Settings())
    try:
        for entry in [find_entry(table)] if table else load_catalogue():
            say(f"wrote {write_example(entry, transport, out or PROJECT_ROOT / 'tests' / 'recorded')}")
    except KeyError as error:
        raise PlainFailure(str(error.args[0]), ExitCode.USAGE) from error
    except SourceFault as error:
        raise PlainFailure(error.message) from error


@click.command()
@click.option("--check", is_flag=True, help="Write nothing; fail when a generated file differs.")
@click.option("--manifest", is_flag=True, help="Make dbt's manifest, which Dagster loads, and nothing else.")
def generate(check: bool, manifest: bool) -> None:
    """Write what catalogue, suites and KPIs imply: dbt's sources, the union of KPIs, the checks' names."""
    from dagster_project.settings import Settings

    if manifest:
        from dagster_project.running.dbt_manifest import make_manifest

        say(str(make_manifest(Settings())))
        return
    from dagster_project.dbt_kpi import KpiDefinitionError

    try:
        _generate(check)
    except KpiDefinitionError as error:
        raise PlainFailure(str(error), ExitCode.USAGE) from error


def _generate(check: bool) -> None:
    from dagster_project import dbt_codegen, gate_checks

    if check:
        differing = (*dbt_codegen.drifted(), *gate_checks.drifted())
        if differing:
            names = ", ".join(path.name for path in differing)
            raise PlainFailure(f"{names}: not as generated; run `kuntaluotsi generate` and commit the result")
        say("all generated files are up to date")
        return
    for path in (*dbt_codegen.generate(), *gate_checks.generate()):
        say(f"wrote {path}")
