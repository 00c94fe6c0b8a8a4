"""Templates of a register: an Excel workbook with drop-downs and help, and CSV in its Finnish form."""

from __future__ import annotations

import csv
import io
from datetime import date, datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from contract.registers import NUMBERS, Column, Register
from contract.safe_cells import safe_cell
from contract.template_texts import conditions, introduction, stamp_header, template_words, unit_words
from dagster_project.own.known import Known
from dagster_project.own.recognise import TEMPLATE_SHEET

_ROWS_PREPARED = 5_000
"""Rows that get drop-downs; rows below them are read as well."""
_LISTS = "_luettelot"
_LONGEST_PROMPT, _LONGEST_TITLE = 255, 32
_WIDTH_LEAST, _WIDTH_MOST = 12, 40
_FIXED_STAMP = datetime(2026, 1, 1)  # noqa: DTZ001  equal templates have equal bytes


def template_xlsx(register: Register, language: str, known: Known, municipality: str | None = None) -> bytes:
    """The workbook's bytes: header, units and an example row, then rows to fill.

    `municipality` is the code that the example carries. The header is locked, cells below it are not.
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": register.name.of(language), "created": _FIXED_STAMP})
    _Sheets(book, register, language, known, municipality).write()
    book.close()
    return buffer.getvalue()


def template_csv(register: Register, language: str, municipality: str | None = None) -> bytes:
    """The same as CSV: semicolons, decimal commas, UTF-8 with a byte-order mark."""
    words = template_words(language)
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    columns = register.columns
    writer.writerow([stamp_header(register, language), *(column.name.of(language) for column in columns)])
    writer.writerow([words.unit_row, *(unit_words(column, language) for column in columns)])
    writer.writerow([words.example, *(_csv_example(column, language, municipality) for column in columns)])
    return ("\ufeff" + text.getvalue()).encode()


def _csv_example(column: Column, language: str, municipality: str | None) -> str:
    example = _example(column, language, municipality)
    if isinstance(example, date):
        return f"{example.day}.{example.month}.{example.year}"
    if isinstance(example, float):
        return f"{example:.12g}" if language == "en" else f"{example:.12g}".replace(".", ",")
    return str(safe_cell(example))


def _example(column: Column, language: str, municipality: str | None) -> str | int | float | date:
    if column.type == "municipality" and municipality is not None:
        return municipality
    if column.values is not None and isinstance(column.example, str) and column.example:
        return column.values[column.example].of(language)
    return column.example


class _Sheets:
    """Writes the sheets of one template."""

    def __init__(
        self, book: Workbook, register: Register, language: str, known: Known, municipality: str | None
    ) -> None:
        self._book, self._register, self._language = book, register, language
        self._known, self._municipality = known, municipality
        self._words = template_words(language)
        self._data: Worksheet = book.add_worksheet(self._words.data_sheet)
        self._help: Worksheet = book.add_worksheet(self._words.help_sheet)
        self._lists: Worksheet = book.add_worksheet(_LISTS)
        self._stamp: Worksheet = book.add_worksheet(TEMPLATE_SHEET)

    def write(self) -> None:
        self._write_header()
        for place, column in enumerate(self._register.columns, start=1):
            self._write_column(place, column)
        self._write_help()
        self._write_stamp()
        self._data.freeze_panes(3, 1)
        self._data.protect(
            options={
                "sort": True,
                "autofilter": True,
                "format_columns": True,
                "insert_rows": True,
                "delete_rows": True,
                "format_rows": True,
            }
        )
        self._lists.hide()
        self._stamp.very_hidden()

    def _write_header(self) -> None:
        wrapped = {"text_wrap": True, "valign": "top", "locked": True}
        head = self._book.add_format(
            {**wrapped, "bold": True, "bg_color": "#00558C", "font_color": "#FFFFFF"}
        )
        units = self._book.add_format({**wrapped, "font_color": "#52606D", "bottom": 1})
        example = self._book.add_format({"italic": True, "font_color": "#52606D", "locked": True})
        example_day = self._book.add_format(
            {"italic": True, "font_color": "#52606D", "locked": True, "num_format": "d.m.yyyy"}
        )
        self._data.set_row(0, 45)
        self._data.write_string(0, 0, stamp_header(self._register, self._language), head)
        self._data.write_string(1, 0, self._words.unit_row, units)
        self._data.write_string(2, 0, self._words.example, example)
        self._data.set_column(0, 0, 16, self._book.add_format({"locked": False}))
        for place, column in enumerate(self._register.columns, start=1):
            self._data.write_string(0, place, column.name.of(self._language), head)
            self._data.write_string(1, place, unit_words(column, self._language), units)
            self._write_example(place, column, example_day if column.type == "date" else example)

    def _write_example(self, place: int, column: Column, style: Format) -> None:
        value = _example(column, self._language, self._municipality)
        if isinstance(value, date):
            self._data.write_datetime(2, place, value, style)
        elif isinstance(value, int | float):
            self._data.write_number(2, place, value, style)
        else:
            self._data.write_string(2, place, value, style)

    def _write_column(self, place: int, column: Column) -> None:
        name = column.name.of(self._language)
        formats = {"text": "@", "date": "d.m.yyyy", "month": "@", "municipality": "@", "money": "#,##0.00"}
        style = self._book.add_format({"locked": False, "num_format": formats.get(column.type, "General")})
        width = max(_WIDTH_LEAST, min(_WIDTH_MOST, len(name) + 2))
        self._data.set_column(place, place, width, style)
        rule = {
            "input_title": name[:_LONGEST_TITLE],
            "input_message": column.help.of(self._language)[:_LONGEST_PROMPT],
            "ignore_blank": True,
            **self._validation(place, column),
        }
        self._data.data_validation(3, place, 2 + _ROWS_PREPARED, place, rule)

    def _validation(self, place: int, column: Column) -> dict[str, object]:
        offered: tuple[str, ...] = ()
        if column.values is not None:
            offered = tuple(texts.of(self._language) for texts in column.values.values())
        elif column.type == "municipality":
            offered = self._known.municipality_names
        elif column.type == "kpi":
            offered = self._known.kpi_names
        if offered:
            self._lists.write_column(0, place, offered)
            letter = xlsxwriter.utility.xl_col_to_name(place)
            return {
                "validate": "list",
                "source": f"={_LISTS}!${letter}$1:${letter}${len(offered)}",
                "error_message": self._words.wrong_value,
                # The code alone is good as well, so a wrong value is asked about, not forbidden.
                "error_type": "stop" if column.type == "choice" else "warning",
            }
        if column.type in NUMBERS and column.min is not None and column.max is not None:
            kind = "integer" if column.type == "integer" else "decimal"
            return {
                "validate": kind,
                "criteria": "between",
                "minimum": column.min,
                "maximum": column.max,
                "error_message": conditions(column, self._language)[:_LONGEST_PROMPT],
            }
        return {"validate": "any"}

    def _write_help(self) -> None:
        title = self._book.add_format({"bold": True, "font_size": 14})
        head = self._book.add_format({"bold": True, "bottom": 1})
        wrapped = self._book.add_format({"text_wrap": True, "valign": "top"})
        sheet, language = self._help, self._language
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, 2, 60)
        sheet.write_string(0, 0, self._register.name.of(language), title)
        row = 1
        for line in introduction(self._register, language):
            sheet.write_string(row, 0, line)
            row += 1
        for place, words in enumerate((self._words.column, self._words.meaning, self._words.rules)):
            sheet.write_string(row + 1, place, words, head)
        for offset, column in enumerate(self._register.columns, start=row + 2):
            sheet.write_string(offset, 0, column.name.of(language), wrapped)
            sheet.write_string(offset, 1, column.help.of(language), wrapped)
            sheet.write_string(offset, 2, conditions(column, language), wrapped)

    def _write_stamp(self) -> None:
        for row, (name, value) in enumerate(
            (
                ("register", self._register.id),
                ("version", self._register.version),
                ("language", self._language),
            )
        ):
            self._stamp.write_string(row, 0, name)
            self._stamp.write(row, 1, value)
