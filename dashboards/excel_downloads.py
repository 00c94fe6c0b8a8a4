"""Excel downloads: the same rows as the CSV files, with typed cells, readers' headings and a source sheet.

`/excel/<dataset>` takes the parameters of `/csv/<dataset>`. The first sheet is one header row and the
rows; the second tells the publishers, tables, licences, the snapshot, the KPIs' definitions and which
published column each heading stands for. Missing values are empty cells, never zeros.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from datetime import date, datetime

import pandas as pd
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from contract.locale_formats import in_helsinki
from contract.messages import has_message
from dashboards.context import RequestContext
from dashboards.data.records import Source
from dashboards.download_table import Table
from dashboards.downloads import asked_table

MIMETYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATE, _MOMENT = 14, 22
"""Excel's own formats for a date and for a time: shown as the reader's country writes them."""
_WIDEST, _NARROWEST = 60, 8
"""Characters that a column is at most and at least wide."""
_LOOKED_AT = 200
"""Rows that decide how wide a column is."""


class CellTooLong(ValueError):
    """A text longer than a cell of Excel holds (32 767 characters)."""


def excel_bytes(context: RequestContext, dataset: str) -> bytes:
    """The workbook for the context's municipality, language and parameters.

    Raises: BadDownload naming what was asked and what is known; CellTooLong.
    """
    table = asked_table(context, dataset)
    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    published = context.snapshot.manifest.created_at
    book.set_properties({"title": table.title, "created": in_helsinki(published).replace(tzinfo=None)})
    styles = _Styles(book)
    _write_rows(context, book.add_worksheet(context.text("excel.rows")), table, styles)
    _write_source(context, book.add_worksheet(context.text("excel.source")), table, styles)
    book.close()
    return buffer.getvalue()


def heading(context: RequestContext, column: str) -> str:
    """What the reader calls a column; the published name where nothing else is known."""
    key = f"column.{column}"
    return context.text(key) if has_message(context.language, key) else column


class _Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self.head: Format = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self.title: Format = book.add_format({"bold": True, "font_size": 14})
        self.section: Format = book.add_format({"bold": True, "font_size": 12})
        self.day: Format = book.add_format({"num_format": _DATE, "align": "left"})
        self.moment: Format = book.add_format({"num_format": _MOMENT, "align": "left"})
        self.wrapped: Format = book.add_format({"text_wrap": True, "valign": "top"})


def _write_rows(context: RequestContext, sheet: Worksheet, table: Table, styles: _Styles) -> None:
    heads = [heading(context, column) for column in table.columns]
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head, styles.head)
        cells = [row[place] for row in table.rows[:_LOOKED_AT]]
        sheet.set_column(place, place, _width(cells))
    for line, row in enumerate(table.rows, start=1):
        for place, value in enumerate(row):
            write_cell(sheet, line, place, value, styles)
    sheet.freeze_panes(1, 0)
    if table.rows:
        last_row, last_column = len(table.rows), len(heads) - 1
        sheet.autofilter(0, 0, last_row, last_column)
        whole = xlsxwriter.utility.xl_range(0, 0, last_row, last_column)
        sheet.ignore_errors({"number_stored_as_text": whole})  # codes such as 091 are texts


def _width(cells: Iterable[object]) -> int:
    longest = max((len(str(value)) for value in cells if value is not None), default=0)
    return min(max(longest + 2, _NARROWEST + 4), _WIDEST)


def write_cell(sheet: Worksheet, row: int, column: int, value: object, styles: _Styles) -> None:
    """One cell by the value's type: a text is always a text, so that nothing in it is ever run.

    None, NaN and NaT leave the cell empty. Raises: CellTooLong.
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and math.isfinite(value):
        sheet.write_number(row, column, value)
    elif isinstance(value, datetime):
        local = in_helsinki(value).replace(tzinfo=None) if value.tzinfo else value
        midnight = (local.hour, local.minute, local.second) == (0, 0, 0)
        sheet.write_datetime(row, column, local, styles.day if midnight else styles.moment)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, styles.day)
    elif sheet.write_string(row, column, str(value)) != 0:
        raise CellTooLong(f"{str(value)[:60]!r}… has {len(str(value))} characters; a cell holds 32 767")


def _write_source(context: RequestContext, sheet: Worksheet, table: Table, styles: _Styles) -> None:
    """Title and snapshot, then the sources, the KPIs' definitions and the columns, one under another."""
    snapshot = context.snapshot
    sheet.write_string(0, 0, table.title, styles.title)
    facts: list[tuple[str, object]] = [
        ("snapshot", snapshot.snapshot_id),
        ("published", in_helsinki(snapshot.manifest.created_at)),
        ("scope", context.text(f"data.now.{'extract' if snapshot.manifest.is_extract else 'complete'}")),
    ]
    for line, (key, value) in enumerate(facts, start=2):
        sheet.write_string(line, 0, context.text(f"excel.{key}"), styles.head)
        write_cell(sheet, line, 1, value, styles)
    line = _write_block(context, sheet, 2 + len(facts) + 1, "sources", _sources(context, table), styles)
    definitions = _definitions(context, table)
    if len(definitions) > 1:
        line = _write_block(context, sheet, line, "definitions", definitions, styles)
    names = [("excel.heading", "excel.published_name")]
    columns = [(heading(context, column), column) for column in table.columns]
    _write_block(context, sheet, line, "columns", [_texts(context, names[0]), *columns], styles)
    sheet.set_column(0, 1, 34)
    sheet.set_column(2, 7, 30)


def _write_block(
    context: RequestContext,
    sheet: Worksheet,
    line: int,
    key: str,
    block: Sequence[Sequence[object]],
    styles: _Styles,
) -> int:
    """A headed block whose first row is its heads; returns the line where the next one begins."""
    sheet.write_string(line, 0, context.text(f"excel.{key}"), styles.section)
    for place, head in enumerate(block[0]):
        sheet.write_string(line + 1, place, str(head), styles.head)
    for offset, row in enumerate(block[1:], start=2):
        for place, value in enumerate(row):
            write_cell(sheet, line + offset, place, value, styles)
    if len(block) == 1:
        sheet.write_string(line + 2, 0, context.text("excel.none"))
        return line + 4
    return line + len(block) + 2


def _texts(context: RequestContext, keys: Iterable[str]) -> tuple[str, ...]:
    return tuple(context.text(key) for key in keys)


def _sources(context: RequestContext, table: Table) -> list[tuple[object, ...]]:
    """The source tables behind the rows, under their heads."""
    keys = ("column.publisher", "excel.source_title", "column.table_id", "column.licence", "column.fetched",
            "column.first", "column.last", "excel.address")  # fmt: skip
    found = [item for item in context.snapshot.sources() if (item.source, item.table_name) in table.sources]
    return [_texts(context, keys), *(_source(context, item) for item in found)]


def _source(context: RequestContext, source: Source) -> tuple[object, ...]:
    return (
        context.publisher(source),
        source.title(context.language),
        source.publisher_table_id,
        source.licence,
        in_helsinki(source.fetched_at).date() if source.fetched_at else None,
        source.first_period,
        source.last_period,
        source.page_url,
    )


def _definitions(context: RequestContext, table: Table) -> list[tuple[object, ...]]:
    """What each KPI of the rows means and how it is computed, under their heads; only heads without KPIs."""
    columns, language = ("kpi_id", "kpi_name", "unit", "definition", "formula", "caveat"), context.language
    heads = _texts(context, (f"column.{column}" for column in columns))
    if "kpi_id" not in table.columns or "definition" in table.columns:
        return [heads]
    place = table.columns.index("kpi_id")
    there = {row[place] for row in table.rows}
    return [
        heads,
        *(
            (kpi.kpi_id, kpi.name(language), kpi.unit_name(language), kpi.description(language),
             kpi.formula(language), kpi.caveat(language))
            for kpi in context.snapshot.kpis()
            if kpi.kpi_id in there
        ),
    ]  # fmt: skip
