"""The municipality's own submissions: what has been handed in, and whether it is seen, awaited or refused."""

from __future__ import annotations

from dash import html

from contract.locale_formats import moment, number
from contract.registers import registers
from contract.submission import BookEntry
from dashboards.components.data_table import data_table
from dashboards.context import RequestContext

MOST_SHOWN = 12


def own_submissions(context: RequestContext, heading_id: str) -> html.Section:
    """The section, newest first; it says how to begin where nothing has been handed in.

    Only that something was handed in is told, and by which role where the register is public: no names, no
    figures.
    """
    code = context.municipality_code
    told = context.book.submissions if context.book else ()
    mine = [entry for entry in told if code in entry.municipalities or not entry.municipalities]
    shown = _shown(mine)
    return html.Section(
        [
            html.H2(context.text("data.own.title"), id=heading_id),
            html.P(
                context.text("data.own.lead" if mine else "data.own.none", municipality=_name(context)),
                className="wide-text",
            ),
            _table(context, shown) if shown else None,
            html.P(context.text("data.own.more", count=len(mine) - len(shown)), className="quiet small")
            if len(mine) > len(shown)
            else None,
        ]
    )


def _shown(mine: list[BookEntry]) -> list[BookEntry]:
    """The newest ones, and of every register the newest that is in force, however much came after it."""
    in_force: dict[str, BookEntry] = {}
    for entry in mine:
        if entry.state == "loaded":
            in_force.setdefault(entry.register_id, entry)
    kept = {entry.submission_id for entry in (*mine[:MOST_SHOWN], *in_force.values())}
    return [entry for entry in mine if entry.submission_id in kept]


def _name(context: RequestContext) -> str:
    return context.municipality.name(context.language)


def _table(context: RequestContext, entries: list[BookEntry]) -> html.Div:
    heads = [
        context.text(f"data.own.head.{name}") for name in ("register", "state", "version", "rows", "when")
    ]
    rows = [
        [
            _register(context, entry),
            _state(context, entry),
            "–" if entry.version is None else number(entry.version, context.language),
            number(entry.rows, context.language),
            moment(entry.decided_at or entry.submitted_at, context.language),
        ]
        for entry in entries
    ]
    return data_table(context.text("data.own.title"), heads, rows, texts=2)


def _register(context: RequestContext, entry: BookEntry) -> str:
    """The register's name; a statistical table has none of ours and goes by its own id."""
    known = registers().get(entry.register_id)
    unknown = entry.register_id.removeprefix("table:") or context.text("data.own.unrecognised")
    return known.name.of(context.language) if known else unknown


def _state(context: RequestContext, entry: BookEntry) -> str:
    """Seen by readers only once a snapshot that was published later holds it."""
    state = entry.state
    published = context.snapshot.manifest.created_at
    if state == "loaded" and entry.decided_at is not None and entry.decided_at > published:
        state = "accepted"
    words = context.text(f"data.own.state.{state}")
    return f"{words} ({entry.problems})" if state == "refused" and entry.problems else words
