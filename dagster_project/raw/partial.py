"""Answers of a fetch that was interrupted: kept so that the next try goes on where it stopped.

`<partial_dir>/<source>/<table_name>/<mark>/` holds one file for each answer, named by its question and its
own hash. The mark stands for what is asked and for the publisher's stamp: when either moves, what was kept is
of no use and goes. Once the table has landed everything goes.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from pathlib import Path

from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.transport import WebRequest


class PartialAnswers:
    """What has been fetched of one table under one mark."""

    def __init__(self, root: Path, entry: CatalogueEntry, mark: str) -> None:
        self._table = root / entry.source / entry.table_name
        self._dir = self._table / mark[:32]
        self.reused = 0
        """Answers that were not asked for again."""
        if self._table.is_dir():
            for other in self._table.iterdir():
                if other != self._dir:
                    shutil.rmtree(other, ignore_errors=True)

    def read(self, request: WebRequest) -> bytes | None:
        """The bytes kept for the request; None when there are none, or when they are not whole."""
        for path in self._dir.glob(f"{request.digest[:32]}.*"):
            body = path.read_bytes()
            if path.suffix == f".{_sha256(body)[:32]}":
                self.reused += 1
                return body
            path.unlink()
        return None

    def write(self, request: WebRequest, body: bytes) -> None:
        """Keep the bytes. Raises: OSError when the disk is full or not writable."""
        self._dir.mkdir(parents=True, exist_ok=True)
        draft = self._dir / f".{uuid.uuid4().hex}"
        try:
            draft.write_bytes(body)
            draft.rename(self._dir / f"{request.digest[:32]}.{_sha256(body)[:32]}")
        finally:
            draft.unlink(missing_ok=True)

    def drop(self) -> None:
        """Forget everything kept of the table."""
        shutil.rmtree(self._table, ignore_errors=True)


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
