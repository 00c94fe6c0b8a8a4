"""The figures of a px file: numbers and marks, one a cell, or rows under keys where zeros are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Marks
from dagster_project.sources.formats.number_text import line_numbers

MARKS = ("-", ".", "..", "...", "....", ".....", "......")
_STAND_INS = tuple(f"{number}e307" for number in range(1, len(MARKS) + 1))
"""What marks become while a text is read as numbers. A text that has e307 of its own is read patiently."""
_TO_LINES = bytes.maketrans(b" \t\r\v\f,;", b"\n" * 7)
_TOKEN = re.compile(rb'"([^"]*+)"|([^\s,;"]++)')
_NUMBER = re.compile(rb"[+-]?(?:\d++\.?\d*+|\.\d++)(?:[eE][+-]?\d++)?")


def figures(data: bytes, where: str) -> tuple[np.ndarray, Marks]:
    """Every cell's number, NaN where a mark stands, and the marks. `data` is what follows `DATA=`.

    Raises: PermanentSourceError truncated without the `;` at the end, malformed for anything but numbers and
    marks.
    """
    body = _ended(data, where)
    read = _quickly(body)
    return _patiently(_TOKEN.findall(body), where) if read is None else read


def keyed_figures(
    data: bytes, keys: Sequence[dict[str, int]], in_row: int, where: str
) -> tuple[np.ndarray, Marks]:
    """The same where each row begins with the keys of its variables; rows that are not there are all zeros.

    `keys` maps, variable by variable, a key to the number of its category.
    Raises: PermanentSourceError truncated, or malformed for a key that is unknown or a row that comes twice.
    """
    tokens = _TOKEN.findall(_ended(data, where))
    width = len(keys) + in_row
    if len(tokens) % width:
        raise PermanentSourceError(
            "truncated",
            f"{where}: {len(tokens)} words after DATA are no rows of {len(keys)} keys and {in_row} figures",
        )
    rows = [
        _row_number(tokens[start : start + len(keys)], keys, where) for start in range(0, len(tokens), width)
    ]
    if len(set(rows)) != len(rows):
        raise PermanentSourceError("malformed", f"{where}: the figures have a row of the same keys twice")
    held, marks = _patiently(
        [
            token
            for start in range(0, len(tokens), width)
            for token in tokens[start + len(keys) : start + width]
        ],
        where,
    )
    places = (np.array(rows, dtype=np.int64)[:, None] * in_row + np.arange(in_row)).reshape(-1)
    values = np.zeros(int(np.prod([len(key) for key in keys], dtype=np.int64)) * in_row)
    values[places] = held
    return values, Marks(places[marks.positions], marks.codes, marks.names)


def _ended(data: bytes, where: str) -> bytes:
    body = data.rstrip(b" \t\r\n\v\f\x1a\x00")
    if not body.endswith(b";"):
        raise PermanentSourceError(
            "truncated",
            f"{where}: the figures stop without the `;` that ends a px file; the last are "
            f"{body[-30:].decode('ascii', 'replace')!r}; get the file again",
        )
    if body.count(b'"') % 2:
        raise PermanentSourceError("malformed", f"{where}: a quotation mark among the figures is not closed")
    return body[:-1]


def _quickly(body: bytes) -> tuple[np.ndarray, Marks] | None:
    """The figures when they are numbers and marks in quotation marks only, else None."""
    if b"e307" in body:
        return None
    found: dict[str, int] = {}
    if b'"' in body:
        for mark, stand_in in zip(MARKS, _STAND_INS, strict=True):
            quoted = b'"%b"' % mark.encode()
            if count := body.count(quoted):
                found[mark] = count
                body = body.replace(quoted, b" %b " % stand_in.encode())
    values = line_numbers(body.translate(_TO_LINES))
    if values is None or not found:
        return None if values is None else (values, Marks.none())
    values = values.copy()
    positions = np.flatnonzero(np.abs(values) >= float(_STAND_INS[0]))
    codes = np.rint(values[positions] / float(_STAND_INS[0])).astype(np.int16) - 1
    if len(positions) != sum(found.values()):
        return None
    values[positions] = np.nan
    return values, Marks(positions, codes, MARKS)


def _patiently(tokens: Sequence[tuple[bytes, bytes]], where: str) -> tuple[np.ndarray, Marks]:
    """The figures word by word: quoted or bare, marks or numbers."""
    values = np.empty(len(tokens))
    positions, marks = [], []
    for cell, (quoted, bare) in enumerate(tokens):
        word = bare or quoted.strip()
        if _NUMBER.fullmatch(word):
            values[cell] = float(word)
        elif (mark := word.decode("ascii", "replace")) in MARKS:
            values[cell] = np.nan
            positions.append(cell)
            marks.append(mark)
        else:
            raise PermanentSourceError(
                "malformed",
                f"{where}: figure {cell + 1} is {mark[:40]!r}, expected a number or one of {' '.join(MARKS)}",
            )
    if np.isinf(values).any():
        raise PermanentSourceError("malformed", f"{where}: a figure is too large for a number")
    return values, Marks.of(np.array(positions, dtype=np.int64), marks)


def _row_number(tokens: Sequence[tuple[bytes, bytes]], keys: Sequence[dict[str, int]], where: str) -> int:
    row = 0
    for (quoted, bare), known in zip(tokens, keys, strict=True):
        key = (bare or quoted).decode("utf-8", "replace")
        if key not in known:
            raise PermanentSourceError(
                "malformed", f"{where}: a row of figures has the key {key[:40]!r}, which is no category"
            )
        row = row * len(known) + known[key]
    return row
