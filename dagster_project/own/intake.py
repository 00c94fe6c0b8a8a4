"""Deciding a submission: accepted with a version, refused with reasons, or nothing new."""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa

from contract.locale_formats import moment
from contract.messages import MESSAGE_LANGUAGES
from contract.problems import FileRefused, Problem
from contract.registers import ColumnType, Register
from contract.submission import Submission, told
from contract.template_texts import sender
from contract.yaml_forms import Texts
from dagster_project.own.drops import Drop
from dagster_project.own.journal import Journal
from dagster_project.own.known import Known
from dagster_project.own.rows import CheckedFile, check_file, file_kind, read_grids
from dagster_project.sources.formats.grid import Limits

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "decimal": pa.float64(),
    "money": pa.decimal128(18, 2),
    "percent": pa.float64(),
    "date": pa.date32(),
    "month": pa.string(),
    "choice": pa.string(),
    "municipality": pa.string(),
    "kpi": pa.string(),
}
log = logging.getLogger("kuntaluotsi.refresh")


@dataclass(frozen=True)
class Intake:
    """What deciding needs beside the drop."""

    journal: Journal
    known: Known
    limits: Limits = field(default_factory=Limits)

    def decide(self, drop: Drop, now: datetime) -> Submission:
        """How the drop was decided; it is kept in the journal by then and out of the inbox.

        Raises: OSError when the disk is full or not writable; the drop then waits as it did.
        """
        earlier = self.journal.of_drop(drop.drop_key)
        submission = earlier or self._decide_or_own_up(drop, now)
        if submission.state == "refused" and not submission.file_sha256:
            self._move_aside(drop, submission)
        elif drop.is_as_found():
            drop.take_out()
        return submission

    def _decide_or_own_up(self, drop: Drop, now: datetime) -> Submission:
        """As `_decide`; a fault of our own refuses this file in words and holds up no other."""
        try:
            return self._decide(drop, now)
        except OSError:
            raise
        except Exception as fault:
            log.exception("%s (%s) could not be checked", drop.submission_id, drop.file_name)
            own_up = Problem("program_fault", details={"fault": type(fault).__name__})
            return self._refuse(_begun(drop, now), None, [own_up])

    def _decide(self, drop: Drop, now: datetime) -> Submission:
        begun = _begun(drop, now)
        try:
            if drop.fault is not None:
                raise drop.fault
            body = drop.read(self.limits.file_bytes)
        except FileRefused as refused:
            return self._refuse(begun, None, [refused.problem])
        begun = begun.model_copy(
            update={
                "file_sha256": hashlib.sha256(body).hexdigest(),
                "file_bytes": len(body),
                "file_kind": file_kind(body),
            }
        )
        from dagster_project.own.statistics import (
            read_statistics,
        )  # numpy and arrow, only when a file is there

        asked = drop.envelope.register_id if drop.envelope else None
        if asked is None and (table := read_statistics(body, drop.file_name)) is not None:
            return self._take_statistics(begun, body, table)
        language = drop.envelope.language if drop.envelope else None
        try:
            grids = read_grids(body, drop.file_name, self.limits)
            checked = check_file(grids, self.known, asked, language)
        except FileRefused as refused:
            return self._refuse(begun, body, [refused.problem])
        return self._judge(begun, body, checked)

    def _judge(self, begun: Submission, body: bytes, checked: CheckedFile) -> Submission:
        register = checked.register
        begun = begun.model_copy(
            update={
                "register_id": register.id,
                "schema_version": register.version,
                "language": checked.language,
                "notes": tuple(told(note) for note in checked.notes),
            }
        )
        if checked.problems:
            return self._refuse(begun, body, checked.problems)
        begun = begun.model_copy(
            update={"scopes": checked.scopes(), "rows": checked.rows, "rows_digest": checked.digest()}
        )
        return self._place(begun, body, _table(register, checked))

    def _place(self, begun: Submission, body: bytes, table: pa.Table) -> Submission:
        """Accept it, unless it says what stands already or rests on a version that has been replaced."""
        accepted = self.journal.accepted(begun.register_id)
        if (same := _standing(accepted, begun)) is not None:
            unchanged = begun.model_copy(update={"state": "unchanged", "version": same.version})
            self.journal.note_unchanged(unchanged)
            return unchanged
        if (stale := _stale(accepted, begun)) is not None:
            return self._refuse(begun, body, [stale])
        submission = begun.model_copy(
            update={
                "version": self.journal.version(begun.register_id) + 1,
                "landing_id": f"{begun.decided_at:%Y%m%dT%H%M%SZ}-{begun.submission_id[:12]}",
            }
        )
        self.journal.accept(submission, body, table)
        return submission

    def _take_statistics(self, begun: Submission, body: bytes, read: object) -> Submission:
        from dagster_project.own.statistics import Statistics

        if isinstance(read, FileRefused):
            return self._refuse(begun, body, [read.problem])
        assert isinstance(read, Statistics)
        begun = begun.model_copy(
            update={
                "register_id": f"table:{read.name}",
                "file_kind": read.kind,
                "scopes": (("",),),
                "rows": read.table.num_rows,
                "rows_digest": begun.file_sha256,
            }
        )
        return self._place(begun, body, read.table)

    def _refuse(self, begun: Submission, body: bytes | None, problems: list[Problem]) -> Submission:
        refused = begun.model_copy(
            update={"state": "refused", "problems": tuple(told(problem) for problem in problems)}
        )
        self.journal.refuse(refused, body)
        return refused

    def _move_aside(self, drop: Drop, submission: Submission) -> None:
        """Bring a file that is not kept yet beside its reasons; a link is only removed."""
        if not drop.is_as_found():
            return
        if drop.file.is_file() and not drop.file.is_symlink() and not drop.path.is_symlink():
            drop.file.rename(self.journal.directory(submission) / "file.unread")
        drop.take_out()


def _begun(drop: Drop, now: datetime) -> Submission:
    envelope = drop.envelope
    return Submission(
        submission_id=drop.submission_id,
        state="accepted",
        register_id=(envelope.register_id or "") if envelope else "",
        base_version=envelope.base_version if envelope else None,
        submitted_by=drop.submitted_by,
        submitted_role=envelope.submitted_role if envelope else "importer",
        submitted_at=drop.submitted_at,
        decided_at=now.astimezone(UTC),
        file_name=drop.file_name,
        file_kind="bin",
        language=(envelope.language or "fi") if envelope else "fi",
        drop_key=drop.drop_key,
    )


def _standing(accepted: list[Submission], new: Submission) -> Submission | None:
    """The submission that stands for everything the new one covers and says the same."""
    newest: dict[tuple[str, ...], Submission] = {}
    for submission in accepted:
        newest |= dict.fromkeys(submission.scopes, submission)
    standing = {newest[scope].submission_id if scope in newest else "" for scope in new.scopes}
    if len(standing) != 1:
        return None
    same = next((each for each in accepted if each.submission_id in standing), None)
    if same is None or same.rows_digest != new.rows_digest or same.schema_version != new.schema_version:
        return None
    return same


def _stale(accepted: list[Submission], new: Submission) -> Problem | None:
    """Why the version that the sender started from is no longer the one to change, None when it is."""
    base = new.base_version
    if base is None:
        return None
    newest = max((each.version or 0 for each in accepted), default=0)
    if base > newest:
        return Problem("future_base", details={"base": base, "version": newest})
    covered = set(new.scopes)
    since = [each for each in accepted if (each.version or 0) > base and covered & set(each.scopes)]
    if not since:
        return None
    last = since[-1]
    return Problem(
        "stale",
        details={
            "who": Texts(**{language: sender(last, language) for language in MESSAGE_LANGUAGES}),
            "when": Texts(
                **{language: moment(last.submitted_at, language) for language in MESSAGE_LANGUAGES}
            ),
            "version": last.version or 0,
            "base": base,
        },
    )


def _table(register: Register, checked: CheckedFile) -> pa.Table:
    arrays = {}
    for column in register.columns:
        values = checked.columns[column.id]
        if column.type == "money":
            values = [value if value is None else Decimal(str(value)) for value in values]
        arrays[column.id] = pa.array(values, ARROW_TYPES[column.type])
    return pa.table({"_row": pa.array(checked.numbers, pa.int32()), **arrays})
