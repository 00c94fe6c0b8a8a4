"""`kuntaluotsi status` and `rollback`: what is published, and which of it is shown."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from dagster_project.commands.output import json_option, leave, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from contract.snapshot import Manifest, Status


@click.command()
@json_option
def status(as_json: bool) -> None:
    """Say what is published, how the last refresh ended and how each source is doing.

    Exit codes: 0 all well, 3 a source keeps earlier figures or the last refresh failed, 4 nothing published.
    """
    from dagster_project.publish.snapshots import Marts
    from dagster_project.publish.status import read_status
    from dagster_project.running.lock import is_locked
    from dagster_project.settings import Settings

    settings = Settings()
    marts = Marts(settings.marts_dir)
    current = marts.current_id()
    manifest = marts.manifest(current) if current else None
    told = read_status(settings.marts_dir)
    running = is_locked(settings.lock_path)
    values: dict[str, Any] = {
        "snapshot_id": current,
        "pinned": marts.pinned_id(),
        "created_at": manifest.created_at if manifest else None,
        "is_extract": manifest.is_extract if manifest else None,
        "border_year": manifest.border_year if manifest else None,
        "snapshots": [kept.snapshot_id for kept in marts.finished()],
        "refresh_running": running,
        "run": told.run.model_dump(mode="json") if told and told.run else None,
        "sources": [source.model_dump(mode="json") for source in told.sources] if told else [],
    }
    show(as_json, values, "\n".join(_status_lines(manifest, marts.pinned_id(), told, running)))
    if manifest is None:
        leave(ExitCode.NOTHING_PUBLISHED)
    stale = told is not None and any(source.stale for source in told.sources)
    failed = told is not None and told.run is not None and told.run.state == "failed"
    leave(ExitCode.PARTIAL if stale or failed else ExitCode.OK)


def _status_lines(
    manifest: Manifest | None, pinned: str | None, told: Status | None, running: bool
) -> list[str]:
    if manifest is None:
        lines = ["Nothing has been published yet: run `kuntaluotsi refresh`."]
    else:
        kind = "an extract, some municipalities only" if manifest.is_extract else "official figures"
        lines = [
            f"Snapshot {manifest.snapshot_id} of {_local(manifest.created_at)}: {kind},"
            f" borders of {manifest.border_year}"
        ]
    if pinned:
        lines.append(f"Pinned to {pinned}: refreshes do not switch (kuntaluotsi rollback --release)")
    if running:
        lines.append("A refresh is running now")
    elif told and told.run:
        ended = "was killed" if told.run.state == "running" else told.run.state
        lines.append(f"Last refresh from {told.run.origin} at {_local(told.run.started_at)}: {ended}")
        if told.run.message:
            lines.append(f"  {told.run.message}")
    for source in told.sources if told else ():
        passed = sum(check.passed for check in source.checks)
        of = f" {_local(source.checks_at)}" if source.checks_at != source.last_checked else ""
        checks = f", {passed}/{len(source.checks)} checks passed{of}" if source.checks else ""
        lines.append(
            f"  {f'{source.source}.{source.table_name}':<39} {source.outcome:<12}"
            f" checked {_local(source.last_checked)}{checks}"
        )
        if source.last_error:
            lines.append(f"    {source.last_error.kind}: {source.last_error.message}")
        elif source.note:
            lines.append(f"    {source.note}")
    return lines


def _local(moment: datetime | None) -> str:
    from zoneinfo import ZoneInfo

    return f"{moment.astimezone(ZoneInfo('Europe/Helsinki')):%Y-%m-%d %H:%M}" if moment else "never"


@click.command()
@click.argument("snapshot", required=False)
@click.option("--release", is_flag=True, help="Take the pin away and show the newest snapshot again.")
@json_option
def rollback(snapshot: str | None, release: bool, as_json: bool) -> None:
    """Show SNAPSHOT, or the one before the current, and keep it until --release.

    Refreshes go on building meanwhile but do not switch.
    """
    from dagster_project.publish.snapshots import Marts
    from dagster_project.publish.status import StatusBook
    from dagster_project.settings import Settings

    if snapshot and release:
        raise PlainFailure("give either a snapshot or --release", ExitCode.USAGE)
    marts = Marts(Settings().marts_dir)
    current = marts.release() if release else marts.roll_back(snapshot)
    StatusBook(marts).current_changed(datetime.now(UTC))
    pinned = marts.pinned_id()
    words = "pinned until `kuntaluotsi rollback --release`" if pinned else "refreshes switch again"
    show(as_json, {"snapshot_id": current, "pinned": pinned}, f"{current} is current; {words}")
