"""Answers that need not be asked for again: those of an interrupted fetch, and versions that have landed.

`<partial_dir>/<source>/<table_name>/<mark>/` holds one file for each answer, named by its question and its
own hash. The mark stands for what is asked and for the publisher's stamp: when either moves, what was kept is
of no use and goes. Once the table has landed everything goes. An answer whose name tells its version is also
taken from the table's last landing: of thousands of documents only those that have changed are fetched.
"""

from __future__ import annotations

import hashlib
import shutil
import uuid
from collections.abc import Mapping
from pathlib import Path

from dagster_project.raw.landing import LandedFile
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.transport import WebRequest


class PartialAnswers:
    """What has been fetched of one table under one mark."""

    def __init__(
        self,
        root: Path,
        entry: CatalogueEntry,
        mark: str,
        landed: Mapping[Path, LandedFile] | None = None,
    ) -> None:
        """`landed` are the files of the table's last landing."""
        self._table = root / entry.source / entry.table_name
        self._dir = self._table / mark[:32]
        self._landed = {file.name: (path, file) for path, file in (landed or {}).items()}
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
        return self._read_landed(request) if request.versioned else None

    def _read_landed(self, request: WebRequest) -> bytes | None:
        """The bytes that have landed as this version of the answer, when they are whole."""
        path, file = self._landed.get(request.name, (None, None))
        if path is None or file is None or file.place != request.place or not path.is_file():
            return None
        body = path.read_bytes()
        if _sha256(body) != file.sha256:
            return None
        self.reused += 1
        return body

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
