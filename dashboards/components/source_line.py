"""The line under a figure that says where it comes from: publisher, table and the day it was fetched."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from contract.locale_formats import day, in_helsinki
from dashboards.context import RequestContext
from dashboards.data.records import Source


def source_line(context: RequestContext, pairs: Iterable[tuple[str, str]]) -> html.P:
    """`Lähde: Tilastokeskus, taulukko 11re (21.11.2026)`, each table a link to its publisher's page."""
    known = {(source.source, source.table_name): source for source in context.snapshot.sources()}
    parts: list[object] = [context.text("source.label"), " "]
    for position, pair in enumerate(pair for pair in pairs if pair in known):
        parts += ["; " if position else "", *_named(context, known[pair])]
    return html.P(parts, className="source quiet small")


def _named(context: RequestContext, source: Source) -> list[object]:
    fetched = (
        f" ({day(in_helsinki(source.fetched_at).date(), context.language)})" if source.fetched_at else ""
    )
    table = context.text("source.table", table=source.publisher_table_id)
    linked = html.A(table, href=source.page_url, rel="noreferrer") if source.page_url else table
    return [f"{context.publisher(source)}, ", linked, fetched]
