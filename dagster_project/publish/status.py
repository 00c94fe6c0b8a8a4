"""STATUS.json: how the newest refresh and every source are doing, also on nights that publish nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from contract.snapshot import STATUS_FILE, RunStatus, SourceStatus, Status
from dagster_project.publish.files import write_text_atomically
from dagster_project.publish.snapshots import Marts

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


def read_status(marts_dir: Path) -> Status | None:
    """The newest STATUS.json, or None when there is none that can be read."""
    try:
        return Status.model_validate_json((marts_dir / STATUS_FILE).read_text("utf-8"))
    except (OSError, ValidationError):
        return None


@dataclass(frozen=True)
class StatusBook:
    """Writes STATUS.json; each method replaces the file whole and keeps what it does not change."""

    marts: Marts

    def run_started(self, origin: str, now: datetime) -> None:
        """Record that a refresh from `origin` began."""
        self._write(now, run=RunStatus(state="running", origin=origin, started_at=now))

    def sources_tried(self, sources: Iterable[SourceStatus], now: datetime) -> None:
        """Record the newest try of some source tables, keeping what only an earlier success told."""
        known = {(entry.source, entry.table_name): entry for entry in self._before().sources}
        for source in sources:
            key = (source.source, source.table_name)
            known[key] = _with_earlier(source, known.get(key))
        self._write(now, sources=tuple(known[key] for key in sorted(known)))

    def run_ended(self, run: RunStatus, now: datetime) -> None:
        """Record how the refresh ended."""
        self._write(now, run=run)

    def current_changed(self, now: datetime) -> None:
        """Record which snapshot is current and whether it is pinned, after a rollback or a release."""
        self._write(now)

    def source(self, source: str, table_name: str) -> SourceStatus | None:
        """What is known of one source table, or None."""
        entries = self._before().sources
        return next(
            (entry for entry in entries if (entry.source, entry.table_name) == (source, table_name)), None
        )

    def sources(self) -> tuple[SourceStatus, ...]:
        """How every source table is doing."""
        return self._before().sources

    def stale(self) -> Iterable[tuple[str, str]]:
        """(source, table) of those whose newest try failed."""
        return [(entry.source, entry.table_name) for entry in self._before().sources if entry.stale]

    def _before(self) -> Status:
        return read_status(self.marts.directory) or Status(updated_at=_NEVER)

    def _write(
        self,
        now: datetime,
        *,
        run: RunStatus | None = None,
        sources: tuple[SourceStatus, ...] | None = None,
    ) -> None:
        before = self._before()
        status = Status(
            updated_at=now,
            snapshot_id=self.marts.current_id(),
            pinned=self.marts.pinned_id() is not None,
            run=run or before.run,
            sources=before.sources if sources is None else sources,
        )
        write_text_atomically(self.marts.directory / STATUS_FILE, status.model_dump_json(indent=2) + "\n")


def _with_earlier(source: SourceStatus, before: SourceStatus | None) -> SourceStatus:
    """The newest try with what an earlier one told and this one does not."""
    if before is None:
        return source
    source = source.model_copy(
        update={
            "last_success": source.last_success or before.last_success,
            "publisher_stamp": source.publisher_stamp or before.publisher_stamp,
            "checks": source.checks or before.checks,
            "checks_at": source.checks_at or before.checks_at,
        }
    )
    if source.outcome in ("older", "subset"):
        # Nothing was read from the source itself: what was wrong with it still is.
        source = source.model_copy(update={"last_error": before.last_error})
    return source
