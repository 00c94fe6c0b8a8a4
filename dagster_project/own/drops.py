"""What lies in the inbox: submissions with an envelope, and bare files that somebody copied there."""

from __future__ import annotations

import hashlib
import os
import pwd
import re
import shutil
import stat
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from contract.problems import FileRefused, too_large
from contract.submission import CONTENT, ENVELOPE, IMPORTER, UNFINISHED, Envelope

STEADY_SECONDS = 20.0
"""How long nothing may have touched a bare file: a copy that is going on touches it all the time."""
_ABANDONED = timedelta(days=1)
_SUBMISSION = re.compile(r"[0-9a-f]{32}")
_NOT_HANDED_IN = (".", "~$")
"""Hidden files, and the lock that Excel lays beside a workbook while somebody has it open."""
_LARGEST_ENVELOPE = 20_000


@dataclass(frozen=True)
class Drop:
    """One submission that waits. `path` is what is taken out of the inbox once it is decided."""

    path: Path
    file: Path
    drop_key: str
    submission_id: str
    file_name: str
    submitted_at: datetime
    submitted_by: str
    envelope: Envelope | None = None
    fault: FileRefused | None = None
    """Why it cannot be read at all."""

    def read(self, limit: int) -> bytes:
        """The file's bytes. Raises: FileRefused when it is too large or no plain file."""
        try:
            descriptor = os.open(self.file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
        except OSError as wrong:
            raise FileRefused("not_plain_file", name=self.file_name) from wrong
        with os.fdopen(descriptor, "rb") as file:
            told = os.fstat(file.fileno())
            if not stat.S_ISREG(told.st_mode):
                raise FileRefused("not_plain_file", name=self.file_name)
            if told.st_size > limit:
                raise too_large(told.st_size, limit)
            return file.read(limit + 1)

    def is_as_found(self) -> bool:
        """False when somebody has written to it since it was found: it will be looked at again."""
        if self.envelope is not None or self.path.is_dir():
            return True
        try:
            return _key_of(self.path) == self.drop_key
        except OSError:
            return True

    def take_out(self) -> None:
        """Remove it from the inbox. Raises: OSError."""
        if self.path.is_dir() and not self.path.is_symlink():
            # Renamed first: a kill in the middle must not leave a submission without its envelope.
            if not self.path.name.startswith(UNFINISHED):
                away = self.path.with_name(f"{UNFINISHED}{self.path.name}")
                self.path.rename(away)
                shutil.rmtree(away)
        else:
            self.path.unlink(missing_ok=True)


def waiting(inbox: Path, now: datetime, steady_seconds: float = STEADY_SECONDS) -> list[Drop]:
    """What can be decided now, oldest first; hidden names and folders that are no submission are left."""
    if not inbox.is_dir():
        return []
    found = []
    for path in inbox.iterdir():
        if path.name.startswith(UNFINISHED):
            _remove_abandoned(path, now)
        elif path.name.startswith(_NOT_HANDED_IN):
            continue
        elif path.is_dir() and not path.is_symlink():
            if _SUBMISSION.fullmatch(path.name):
                found.append(_submission(path))
        elif (drop := _bare(path, now, steady_seconds)) is not None:
            found.append(drop)
    return sorted(found, key=lambda drop: (drop.submitted_at, drop.submission_id))


def unsteady(inbox: Path, now: datetime, steady_seconds: float = STEADY_SECONDS) -> list[str]:
    """Names of bare files that may still be being copied, and of folders that are no submission."""
    if not inbox.is_dir():
        return []
    taken = {drop.path for drop in waiting(inbox, now, steady_seconds)}
    return sorted(
        path.name
        for path in inbox.iterdir()
        if path not in taken and not path.name.startswith(_NOT_HANDED_IN)
    )


def _submission(path: Path) -> Drop:
    envelope, fault = None, None
    submitted_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        file = path / ENVELOPE
        if file.is_symlink() or file.stat().st_size > _LARGEST_ENVELOPE:
            raise FileRefused("envelope", fault="no plain file of a few lines")
        envelope = Envelope.model_validate_json(file.read_bytes())
        if envelope.submission_id != path.name:
            raise FileRefused("envelope", fault=f"submission_id {envelope.submission_id}")
    except OSError as wrong:
        fault = FileRefused("envelope", fault=wrong.strerror or type(wrong).__name__)
    except ValidationError as wrong:
        faults = (
            f"{'.'.join(map(str, each['loc'])) or 'JSON'}: {each['msg']}" for each in wrong.errors()[:3]
        )
        fault = FileRefused("envelope", fault="; ".join(faults))
    except FileRefused as refused:
        fault, envelope = refused, None
    return Drop(
        path=path,
        file=path / CONTENT,
        drop_key=path.name,
        submission_id=path.name,
        file_name=(envelope.file_name if envelope else "") or path.name,
        submitted_at=envelope.submitted_at.astimezone(UTC) if envelope else submitted_at,
        submitted_by=envelope.submitted_by if envelope else IMPORTER,
        envelope=envelope,
        fault=fault,
    )


def _bare(path: Path, now: datetime, steady_seconds: float) -> Drop | None:
    try:
        told = path.lstat()
        key = _key_of(path)
    except OSError:
        return None  # somebody has just taken it away
    # The time of change is the kernel's own: a copy that keeps the file's old date does not look steady.
    if abs(now.timestamp() - told.st_ctime) < steady_seconds:
        return None
    fault = None if stat.S_ISREG(told.st_mode) else FileRefused("not_plain_file", name=path.name)
    return Drop(
        path=path,
        file=path,
        drop_key=key,
        submission_id=key[:32],
        file_name=path.name,
        submitted_at=datetime.fromtimestamp(told.st_ctime, UTC),
        submitted_by=_owner(told.st_uid),
        fault=fault,
    )


def _key_of(path: Path) -> str:
    told = path.lstat()
    parts = (path.name, told.st_ino, told.st_ctime_ns, told.st_size)
    return hashlib.sha256("|".join(map(str, parts)).encode("utf-8", "surrogateescape")).hexdigest()


def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return IMPORTER


def _remove_abandoned(path: Path, now: datetime) -> None:
    try:
        if now - datetime.fromtimestamp(path.stat().st_mtime, UTC) > _ABANDONED:
            shutil.rmtree(path, ignore_errors=True)
    except OSError:
        return
