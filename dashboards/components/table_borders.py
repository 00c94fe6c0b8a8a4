"""On which borders each table is published, how it reaches today's, and why the municipalities differ."""

from __future__ import annotations

from itertools import groupby

from dash import html

from contract.locale_formats import day, number
from dashboards.components.data_table import data_table
from dashboards.components.morning_news import ShownNames
from dashboards.context import RequestContext
from dashboards.data.history_queries import BorderMismatch, FormerName, TableBorder

MOST_EXPLAINED = 12
"""Differences of one table that are told one by one; more are counted."""


def table_borders(context: RequestContext, heading_id: str) -> html.Section | None:
    """The section; None where the snapshot tells nothing of borders."""
    borders = context.snapshot.table_borders()
    if not borders:
        return None
    names = ShownNames(context)
    first = borders[0]
    lead = context.text(
        "history.lead",
        year=first.division_year,
        count=number(first.municipalities_today, context.language),
    )
    return html.Section(
        [
            html.H2(context.text("history.title"), id=heading_id),
            html.P(lead, className="wide-text"),
            _table(context, borders, names),
            html.H3(context.text("history.why")),
            *_reasons(context, names),
            *_own_history(context),
        ]
    )


def _table(context: RequestContext, borders: list[TableBorder], names: ShownNames) -> html.Div:
    heads = [context.text(f"history.head.{head}") for head in ("table", "how", "borders", "municipalities")]
    rows = [
        [
            names.table(border.source, border.table_name),
            context.text(f"history.bridging.{border.bridging}"),
            str(border.border_year),
            _count(context, border),
        ]
        for border in borders
    ]
    return data_table(context.text("history.caption"), heads, rows, texts=2)


def _count(context: RequestContext, border: TableBorder) -> str:
    count = number(border.municipalities_in_table, context.language)
    partial = border.is_extract and border.municipalities_in_table < border.municipalities_today
    return context.text("history.extract", count=count) if partial else count


def _reasons(context: RequestContext, names: ShownNames) -> list[html.P | html.Ul]:
    """By table: each municipality that differs, in a sentence."""
    mismatches = context.snapshot.border_mismatches()
    if not mismatches:
        return [html.P(context.text("history.same"))]
    parts: list[html.P | html.Ul] = []
    for (source, table), group in groupby(mismatches, key=lambda item: (item.source, item.table_name)):
        items = list(group)
        told = [html.Li(_reason(context, item, names)) for item in items[:MOST_EXPLAINED]]
        if len(items) > MOST_EXPLAINED:
            told.append(html.Li(context.text("history.more", count=len(items) - MOST_EXPLAINED)))
        parts += [html.P(names.table(source, table), className="quiet"), html.Ul(told, className="told")]
    return parts


def _reason(context: RequestContext, item: BorderMismatch, names: ShownNames) -> str:
    receivers = [names.municipality(code) for code in (item.receivers or "").split(",") if code]
    return context.text(
        f"history.{item.kind}",
        name=item.name(context.language),
        receivers=", ".join(receivers),
        day=day(item.changed_on, context.language) if item.changed_on else "",
    )


def _own_history(context: RequestContext) -> list[html.H3 | html.Ul]:
    """What the municipality is made of, and what it has been called."""
    former = context.snapshot.former_names(context.municipality_code)
    if not former:
        return []
    name = context.municipality.name(context.language)
    return [
        html.H3(context.text("history.own", name=name)),
        html.Ul([html.Li(_former(context, item)) for item in former], className="told"),
    ]


def _former(context: RequestContext, item: FormerName) -> str:
    when = day(item.valid_to, context.language)
    return context.text(f"history.former.{item.ended_by}", name=item.name(context.language), day=when)
