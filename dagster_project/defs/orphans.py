"""Dagster runs whose process is gone: a killed run stays STARTED and would block every later night."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import dagster as dg

from dagster_project.running.lock import is_locked

STARTED_BY_COMMAND = {"kuntaluotsi/started_by": "command"}
"""Tags of a run that the command makes while it holds the refresh lock."""

_UNFINISHED = [
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def fail_orphans(instance: dg.DagsterInstance, except_run: str | None = None) -> list[str]:
    """Mark runs failed that cannot be running, and return their ids.

    Call it while holding the refresh lock, or when nobody holds it: every unfinished run is an orphan then.
    """
    records = [
        *instance.get_run_records(dg.RunsFilter(statuses=_UNFINISHED)),
        # The daemon's own new runs wait in this state too; the command's never outlive their process.
        *instance.get_run_records(
            dg.RunsFilter(statuses=[dg.DagsterRunStatus.NOT_STARTED], tags=STARTED_BY_COMMAND)
        ),
    ]
    orphans = [record.dagster_run for record in records if record.dagster_run.run_id != except_run]
    for run in orphans:
        instance.report_run_failed(
            run, "the refresh was killed before it ended; marked failed by a later one"
        )
    return [run.run_id for run in orphans]


def fail_orphans_when_idle(instance: dg.DagsterInstance, lock_path: Path) -> list[str]:
    """The same when no refresh is running, else nothing."""
    return [] if is_locked(lock_path) else fail_orphans(instance)


def forget_old_runs(instance: dg.DagsterInstance, now: datetime, days: int) -> int:
    """Delete runs with their events that were made more than `days` ago; how many."""
    records = instance.get_run_records(dg.RunsFilter(created_before=now - timedelta(days=days)))
    for record in records:
        instance.delete_run(record.dagster_run.run_id)
    return len(records)
