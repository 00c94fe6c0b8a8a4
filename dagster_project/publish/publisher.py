"""Publishing as one act: write, verify, rename, switch, retire. A kill leaves the old snapshot current."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from dagster_project.publish.errors import SnapshotRefused
from dagster_project.publish.files import sync
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.verify import verify_snapshot
from dagster_project.publish.writer import Draft, Facts, Progress, write_draft


@dataclass(frozen=True)
class Published:
    """How publishing ended.

    `snapshot_id` is the snapshot that holds the warehouse's figures; `is_new` false when an earlier one
    already did; `is_current` false when a pinned snapshot stays in front of it.
    """

    snapshot_id: str
    is_new: bool
    is_current: bool
    reused: frozenset[str]
    retired: tuple[str, ...]


def publish(
    connection: duckdb.DuckDBPyConnection,
    marts: Marts,
    facts: Facts,
    *,
    keep: int,
    now: datetime,
    progress: Progress,
    before_writing: Callable[[], object] = lambda: None,
    after_writing: Callable[[Path], object] = lambda _: None,
) -> Published:
    """Publish the warehouse's marts, or keep the newest snapshot when it says the same.

    `before_writing` may add to the warehouse what is told of the difference, `after_writing` files to the
    verified snapshot. Needs the refresh lock. Raises: NoSpace, SnapshotRefused, PublishError; readers then
    see what they saw.
    """
    marts.clean_leftovers()
    before_writing()
    draft = write_draft(connection, marts, facts, now, progress)
    try:
        verify_snapshot(draft.directory)
    except SnapshotRefused:
        shutil.rmtree(draft.directory)
        raise
    after_writing(draft.directory)
    snapshot_id = _settle(draft, marts)
    is_current = marts.switch(snapshot_id)
    return Published(
        snapshot_id=snapshot_id,
        is_new=not draft.says_nothing_new,
        is_current=is_current,
        reused=draft.reused,
        retired=tuple(marts.retire(keep)),
    )


def _settle(draft: Draft, marts: Marts) -> str:
    """Give the verified draft its name, or drop it for the snapshot that already says the same; the id."""
    if draft.says_nothing_new and draft.previous is not None:
        shutil.rmtree(draft.directory)
        return draft.previous.snapshot_id
    draft.directory.rename(marts.path(draft.manifest.snapshot_id))
    sync(marts.directory)
    return draft.manifest.snapshot_id
