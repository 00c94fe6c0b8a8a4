"""One pass through the inbox: every submission that can be decided is, and the pages are told."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from contract.submission import BOOK, Book, BookEntry, Submission, read_book
from dagster_project.own.drops import STEADY_SECONDS, Drop, waiting
from dagster_project.own.intake import Intake
from dagster_project.own.journal import Journal, Places
from dagster_project.own.known import Known, read_known

_TOLD_AT_MOST = 500


def take_in(
    places: Places,
    journal: Journal,
    now: Callable[[], datetime],
    *,
    steady_seconds: float = STEADY_SECONDS,
    seconds: float = float("inf"),
    known: Known | None = None,
) -> list[Submission]:
    """The submissions that were decided, oldest first; the pass stops after `seconds`, the rest waits.

    Needs the inbox lock. Raises: OSError when the disk is full or not writable.
    """
    begun = time.monotonic()
    drops = waiting(places.inbox, now(), steady_seconds)
    if not drops:
        return []
    intake = Intake(journal, known or read_known())
    decided = []
    for drop in drops:
        decided.append(intake.decide(drop, now()))
        if time.monotonic() - begun > seconds:
            break
    return decided


@contextmanager
def inbox_lock(path: Path) -> Iterator[bool]:
    """True while this process alone goes through the inbox, False when another does."""
    import fcntl

    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
    finally:
        os.close(descriptor)


def write_book(
    marts_dir: Path, journal: Journal, drops: list[Drop], applied: set[str] | None, now: datetime
) -> None:
    """Tell the pages how submissions are doing; `applied` are loaded landings, None while not to be known."""
    before = {
        entry.submission_id: entry.state
        for entry in (read_book(marts_dir) or Book(updated_at=now)).submissions
    }
    standing = _standing(journal, applied or set())
    entries = [_entry(each, applied, standing, before) for each in journal.decided]
    decided = {each.submission_id for each in journal.decided}
    entries += [_waiting(drop) for drop in drops if drop.submission_id not in decided]
    newest = sorted(entries, key=lambda entry: (entry.submitted_at, entry.submission_id), reverse=True)
    book = Book(updated_at=now, submissions=tuple(newest[:_TOLD_AT_MOST]))
    marts_dir.mkdir(parents=True, exist_ok=True)
    unfinished = marts_dir / f".{BOOK}.unfinished"
    unfinished.write_text(book.model_dump_json(indent=2) + "\n", encoding="utf-8")
    unfinished.replace(marts_dir / BOOK)


def _standing(journal: Journal, applied: set[str]) -> set[str]:
    """Ids of the loaded submissions of which something is in force: the newest of at least one scope."""
    newest: dict[tuple[str, tuple[str, ...]], Submission] = {}
    for submission in sorted(journal.decided, key=lambda each: each.version or 0):
        if submission.state == "accepted" and submission.landing_id in applied:
            newest |= {(submission.register_id, scope): submission for scope in submission.scopes}
    return {submission.submission_id for submission in newest.values()}


def _entry(
    submission: Submission, applied: set[str] | None, standing: set[str], before: dict[str, str]
) -> BookEntry:
    state: str = submission.state
    if state == "accepted":
        if applied is None:
            state = before.get(submission.submission_id, "accepted")
        elif submission.landing_id in applied:
            state = "loaded" if submission.submission_id in standing else "replaced"
    return BookEntry(
        submission_id=submission.submission_id,
        register_id=submission.register_id,
        state=state,
        version=submission.version,
        municipalities=submission.municipalities,
        rows=submission.rows,
        problems=len(submission.problems),
        submitted_role=submission.submitted_role,
        submitted_at=submission.submitted_at,
        decided_at=submission.decided_at,
    )


def _waiting(drop: Drop) -> BookEntry:
    return BookEntry(
        submission_id=drop.submission_id,
        register_id=(drop.envelope.register_id or "") if drop.envelope else "",
        state="waiting",
        submitted_role=drop.envelope.submitted_role if drop.envelope else "importer",
        submitted_at=drop.submitted_at,
    )
