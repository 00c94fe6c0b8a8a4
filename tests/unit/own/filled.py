"""Filled-in files of registers for tests, and workbooks taken apart and put together again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import openpyxl
import openpyxl.worksheet.worksheet

from contract.registers import registers
from dagster_project.own.journal import Places
from dagster_project.own.known import Known, read_known
from dagster_project.own.template import template_csv, template_xlsx

Sheet = openpyxl.worksheet.worksheet.Worksheet
DAY_CARE_ROW = ("305", "2025-09", "PK1", "Tuiskula", "oma päiväkoti", 21, 20, 18.5)


@cache
def known() -> Known:
    """The seeds' municipalities and KPIs."""
    return read_known()


@cache
def blank(register: str, language: str = "fi") -> bytes:
    """The workbook template of a register."""
    return template_xlsx(registers()[register], language, known())


def workbook(
    rows: Sequence[Sequence[object]], register: str = "day_care_places", language: str = "fi"
) -> bytes:
    """The template filled with `rows` from row 4 on."""
    book = openpyxl.load_workbook(io.BytesIO(blank(register, language)))
    for number, row in enumerate(rows, start=4):
        for place, value in enumerate(row, start=2):
            book.worksheets[0].cell(number, place).value = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook's bytes."""
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def csv_file(
    rows: Sequence[Sequence[object]], register: str = "day_care_places", language: str = "fi"
) -> bytes:
    """The CSV template filled with `rows` from row 4 on."""
    lines = [";" + ";".join("" if cell is None else str(cell) for cell in row) for row in rows]
    return template_csv(registers()[register], language) + "".join(f"{line}\r\n" for line in lines).encode()


def with_part(body: bytes, parts: Mapping[str, bytes]) -> bytes:
    """The workbook with some of its parts replaced or added."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(body)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            if name not in parts:
                target.writestr(name, source.read(name))
        for name, content in parts.items():
            target.writestr(name, content)
    return buffer.getvalue()


def part(body: bytes, name: str) -> bytes:
    """One part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(body)) as source:
        return source.read(name)


def places_under(root: Path) -> Places:
    """Inbox, landings and quarantine under a folder."""
    return Places(root / "inbox", root / "landed", root / "quarantine")
