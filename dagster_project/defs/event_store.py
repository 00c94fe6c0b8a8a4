"""Dagster's SQLite event store with its databases kept open: a refresh stores some 550 events.

Dagster's own store opens and closes a database for every statement: SQLite folds in its write-ahead log and
waits for the disk each time, and no statement that SQLAlchemy compiles is used twice. A night without news
spent most of its time on it. Named in `dagster.yaml`; the files are those of the store it extends.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorageWatchdog
from dagster._core.storage.sql import create_engine
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy.pool import NullPool, Pool, StaticPool
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer

_KEPT = 8
"""Databases kept open: the one that all runs share and those of a few runs."""


class KeptEventStore(SqliteEventLogStorage):
    """The same databases. A killed run loses no event, a power cut at most the last ones."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._kept: OrderedDict[str, sqlalchemy.Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> KeptEventStore:
        return cls(inst_data=inst_data, **config_value)

    def dispose(self) -> None:
        with self._db_lock:
            while self._kept:
                self._kept.popitem()[1].dispose()
        super().dispose()

    def watch(self, run_id: str, cursor: str | None, callback: Any) -> None:
        if not self._obs:
            self._obs = Observer()
            self._obs.start()
        watchdog = _LogWatchdog(self, run_id, callback, cursor)
        self._watchers[run_id][callback] = (
            watchdog,
            self._obs.schedule(watchdog, self._base_dir, recursive=True),
        )

    @contextmanager
    def _connect(self, shard: str) -> Iterator[sqlalchemy.Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> sqlalchemy.Engine:
        """The shard's engine; its one connection is used under the lock only."""
        if shard not in self._initialized_dbs:
            self._initdb(self._new_engine(shard, NullPool))
            self._initialized_dbs.add(shard)
        if shard not in self._kept:
            self._kept[shard] = engine = self._new_engine(shard, StaticPool)
            sqlalchemy.event.listen(engine, "connect", _wait_at_checkpoints_only)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)[1].dispose()
        self._kept.move_to_end(shard)
        return self._kept[shard]

    def _new_engine(self, shard: str, pool: type[Pool]) -> sqlalchemy.Engine:
        return create_engine(
            self.conn_string_for_shard(shard),
            poolclass=pool,
            connect_args={"timeout": SQLITE_BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )


class _LogWatchdog(SqliteEventLogStorageWatchdog):
    """Tells the web server's reader of new events also while they are in the write-ahead log only."""

    def __init__(self, store: KeptEventStore, run_id: str, callback: Any, cursor: str | None) -> None:
        super().__init__(store, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, event: FileSystemEvent) -> None:  # noqa: ARG002
        self._process_log()


def _wait_at_checkpoints_only(connection: Any, _: object) -> None:
    """Wait for the disk when the write-ahead log is folded in, not after every event."""
    connection.execute("pragma synchronous = normal")
