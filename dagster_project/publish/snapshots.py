"""The snapshots on disk: which are finished, which is current, which is pinned; switching between them."""

from __future__ import annotations

import os
import shutil
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from contract.snapshot import CURRENT_FILE, MANIFEST_FILE, PIN_FILE, Manifest
from dagster_project.publish.errors import NothingPublished, PublishError
from dagster_project.publish.files import exclusive, write_text_atomically

BUILDING = ".building-"
REMOVING = ".removing-"
_SWITCH_LOCK = ".switch.lock"


@dataclass(frozen=True)
class Marts:
    """The folder of published snapshots. Reads are plain; every change holds the switch lock."""

    directory: Path

    def path(self, snapshot_id: str) -> Path:
        """Where a snapshot lies, whether or not it exists."""
        return self.directory / snapshot_id

    def finished(self) -> list[Manifest]:
        """Manifests of all finished snapshots, newest first. A directory without one was never finished."""
        if not self.directory.is_dir():
            return []
        manifests = [
            manifest
            for entry in self.directory.iterdir()
            if entry.is_dir() and not entry.name.startswith(".") and (manifest := self.manifest(entry.name))
        ]
        return sorted(
            manifests, key=lambda manifest: (manifest.created_at, manifest.snapshot_id), reverse=True
        )

    def manifest(self, snapshot_id: str) -> Manifest | None:
        """The manifest of one snapshot, or None when it is absent or unreadable."""
        try:
            text = (self.path(snapshot_id) / MANIFEST_FILE).read_text("utf-8")
            return Manifest.model_validate_json(text)
        except (OSError, ValidationError):
            return None

    def newest(self) -> Manifest | None:
        """The snapshot built last, current or not."""
        return next(iter(self.finished()), None)

    def current_id(self) -> str | None:
        """The name in CURRENT when it leads to a finished snapshot, else None."""
        named = self._read(CURRENT_FILE)
        return named if named and self.manifest(named) else None

    def pinned_id(self) -> str | None:
        """The snapshot that a rollback holds current, or None."""
        return self._read(PIN_FILE)

    def switch(self, snapshot_id: str) -> bool:
        """Make a snapshot current unless another one is pinned; True when it is current afterwards."""
        with self._switching():
            if self.pinned_id() not in (None, snapshot_id):
                return False
            self._point_to(snapshot_id)
            return True

    def roll_back(self, snapshot_id: str | None = None) -> str:
        """Pin `snapshot_id`, or the one before the current, and make it current; its id.

        Raises: NothingPublished without snapshots; PublishError when there is nothing earlier or the id is
        not on disk, naming those that are.
        """
        with self._switching():
            target = snapshot_id or self._one_before_current()
            if self.manifest(target) is None:
                raise PublishError(
                    f"there is no snapshot {target}; on disk: {', '.join(self._ids()) or 'none'}"
                )
            write_text_atomically(self.directory / PIN_FILE, target + "\n")
            self._point_to(target)
            return target

    def release(self) -> str:
        """Take the pin away and make the newest snapshot current; its id. Raises: NothingPublished."""
        with self._switching():
            newest = self.newest()
            if newest is None:
                raise NothingPublished(f"nothing has been published in {self.directory}; run a refresh first")
            self._point_to(newest.snapshot_id)
            (self.directory / PIN_FILE).unlink(missing_ok=True)
            return newest.snapshot_id

    def clean_leftovers(self) -> int:
        """Remove what killed runs left half-written; how many directories. Needs the refresh lock."""
        leftovers = [
            entry
            for entry in self._entries()
            if entry.name.startswith((BUILDING, REMOVING)) or _unfinished(entry)
        ]
        for entry in leftovers:
            shutil.rmtree(entry)
        for draft in self.directory.glob(".*.draft"):
            if not _is_running(int(draft.name.split(".")[-2])):
                draft.unlink(missing_ok=True)
        return len(leftovers)

    def retire(self, keep: int) -> list[str]:
        """Remove all but the newest `keep` snapshots; those removed. The current and the pinned one stay."""
        with self._switching():
            exempt = {self.current_id(), self.pinned_id()}
            retired = [id_ for id_ in self._ids()[keep:] if id_ not in exempt]
            for snapshot_id in retired:
                removing = self.directory / f"{REMOVING}{snapshot_id}"
                self.path(snapshot_id).rename(removing)
                shutil.rmtree(removing)
            return retired

    def unused_id(self, now: datetime) -> str:
        """A directory name for a snapshot made at `now` (UTC) that no other snapshot has."""
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        taken = {entry.name for entry in self._entries()}
        return next(
            id_ for n in range(len(taken) + 1) if (id_ := f"{stamp}-{n}" if n else stamp) not in taken
        )

    def _one_before_current(self) -> str:
        ids, current = self._ids(), self.current_id()
        if current is None:
            raise NothingPublished(f"nothing has been published in {self.directory}; run a refresh first")
        earlier = ids[ids.index(current) + 1 :]
        if not earlier:
            raise PublishError(f"{current} is the oldest snapshot kept: there is nothing to roll back to")
        return earlier[0]

    def _ids(self) -> list[str]:
        return [manifest.snapshot_id for manifest in self.finished()]

    def _entries(self) -> list[Path]:
        return (
            [entry for entry in self.directory.iterdir() if entry.is_dir()] if self.directory.is_dir() else []
        )

    def _read(self, name: str) -> str | None:
        try:
            return (self.directory / name).read_text("utf-8").strip() or None
        except FileNotFoundError:
            return None

    def _point_to(self, snapshot_id: str) -> None:
        write_text_atomically(self.directory / CURRENT_FILE, snapshot_id + "\n")

    def _switching(self) -> AbstractContextManager[None]:
        return exclusive(self.directory / _SWITCH_LOCK)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _unfinished(entry: Path) -> bool:
    return not entry.name.startswith(".") and not (entry / MANIFEST_FILE).exists()
