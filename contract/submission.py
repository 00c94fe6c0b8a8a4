"""Submissions of a municipality's own data: how one is handed in, and what is remembered of it.

A submission lies in the inbox as a directory `<submission_id>/` with the file under the name `content` and
`envelope.json` beside it; it is renamed into place, so it is there whole or not at all. A bare file dropped
by hand is one too: its owner stands for the user. `SUBMISSIONS.json` in the marts tells how all of them are
doing, renewed whenever one is decided; `fct_submission` tells it of those that a snapshot was made with.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from contract.problems import Problem

ENVELOPE = "envelope.json"
CONTENT = "content"
MANIFEST = "manifest.json"
BOOK = "SUBMISSIONS.json"
UNFINISHED = ".unfinished-"
IMPORTER = "importer"
REASON_LANGUAGES = ("fi", "sv", "en")

SubmissionId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
_Line = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
State = Literal["accepted", "refused", "unchanged"]


class Envelope(BaseModel):
    """What is told with a file. `base_version` is the register's version that the sender had before them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    submission_id: SubmissionId
    submitted_by: Annotated[_Line, Field(min_length=1)]
    submitted_at: AwareDatetime
    submitted_role: _Line = IMPORTER
    register_id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")] | None = None
    base_version: Annotated[int, Field(ge=0)] | None = None
    file_name: _Line = ""
    """As the sender called it: told in messages, never a path."""
    language: Literal["fi", "sv", "en"] | None = None


class Submission(BaseModel):
    """How a submission was decided; `version` counts the accepted ones of a register. Times are UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    submission_id: str
    state: State
    register_id: str = ""
    """Empty when it could not be told; `table:<name>` for a statistical table of no register."""
    version: int | None = None
    base_version: int | None = None
    schema_version: int | None = None
    landing_id: str | None = None
    scopes: tuple[tuple[str, ...], ...] = ()
    """What it replaces: municipality, then the period where the register has one."""
    rows: int = 0
    rows_digest: str = ""
    submitted_by: str = ""
    submitted_role: str = ""
    submitted_at: datetime
    decided_at: datetime
    file_name: str = ""
    file_kind: str = ""
    file_sha256: str = ""
    file_bytes: int = 0
    language: str = "fi"
    drop_key: str = ""
    """Tells the very drop in the inbox, so that one decided just before a kill is not decided again."""
    problems: tuple[dict[str, str | int | None], ...] = ()
    notes: tuple[dict[str, str | int | None], ...] = ()

    @property
    def municipalities(self) -> tuple[str, ...]:
        """The municipalities it is about."""
        return tuple(sorted({scope[0] for scope in self.scopes if scope}))


class BookEntry(BaseModel):
    """A submission as pages tell it: no names of people, no values."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    submission_id: str
    register_id: str
    state: Literal["waiting", "accepted", "loaded", "replaced", "refused", "unchanged"]
    """`waiting` lies in the inbox, `accepted` is landed and not loaded yet, of `replaced` nothing stands."""
    version: int | None = None
    municipalities: tuple[str, ...] = ()
    rows: int = 0
    problems: int = 0
    submitted_role: str = ""
    submitted_at: datetime
    decided_at: datetime | None = None


class Book(BaseModel):
    """SUBMISSIONS.json: the submissions there are, newest first."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    updated_at: datetime
    submissions: tuple[BookEntry, ...] = ()


def read_book(marts_dir: Path) -> Book | None:
    """How submissions are doing, None when nothing has been told that can be read."""
    try:
        return Book.model_validate_json((marts_dir / BOOK).read_bytes())
    except (OSError, ValidationError):
        return None


def new_submission_id() -> str:
    """An id that no other submission has."""
    return uuid.uuid4().hex


def drop_submission(inbox: Path, body: bytes, envelope: Envelope) -> Path:
    """Where the submission lies in the inbox afterwards; whole, or not there.

    Raises: FileExistsError when one with this id lies there already; OSError when it cannot be written.
    """
    files = {CONTENT: body, ENVELOPE: envelope.model_dump_json(indent=2).encode()}
    return write_directory(inbox, envelope.submission_id, files)


def write_directory(parent: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """The directory `parent/name` with `files` in it, written aside, flushed and renamed.

    Raises: FileExistsError; OSError when the disk is full or not writable, and nothing is left behind then.
    """
    parent.mkdir(parents=True, exist_ok=True)
    if (parent / name).exists():
        raise FileExistsError(f"{parent / name} is there already")
    unfinished = parent / f"{UNFINISHED}{uuid.uuid4().hex}"
    unfinished.mkdir()
    try:
        for file_name, body in files.items():
            with (unfinished / file_name).open("xb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
        unfinished.rename(parent / name)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    descriptor = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    return parent / name


def told(problem: Problem) -> dict[str, str | int | None]:
    """A problem for machines and people: where, which value, and the sentence in every language."""
    sentences = {language: problem.text(language) for language in REASON_LANGUAGES}
    return {
        "code": problem.code,
        "sheet": problem.sheet or None,
        "row": problem.row,
        "column": problem.column_name("fi") or None,
        "value": problem.value,
        **sentences,
    }
