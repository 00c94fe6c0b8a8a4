"""Every published table as the dictionary tells it, by topic: what it is, key, rows, and its columns.

A description begins with what one row is.
"""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import number
from contract.messages import has_message
from dashboards.context import RequestContext
from dashboards.data.dictionary_queries import DescribedColumn, DescribedTable

WRITTEN_IN = "en"
"""Columns are described for those who query them, in English."""


def described_tables(context: RequestContext) -> list[Component]:
    """A heading for each topic and the tables under it, in the order of the contract."""
    by_topic: dict[str, list[DescribedTable]] = {}
    for table in context.snapshot.described_tables():
        by_topic.setdefault(table.topic, []).append(table)
    return [
        html.Div([html.H3(_word(context, "topic", topic)), *(_table(context, table) for table in tables)])
        for topic, tables in by_topic.items()
    ]


def with_code(text: str) -> list[object]:
    """The text with what stands between backticks as code."""
    parts = text.split("`")
    return [html.Code(part) if place % 2 else part for place, part in enumerate(parts) if part]


def _table(context: RequestContext, table: DescribedTable) -> html.Details:
    language = context.language
    rows = context.snapshot.published_rows(table.table_name)
    keys = [part for key in table.keys for part in (", ", html.Code(key))][1:]
    facts: list[tuple[str, object]] = [
        ("key", keys),
        ("rows", number(rows, language) if rows is not None else "–"),
        ("audience", _word(context, "audience", table.audience)),
    ]
    return html.Details(
        [
            html.Summary([html.Code(table.table_name), html.Span(table.title(language), className="small")]),
            html.P(with_code(table.description(language)), className="wide-text"),
            html.Dl(
                [
                    html.Div([html.Dt(context.text(f"dictionary.tables.{key}")), html.Dd(value)])
                    for key, value in facts
                ],
                className="facts",
            ),
            _columns(context, table),
        ],
        id=f"table-{table.table_name}",
        className="checks",
    )


def _columns(context: RequestContext, table: DescribedTable) -> html.Div:
    heads = ("column", "type", "unit", "meaning")
    caption = context.text("dictionary.tables.caption", table=table.table_name)
    rows = [_column(context, column) for column in context.snapshot.described_columns(table.table_name)]
    listed = html.Table(
        [
            html.Caption(caption, className="hidden"),
            html.Thead(
                html.Tr([html.Th(context.text(f"dictionary.tables.{head}"), scope="col") for head in heads])
            ),
            html.Tbody(rows),
        ],
        className="columns",
    )
    return html.Div(listed, className="scroll", tabIndex=0, role="region", **{"aria-label": caption})


def _column(context: RequestContext, column: DescribedColumn) -> html.Tr:
    mark = f" ({context.text('dictionary.tables.key_mark')})" if column.is_key else ""
    return html.Tr(
        [
            html.Th([html.Code(column.column_name), mark], scope="row"),
            html.Td(_word(context, "type", column.data_type.lower())),
            html.Td(_word(context, "unit", column.unit) if column.unit else ""),
            html.Td(with_code(column.description_en or ""), lang=WRITTEN_IN),
        ]
    )


def _word(context: RequestContext, kind: str, code: str) -> str:
    """The code in the reader's words; one added since as it is written."""
    key = f"dictionary.{kind}.{code}"
    return context.text(key) if has_message(context.language, key) else code.replace("_", " ")
