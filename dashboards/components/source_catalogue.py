"""Which tables have been verified on real figures, and which not yet against the live interface."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html

from contract.locale_formats import number
from dashboards.context import RequestContext
from dashboards.data.history_queries import CataloguedTable


def source_catalogue(context: RequestContext, heading_id: str) -> html.Section | None:
    """Both kinds of tables and of key figures, counted apart; None where the snapshot does not tell."""
    tables = context.snapshot.catalogued_tables()
    if not tables:
        return None
    verified = [table for table in tables if table.verified]
    unverified = [table for table in tables if not table.verified]
    return html.Section(
        [
            html.H2(context.text("data.catalogue.title"), id=heading_id),
            html.P(context.text("data.catalogue.lead"), className="wide-text"),
            html.Dl(
                [_counted(context, kind, *counts) for kind, counts in _counts(context, tables)],
                className="facts",
            ),
            _listed(context, "verified", verified),
            _listed(context, "unverified", unverified),
        ]
    )


def _counts(context: RequestContext, tables: Iterable[CataloguedTable]) -> list[tuple[str, tuple[int, int]]]:
    """(tables, key figures) verified and not yet; a key figure is verified when all its tables are."""
    unverified = {(table.source, table.table_name) for table in tables if not table.verified}
    every = sum(1 for _ in tables)
    kpis = context.snapshot.kpis()
    unsure = sum(1 for kpi in kpis if unverified & set(kpi.sources))
    return [
        ("verified", (every - len(unverified), len(kpis) - unsure)),
        ("unverified", (len(unverified), unsure)),
    ]


def _counted(context: RequestContext, kind: str, tables: int, kpis: int) -> html.Div:
    language = context.language
    words = context.text("data.catalogue.count", tables=number(tables, language), kpis=number(kpis, language))
    return html.Div([html.Dt(context.text(f"data.catalogue.{kind}")), html.Dd(words)])


def _listed(context: RequestContext, kind: str, tables: list[CataloguedTable]) -> html.Details | None:
    if not tables:
        return None
    items = [
        html.Li(_table(context, table))
        for table in sorted(tables, key=lambda item: (item.publisher, item.title(context.language)))
    ]
    summary = context.text(f"data.catalogue.{kind}_list", count=len(tables))
    return html.Details([html.Summary(summary), html.Ul(items, className="told")], className="checks")


def _table(context: RequestContext, table: CataloguedTable) -> list[object]:
    """Title, publisher and table, and whether this snapshot has it."""
    name = (
        html.A(table.title(context.language), href=table.page_url, rel="noreferrer")
        if table.page_url
        else table.title(context.language)
    )
    loaded = context.text(f"data.catalogue.{'loaded' if table.is_loaded else 'not_loaded'}")
    return [
        name,
        html.Span(f" {table.publisher}, {table.publisher_table_id}. {loaded}", className="quiet small"),
    ]
