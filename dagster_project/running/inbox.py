"""The inbox of a running house: decide what lies there, load it when no refresh runs, tell the pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from contract.submission import BOOK, Submission
from dagster_project.own.drops import STEADY_SECONDS, waiting
from dagster_project.own.inbox import inbox_lock, take_in, write_book
from dagster_project.own.journal import Journal, Places
from dagster_project.own.loading import applied_landings, load_own
from dagster_project.raw.warehouse import open_warehouse
from dagster_project.running.exits import PlainFailure
from dagster_project.running.lock import is_locked, refresh_lock
from dagster_project.settings import Settings


@dataclass(frozen=True)
class Pass:
    """How a pass ended.

    `busy` when another process was going through the inbox; `later` says why accepted submissions are not
    loaded yet and is empty when they are.
    """

    decided: tuple[Submission, ...] = ()
    loaded: tuple[str, ...] = ()
    later: str = ""
    busy: bool = False


def places_of(settings: Settings) -> Places:
    """Where submissions lie."""
    return Places(settings.inbox_dir, settings.raw_dir / "own", settings.quarantine_dir)


def look_into_inbox(
    settings: Settings,
    now: Callable[[], datetime],
    *,
    steady_seconds: float = STEADY_SECONDS,
    seconds: float = float("inf"),
) -> Pass:
    """One pass. Accepted submissions are loaded at once, or the next time once the running refresh has ended.

    Raises: OSError when the disk is full or not writable; nothing is lost then.
    """
    places = places_of(settings)
    with inbox_lock(settings.data_root / "inbox.lock") as ours:
        if not ours:
            return Pass(busy=True)
        if not waiting(places.inbox, now(), steady_seconds) and _is_done(settings, places):
            return Pass()
        journal = Journal.read(places)
        decided = take_in(places, journal, now, steady_seconds=steady_seconds, seconds=seconds)
        applied, loaded, later = _load(settings, journal, now())
        drops = waiting(places.inbox, now(), 0.0)
        write_book(settings.marts_dir, journal, drops, applied, now())
        _note_done(places, journal, applied)
        return Pass(tuple(decided), loaded, later)


def load_accepted(settings: Settings, con: duckdb.DuckDBPyConnection, now: datetime) -> list[str]:
    """Ids of the landings that a refresh brought into its warehouse; every own table is there afterwards.

    The inbox is gone through first, for a house that only refreshes and runs no daemon.
    """
    places = places_of(settings)
    with inbox_lock(settings.data_root / "inbox.lock") as ours:
        journal = Journal.read(places, clean=ours)
        if ours:
            take_in(places, journal, lambda: now)
        loaded = load_own(con, journal, now)
        drops = waiting(places.inbox, now, 0.0)
        if ours and (drops or journal.decided):
            write_book(settings.marts_dir, journal, drops, applied_landings(con), now)
    return loaded


def _load(
    settings: Settings, journal: Journal, now: datetime
) -> tuple[set[str] | None, tuple[str, ...], str]:
    """Loaded landings (None: not to be known now), those loaded just now, and why the rest waits."""
    if not settings.warehouse_path.exists():
        return set(), (), "there is no warehouse yet: the first refresh loads them"
    if is_locked(settings.lock_path):
        return None, (), "a refresh is running: they are loaded right after it"
    try:
        with refresh_lock(settings.lock_path):
            connection = open_warehouse(settings)
            try:
                loaded = load_own(connection, journal, now)
                return applied_landings(connection), tuple(loaded), ""
            finally:
                connection.close()
    except PlainFailure as taken:
        return None, (), str(taken)
    except duckdb.IOException as held:
        return None, (), f"the warehouse is open elsewhere: {str(held).splitlines()[0]}"


def _is_done(settings: Settings, places: Places) -> bool:
    """True when everything decided earlier has reached the warehouse and the pages.

    Told by the times of the journal's folders: an idle house does not read its journal every half minute.
    """
    mark = _mark(places)
    if not mark:
        return True
    try:
        return _done_file(places).read_text("utf-8") == mark and (settings.marts_dir / BOOK).is_file()
    except OSError:
        return False


def _note_done(places: Places, journal: Journal, applied: set[str] | None) -> None:
    accepted = {each.landing_id for each in journal.decided if each.state == "accepted"}
    if applied is not None and accepted <= applied and (mark := _mark(places)):
        file = _done_file(places)
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f".{file.name}")
        unfinished.write_text(mark, encoding="utf-8")
        unfinished.replace(file)


def _mark(places: Places) -> str:
    folders = [path for path in places.landed.glob("*") if path.is_dir()]
    folders += [places.quarantine] if places.quarantine.is_dir() else []
    return "\n".join(f"{path.name} {path.stat().st_mtime_ns}" for path in sorted(folders))


def _done_file(places: Places) -> Path:
    return places.landed / "loaded.txt"
