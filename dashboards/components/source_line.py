"""The line under a figure that says where it comes from: publisher, table and the day it was fetched."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from contract.locale_formats import day, in_helsinki
from dashboards.context import RequestContext
from dashboards.data.records import Source


def source_line(context: RequestContext, pairs: Iterable[tuple[str, str]]) -> html.P:
    """`Lähde: Tilastokeskus, taulukko 11re (21.11.2026)`, each table a link to its publisher's page."""
    parts: list[object] = [context.text("source.label"), " "]
    for position, source in enumerate(_known(context, pairs)):
        table = _table(context, source)
        linked = html.A(table, href=source.page_url, rel="noreferrer") if source.page_url else table
        parts += ["; " if position else "", f"{context.publisher(source)}, ", linked]
        parts.append(_fetched(context, source))
    return html.P(parts, className="source quiet small")


def source_text(context: RequestContext, pairs: Iterable[tuple[str, str]]) -> str:
    """The same words without links, for where a figure leaves the page."""
    named = [
        f"{context.publisher(source)}, {_table(context, source)}{_fetched(context, source)}"
        for source in _known(context, pairs)
    ]
    return f"{context.text('source.label')} {'; '.join(named)}"


def _known(context: RequestContext, pairs: Iterable[tuple[str, str]]) -> list[Source]:
    known = {(source.source, source.table_name): source for source in context.snapshot.sources()}
    return [known[pair] for pair in pairs if pair in known]


def _table(context: RequestContext, source: Source) -> str:
    return context.text("source.table", table=source.publisher_table_id)


def _fetched(context: RequestContext, source: Source) -> str:
    if source.fetched_at is None:
        return ""
    return f" ({day(in_helsinki(source.fetched_at).date(), context.language)})"
