"""`kuntaluotsi report`: what the newest refresh changed, in words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from datetime import datetime

    from contract.locale_formats import Language
    from contract.snapshot import Manifest, Status


@click.command()
@click.option("--language", type=click.Choice(["fi", "sv", "en"]), default="en", show_default=True)
@click.option("--municipality", help="Three digits: the movements of this municipality alone.")
@json_option
def report(language: Language, municipality: str | None, as_json: bool) -> None:
    """Say what the newest snapshot tells anew: new periods, revisions, movements, failed sources.

    A refresh that found nothing new publishes nothing: the report then says so first.
    """
    import duckdb

    from contract.morning_report import concerning, finding_words, report_text
    from contract.snapshot import DATABASE_FILE
    from dagster_project.publish.errors import NothingPublished
    from dagster_project.publish.report_text import PublishedNames, read_findings
    from dagster_project.publish.snapshots import Marts
    from dagster_project.publish.status import read_status
    from dagster_project.settings import Settings

    marts = Marts(Settings().marts_dir)
    current = marts.current_id()
    manifest = marts.manifest(current) if current else None
    if current is None or manifest is None:
        raise NothingPublished(f"nothing has been published in {marts.directory}; run a refresh first")
    with duckdb.connect(str(marts.path(current) / DATABASE_FILE), read_only=True) as con:
        _require_report(con, current)
        names = PublishedNames(con, language)
        if municipality is not None and not names.knows(municipality):
            raise PlainFailure(
                f"--municipality {municipality}: no municipality of the snapshot has that code;"
                " give three digits, such as 305",
                ExitCode.USAGE,
            )
        findings = read_findings(con)
    checked = _checked_since(manifest, read_status(marts.directory))
    told = concerning(findings, municipality)
    values = {
        "snapshot_id": current,
        "created_at": manifest.created_at,
        "nothing_new_at": checked,
        "findings": [
            {**asdict(finding), "text": finding_words(finding, names, language)} for finding in told
        ],
    }
    text = report_text(
        findings,
        names,
        language,
        created_at=manifest.created_at,
        checked_at=checked,
        municipality_code=municipality,
    )
    show(as_json, values, text.rstrip("\n"))


def _require_report(con: object, snapshot_id: str) -> None:
    """Raises: PlainFailure for a snapshot that was made before reports were."""
    tables = con.execute("select table_name from duckdb_tables()").fetchall()  # type: ignore[attr-defined]
    if ("fct_morning_report",) not in tables:
        raise PlainFailure(f"snapshot {snapshot_id} is older than reports are; refresh to publish a new one")


def _checked_since(manifest: Manifest, status: Status | None) -> datetime | None:
    """When a later refresh ended without anything new; None where the snapshot is of the newest refresh."""
    run = status.run if status else None
    if run is None or run.published or run.finished_at is None or run.state == "failed":
        return None
    return run.finished_at if run.finished_at > manifest.created_at else None
