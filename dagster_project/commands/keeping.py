"""`kuntaluotsi backup` and `restore`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dagster_project.commands.output import json_option, show
from dagster_project.running.exits import ExitCode, PlainFailure

if TYPE_CHECKING:
    from dagster_project.publish.backup import Places
    from dagster_project.settings import Settings


@click.command()
@click.argument("archive", required=False, type=click.Path(dir_okay=False, path_type=Path))
@json_option
def backup(archive: Path | None, as_json: bool) -> None:
    """Write what cannot be made again to ARCHIVE (default: kuntaluotsi-TIME.tar.gz here).

    Own data, the inbox, refused submissions, the current snapshot, Dagster's history and past forecasts.
    Everything else is read or computed again by a refresh.
    """
    from dagster_project.publish.backup import AlreadyThere, back_up
    from dagster_project.raw.warehouse import open_warehouse
    from dagster_project.running.lock import refresh_lock
    from dagster_project.settings import Settings

    settings, now = Settings(), datetime.now(UTC)
    archive = archive or Path.cwd() / f"kuntaluotsi-{now:%Y%m%dT%H%M%SZ}.tar.gz"
    with refresh_lock(settings.lock_path):
        warehouse = open_warehouse(settings) if settings.warehouse_path.exists() else None
        try:
            index = back_up(_places(settings), warehouse, archive.resolve(), now)
        except AlreadyThere as error:
            raise PlainFailure(str(error), ExitCode.USAGE) from error
        finally:
            if warehouse is not None:
                warehouse.close()
    values = {"archive": str(archive), "snapshot_id": index.snapshot_id, "files": len(index.files)}
    show(as_json, values, f"{archive}: snapshot {index.snapshot_id} and {len(index.files)} files")


@click.command()
@click.argument("archive", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--overwrite", is_flag=True, help="Replace what this data root already holds.")
@json_option
def restore(archive: Path, overwrite: bool, as_json: bool) -> None:
    """Bring ARCHIVE back, verified, and make its snapshot current.

    Stop the house first: Dagster's history is replaced as a whole.
    """
    from dagster_project.publish.backup import AlreadyThere
    from dagster_project.publish.backup import restore as bring_back
    from dagster_project.raw.warehouse import open_warehouse
    from dagster_project.running.lock import refresh_lock
    from dagster_project.settings import Settings

    if not archive.is_file():
        raise PlainFailure(f"there is no file {archive}", ExitCode.USAGE)
    settings = Settings()
    with refresh_lock(settings.lock_path):
        warehouse = open_warehouse(settings)
        try:
            index = bring_back(_places(settings), warehouse, archive.resolve(), overwrite=overwrite)
        except AlreadyThere as error:
            raise PlainFailure(str(error), ExitCode.USAGE) from error
        finally:
            warehouse.close()
    values = {"snapshot_id": index.snapshot_id, "files": len(index.files)}
    show(as_json, values, f"snapshot {index.snapshot_id} is current again; {len(index.files)} files restored")


def _places(settings: Settings) -> Places:
    from dagster_project.publish.backup import Places

    return Places(
        data_root=settings.data_root,
        marts_dir=settings.marts_dir,
        own_dir=settings.raw_dir / "own",
        inbox_dir=settings.inbox_dir,
        quarantine_dir=settings.quarantine_dir,
        dagster_home=settings.dagster_home,
    )
