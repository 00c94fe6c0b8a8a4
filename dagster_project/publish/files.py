"""Durable file operations: a reader sees the whole old file or the whole new one, also after a power cut."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_project.publish.errors import NoSpace

_CHUNK = 1 << 20


def sha256_of(path: Path) -> str:
    """The hex sha256 of the file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def sync(path: Path) -> None:
    """Force a file's bytes, or a directory's entries, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text_atomically(path: Path, text: str) -> None:
    """Replace `path` with `text` so that no reader ever sees a part of it.

    Raises: NoSpace when the disk is full; the old content stays.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}.draft")
    with space_errors(path.parent):
        try:
            with draft.open("w", encoding="utf-8") as stream:
                stream.write(text)
                stream.flush()
                os.fsync(stream.fileno())
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    sync(path.parent)


def free_bytes(directory: Path) -> int:
    """Bytes an ordinary user may still write to the disk that holds `directory`."""
    return shutil.disk_usage(directory).free


def require_space(directory: Path, needed: int, purpose: str) -> None:
    """Check that `needed` bytes fit. Raises: NoSpace naming the place and both figures in MB."""
    directory.mkdir(parents=True, exist_ok=True)
    free = free_bytes(directory)
    if free < needed:
        raise NoSpace(
            f"not enough disk space for {purpose}: {_megabytes(needed)} MB needed, {_megabytes(free)} MB free"
            f" in {directory}; free some space there or set KUNTALUOTSI_DATA_ROOT to a larger disk"
        )


@contextmanager
def space_errors(directory: Path) -> Iterator[None]:
    """Turn a full disk, as the system or DuckDB reports it, into NoSpace."""
    try:
        yield
    except Exception as error:
        if _means_full_disk(error):
            raise NoSpace(
                f"the disk became full while writing to {directory}; free some space there and refresh again"
            ) from error
        raise


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold a kernel lock on `path` for a moment, waiting for whoever has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _means_full_disk(error: Exception) -> bool:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return "No space left on device" in str(error)


def _megabytes(size: int) -> int:
    return -(-size // 1_000_000)
