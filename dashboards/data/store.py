"""The published snapshots as the dashboards see them: always the current one, switched without a restart.

`CURRENT` is read at every request. A request that holds a Snapshot keeps it to its end; when the last
request lets go of an older one, its database file is released. Nothing here writes.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from contract.published import CONTRACT_VERSION
from contract.snapshot import CURRENT_FILE, MANIFEST_FILE, STATUS_FILE, Manifest, Status
from contract.submission import Book, read_book
from dashboards.data.reader import SnapshotUnreadable
from dashboards.data.snapshot import Snapshot

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoreProblem:
    """Why the current snapshot is not the one shown: `kind` picks the reader's words, `detail` is logged."""

    kind: str  # no_snapshot | unknown_contract | unreadable
    detail: str


class SnapshotStore:
    """Snapshots under `marts_dir`, opened on demand; one open database per snapshot in use."""

    def __init__(self, marts_dir: Path, *, memory_limit: str = "512MB", threads: int = 2) -> None:
        self.marts_dir = marts_dir
        self._memory_limit = memory_limit
        self._threads = threads
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._problem: StoreProblem | None = None

    def current(self) -> Snapshot | None:
        """The snapshot that `CURRENT` names, or the last good one, or None when there has been none.

        Call once per request and hold the result. `problem` tells why an older one is shown.
        """
        with self._lock:
            name = self._current_name()
            if self._snapshot is not None and self._snapshot.directory.name == name:
                self._problem = None
                return self._snapshot
            try:
                self._snapshot, problem = self._open(name), None
            except _NotShown as refusal:
                problem = refusal.problem
            if problem is not None and problem != self._problem:
                logger.warning("%s", problem.detail)
            self._problem = problem
            return self._snapshot

    @property
    def problem(self) -> StoreProblem | None:
        """What the newest look at `CURRENT` met, or None when the current snapshot is the one shown."""
        return self._problem

    def status(self) -> Status | None:
        """STATUS.json as it is now, or None when there is none or it cannot be read."""
        try:
            return Status.model_validate_json((self.marts_dir / STATUS_FILE).read_bytes())
        except (OSError, ValidationError):
            return None

    def book(self) -> Book | None:
        """SUBMISSIONS.json as it is now, or None when there is none or it cannot be read."""
        return read_book(self.marts_dir)

    def _current_name(self) -> str | None:
        try:
            return (self.marts_dir / CURRENT_FILE).read_text(encoding="utf-8").strip() or None
        except OSError:
            return None

    def _open(self, name: str | None) -> Snapshot:
        if name is None:
            raise _NotShown("no_snapshot", f"{self.marts_dir / CURRENT_FILE} is missing or empty")
        directory = self.marts_dir / name
        if directory.parent != self.marts_dir:
            raise _NotShown("unreadable", f"{CURRENT_FILE} holds {name!r}; a directory name was expected")
        try:
            manifest = Manifest.model_validate_json((directory / MANIFEST_FILE).read_bytes())
        except (OSError, ValidationError) as reason:
            raise _NotShown("unreadable", f"the manifest of {name} cannot be read: {reason}") from reason
        if manifest.contract_version != CONTRACT_VERSION:
            raise _NotShown(
                "unknown_contract",
                f"snapshot {name} has contract version {manifest.contract_version}; "
                f"these pages read version {CONTRACT_VERSION}: update the dashboards",
            )
        try:
            return Snapshot(directory, manifest, memory_limit=self._memory_limit, threads=self._threads)
        except SnapshotUnreadable as reason:
            raise _NotShown("unreadable", str(reason)) from reason


class _NotShown(Exception):
    """The snapshot that CURRENT names cannot be shown."""

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.problem = StoreProblem(kind, detail)
