"""Delimited text (CSV in its Finnish and other forms) to a grid: encoding, separator and quotes found out."""

from __future__ import annotations

import codecs
import csv
import io
from collections import Counter

from contract.problems import FileRefused, too_large
from dagster_project.sources.formats.grid import Grid, Limits, Row

SEPARATORS = (";", "\t", ",", "|")
_LOOKED_AT = 50
_OTHER_KINDS = {
    b"%PDF-": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"{\\rtf": "RTF",
    b"PAR1": "Parquet",
    b"<html": "HTML",
    b"<!DOCTYPE html": "HTML",
    b"<?xml": "XML",
}
"""How files of other kinds begin that get here under the name of a table."""
_C1_CONTROLS = frozenset(range(0x80, 0xA0))
_LATIN9_LETTERS = frozenset(b"\xa4\xa6\xa8\xb4\xb8")
"""€ Š š Ž ž where ISO-8859-15 has them and cp1252 has signs that no register uses (¤ ¦ ¨ ´ ¸)."""


def read_delimited(body: bytes, name: str = "", limits: Limits = Limits()) -> Grid:  # noqa: B008
    """The rows of a delimited file, every cell as text; empty cells are None.

    Row numbers are those that a spreadsheet would show: a line break inside quotes makes no new row.
    Raises: FileRefused when the file is too large, is no text, or its quotes do not end.
    """
    if len(body) > limits.file_bytes:
        raise too_large(len(body), limits.file_bytes)
    for begin, kind in _OTHER_KINDS.items():
        if body[:20].lower().startswith(begin.lower()):
            raise FileRefused("other_kind", kind=kind)
    text, encoding = decode(body)
    first, _, rest = text.partition("\n")
    told = first.strip().lower()
    separator = ""
    skipped = 0
    if told.startswith("sep=") and len(told) == 5:
        separator, text, skipped = first.strip()[4], rest, 1
    return _grid(text, separator or sniff_separator(text), skipped, name, encoding, limits)


def decode(body: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: by byte-order mark, else UTF-8, else the likelier 8-bit set.

    Raises: FileRefused when the bytes are no text.
    """
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if body.startswith(mark):
            return _decoded(body, encoding), encoding
    if b"\x00" in body:
        return _decoded(body, _unmarked_utf16(body)), _unmarked_utf16(body)
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        encoding = _eight_bit(body)
        return _decoded(body, encoding), encoding


def sniff_separator(text: str) -> str:
    """The separator that splits most of the first rows into the same number of cells, two at least."""
    best, score = SEPARATORS[0], (0, 0)
    beginning = text[:200_000]
    for separator in SEPARATORS:
        widths: Counter[int] = Counter()
        try:
            for index, row in enumerate(csv.reader(io.StringIO(beginning, newline=""), delimiter=separator)):
                if index >= _LOOKED_AT:
                    break
                if len(row) > 1:
                    widths[len(row)] += 1
        except csv.Error:
            continue
        width, rows = max(widths.items(), key=lambda item: (item[1], item[0]), default=(0, 0))
        if (rows, width) > score:
            best, score = separator, (rows, width)
    return best


def _decoded(body: bytes, encoding: str) -> str:
    try:
        text = body.decode(encoding)
    except UnicodeDecodeError as wrong:
        raise FileRefused("not_text", encoding=encoding, position=wrong.start + 1) from wrong
    if "\x00" in text:
        raise FileRefused("not_text", encoding=encoding, position=text.index("\x00") + 1)
    return text.removeprefix("\ufeff")


def _unmarked_utf16(body: bytes) -> str:
    """Text of Latin letters in UTF-16 has a null in every other byte."""
    sample = body[:4_000]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if odd > len(sample) // 4 and even <= odd // 4:
        return "utf-16-le"
    if even > len(sample) // 4 and odd <= even // 4:
        return "utf-16-be"
    raise FileRefused("not_text", encoding="utf-8", position=body.index(0) + 1)


def _eight_bit(body: bytes) -> str:
    present = set(body)
    if present & _C1_CONTROLS or not present & _LATIN9_LETTERS:
        return "cp1252"
    return "iso-8859-15"


def _grid(text: str, separator: str, skipped: int, name: str, encoding: str, limits: Limits) -> Grid:
    rows: list[Row] = []
    ragged: set[int] = set()
    width: int | None = None
    cells = 0
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = skipped
    while True:
        number += 1
        try:
            values = next(reader, None)
        except csv.Error as wrong:
            raise _refusal(wrong, number, limits) from wrong
        if values is None:
            break
        while values and not values[-1].strip():
            values.pop()
        if not values:
            continue
        cells += len(values)
        if len(values) > limits.columns:
            raise FileRefused("too_many_columns", row=number, columns=len(values), limit=limits.columns)
        if len(rows) >= limits.rows or cells > limits.cells:
            raise FileRefused("too_many_rows", limit=limits.rows)
        width = len(values) if width is None else width
        if len(values) > width:
            ragged.add(number)
        rows.append(Row(number, tuple(value if value.strip() else None for value in values)))
    return Grid(name, tuple(rows), ragged=frozenset(ragged), encoding=encoding, separator=separator)


def _refusal(wrong: csv.Error, row: int, limits: Limits) -> FileRefused:
    if "field larger" in str(wrong):
        return FileRefused("cell_too_long_in_row", row=row, limit=limits.cell_characters)
    return FileRefused("quotes", row=row)
