"""One refresh from beginning to end: what its steps share, and what STATUS.json tells of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb

from contract.published import PUBLISHED_TABLES
from contract.snapshot import RunStatus, SourceEntry, SourceStatus
from dagster_project.publish.files import require_space, space_errors
from dagster_project.publish.morning_report import write_findings
from dagster_project.publish.publisher import Published, publish
from dagster_project.publish.report_text import write_texts
from dagster_project.publish.revisions import note_revisions
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.status import StatusBook
from dagster_project.publish.writer import Facts
from dagster_project.raw.ingest import IngestResult, ingest_table
from dagster_project.raw.landing import LandingStore
from dagster_project.raw.lineage import note_municipalities
from dagster_project.raw.load import leave_empty
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.dbt_manifest import require_manifest, sources_behind
from dagster_project.running.environment import child_environment, git_revision, use
from dagster_project.running.exits import PlainFailure
from dagster_project.running.fingerprint import digest_of_inputs, is_published, note_published
from dagster_project.running.inbox import load_accepted
from dagster_project.running.lock import refresh_lock
from dagster_project.running.logs import refresh_log
from dagster_project.running.report import Report
from dagster_project.running.request import Request, transport_for
from dagster_project.running.telling import pace_lines, source_lines
from dagster_project.settings import Settings
from dagster_project.sources.catalogue import CatalogueEntry, find_entry
from dagster_project.sources.live_transport import LiveTransport
from dagster_project.sources.transport import Transport

_LEAST_SPACE = 200_000_000
"""Bytes that must be free before a refresh begins: landing, warehouse and snapshot of the bundled extract."""

_TELL_SECONDS = 2.0
"""STATUS.json is at most so far behind while sources are read."""

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """The time as every part of a refresh records it."""
    return datetime.now(UTC)


@dataclass
class Night:
    """A refresh that is going on. Steps call its methods in turn; the warehouse is open only inside them."""

    settings: Settings
    request: Request
    report: Report
    clock: Clock = utc_now
    results: list[IngestResult] = field(default_factory=list)
    published: Published | None = None
    nothing_new: bool = False
    failure: BaseException | None = None
    _started: datetime | None = None
    _transport: Transport | None = None
    _digest: str = ""
    _connection: duckdb.DuckDBPyConnection | None = None
    _untold: list[SourceStatus] = field(default_factory=list)
    _told: float = field(default_factory=time.monotonic)
    _seconds: float = 0.0
    _log: logging.Logger = field(default_factory=lambda: logging.getLogger("kuntaluotsi.refresh"))

    @property
    def marts(self) -> Marts:
        """Where snapshots are published."""
        return Marts(self.settings.marts_dir)

    @property
    def book(self) -> StatusBook:
        """Writes STATUS.json."""
        return StatusBook(self.marts)

    @contextmanager
    def running(self) -> Iterator[Night]:
        """Hold the lock from the first step to the last and record how the refresh ended.

        Raises: PlainFailure (LOCKED, USAGE), NoSpace.
        """
        with refresh_lock(self.settings.lock_path):
            self._transport = transport_for(self.request, self.settings)
            require_space(self.settings.data_root, _LEAST_SPACE, "a refresh")
            use(child_environment(self.settings))
            self.marts.clean_leftovers()
            self._started = self.clock()
            self.book.run_started(self.request.origin, self._started)
            with refresh_log(self.settings.log_dir, self._started) as self._log:
                self._log.info("refresh from %s, areas %s", self.request.label, self.request.areas or "all")
                try:
                    yield self
                except BaseException as error:
                    self.failure = self.failure or error
                    raise
                finally:
                    self._end()

    @contextmanager
    def warehouse(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """The warehouse, open for this step only: dbt's process opens the same file after it.

        Inside another `with night.warehouse()` it is the one that is open already.
        """
        if self._connection is not None:
            yield self._connection
            return
        with space_errors(self.settings.data_root):
            self._connection = open_warehouse(self.settings)
            try:
                yield self._connection
            finally:
                self._connection.close()
                self._connection = None

    def ingest(self, entry: CatalogueEntry) -> IngestResult:
        """Bring one source table in and record how that went; a bad answer is told, not raised."""
        if self._transport is None:
            raise RuntimeError("Night.ingest is called inside Night.running only")
        name, began = f"{entry.source}.{entry.table_name}", time.monotonic()
        self.report.step("sources", name, 0.0)
        with self.warehouse() as connection:
            result = ingest_table(
                entry,
                transport=self._transport,
                store=LandingStore(self.settings.raw_dir),
                con=connection,
                areas=self.request.areas,
                allow_older=self.request.allow_older,
                now=self.clock(),
                progress=lambda what, done, total: self.report.step(
                    "sources", f"{name}: {what}", done / total if total else 0.0
                ),
            )
        self._log.info("%s: %s, %s", name, result.outcome, result.message)
        self.results.append(result)
        if result.outcome != "absent":
            self._untold.append(self._status(entry, result))
        self._seconds += time.monotonic() - began
        if time.monotonic() - self._told >= _TELL_SECONDS:
            self._tell_book()
        return result

    def _tell_book(self) -> None:
        """Write the newest tries into STATUS.json: together, because each writing waits for the disk."""
        if self._untold:
            self.book.sources_tried(self._untold, self.clock())
            self._untold.clear()
        self._told = time.monotonic()

    def look_for_news(self) -> bool:
        """True when the marts must be built again: a landing or the code differs from what was published.

        A table that has never loaded stays empty for what reads it, unless something published is made of it;
        also then when its source is not yet verified live.
        Raises: PlainFailure naming those that something published is made of.
        """
        self._tell_sources()
        missing = [result for result in self.results if not result.usable]
        if missing:
            published = {table.name for table in PUBLISHED_TABLES}
            needed = sources_behind(require_manifest(self.settings), published)
            if stopping := [
                result for result in missing if result.key in needed and _entry(result).is_verified
            ]:
                raise PlainFailure(
                    "; ".join(
                        f"{'.'.join(result.key)} has never loaded: {result.message}" for result in stopping
                    )
                )
        with self.warehouse() as connection:
            for result in missing:
                leave_empty(connection, _entry(result))
            load_accepted(self.settings, connection, self.clock())
            note_municipalities(connection)
            self._digest = digest_of_inputs(connection, self.settings)
        self.nothing_new = is_published(self.marts, self.settings, self._digest)
        self._log.info("inputs %s: %s", self._digest[:12], "as published" if self.nothing_new else "to build")
        return not self.nothing_new

    def publish(self, remember: Callable[[duckdb.DuckDBPyConnection, str, datetime], None]) -> Published:
        """Publish the marts and `remember` what the snapshot forecast. Raises: PublishError."""
        now = self.clock()

        def compare_with_the_snapshot_before() -> None:
            write_findings(connection, self.marts, self.book.sources())
            note_revisions(connection, self.marts, now)

        with self.warehouse() as connection:
            published = publish(
                connection,
                self.marts,
                self._facts(connection),
                keep=self.settings.snapshots_kept,
                now=now,
                progress=lambda detail, share: self.report.step("publish", detail, share),
                before_writing=compare_with_the_snapshot_before,
                after_writing=write_texts,
            )
            remember(connection, published.snapshot_id, now)
        note_published(self.settings, self._digest, published.snapshot_id)
        self.published = published
        return published

    def _end(self) -> None:
        self._tell_book()
        ended = self.outcome()
        self.book.run_ended(ended, self.clock())
        self._log.info("%s: %s", ended.state, ended.message, exc_info=self.failure)

    def outcome(self) -> RunStatus:
        """How the refresh stands now, as STATUS.json tells it."""
        stale = [result for result in self.results if result.error is not None]
        finished = self.published is not None or self.nothing_new
        failed = self.failure is not None or not finished
        return RunStatus(
            state="failed" if failed else "partial" if stale or self._kept_out() else "ok",
            origin=self.request.origin,
            started_at=self._started or self.clock(),
            finished_at=self.clock(),
            message=self._message(stale, failed),
            published=self.published is not None and self.published.is_new,
        )

    def _tell_sources(self) -> None:
        """Say what whoever watches should know of the sources, and how long their publishers' pace took."""
        self._tell_book()
        hosts = self.settings.source_hosts()
        for line in source_lines(self.results, hosts):
            self.report.line(line)
        if isinstance(self._transport, LiveTransport):
            for line in pace_lines(self._transport.client.ledgers, hosts, self._seconds):
                self._log.info("%s", line)
                self.report.line(line)

    def _kept_out(self) -> list[IngestResult]:
        """Answers that were landed but not loaded: older than what stands, or only a part of it."""
        return [result for result in self.results if result.outcome in ("older", "subset")]

    def _message(self, stale: list[IngestResult], failed: bool) -> str:
        if failed:
            return _words(self.failure)
        if self.published is None or not self.published.is_new:
            said = "nothing new: the published snapshot stays"
        elif self.published.is_current:
            said = f"published {self.published.snapshot_id}"
        else:
            said = (
                f"built {self.published.snapshot_id}, but {self.marts.pinned_id()} is pinned"
                " and stays current (kuntaluotsi rollback --release)"
            )
        if stale:
            names = ", ".join(result.key[1] for result in stale)
            said += f"; not renewed, what was there before stays: {names}"
        if kept_out := self._kept_out():
            said += "; not loaded: " + ", ".join(f"{result.key[1]} ({result.outcome})" for result in kept_out)
        return said

    def _status(self, entry: CatalogueEntry, result: IngestResult) -> SourceStatus:
        now = self.clock()
        return SourceStatus(
            source=entry.source,
            table_name=entry.table_name,
            last_checked=now,
            last_success=now if result.outcome in ("loaded", "unchanged") else None,
            last_error=result.error,
            publisher_stamp=result.publisher_stamp,
            outcome=_told_outcome(result),
            note=result.message if result.outcome == "unverified" else "",
            checks=result.checks,
            checks_at=now if result.checks else None,
        )

    def _facts(self, connection: duckdb.DuckDBPyConnection) -> Facts:
        loads = connection.execute(
            "select source, table_name, publisher_stamp, fetched_at, border_year, is_extract"
            " from raw_meta.load order by source, table_name"
        ).fetchall()
        (engine_version,) = connection.execute(
            "select engine_version from foresight.engine_run"
        ).fetchone() or ("",)
        stale = set(self.book.stale())
        borders = [row[4] for row in loads if row[1] == "population_by_age"]
        return Facts(
            git_revision=git_revision(),
            engine_version=engine_version,
            border_year=max(borders, default=0),
            is_extract=any(row[5] for row in loads),
            sources=tuple(
                SourceEntry(
                    source=source,
                    table=table,
                    publisher_stamp=_utc(stamp),
                    fetched_at=_utc(fetched),
                    status="stale" if (source, table) in stale else "ok",
                )
                for source, table, stamp, fetched, _, _ in loads
            ),
        )


def _entry(result: IngestResult) -> CatalogueEntry:
    return find_entry(".".join(result.key))


def _told_outcome(result: IngestResult) -> str:
    """The outcome as STATUS.json knows it: of what has never loaded nothing else is to be told."""
    if result.outcome == "unverified" or (result.error is not None and not result.usable):
        return "never"
    return result.outcome


def _words(failure: BaseException | None) -> str:
    if failure is None:
        return "the refresh ended before anything was published"
    if isinstance(failure, KeyboardInterrupt):
        return "the refresh was interrupted"
    return str(failure) or type(failure).__name__


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
