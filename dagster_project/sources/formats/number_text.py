"""Many numbers in one text, read at once; `None` says that only a patient reader can tell what stands there.

A text is read quickly only when its answer is certain to be the patient reader's. Arrow's CSV reader does the
work: of 3 million numbers it makes a column in less than half the time that a JSON reader needs to make
objects of them, which then still have to become a column (`python -m benchmarks parsing`).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.csv

JSON_NUMBERS = b"0123456789+-.eEnul,"
"""The characters of an array of numbers and nulls without blanks."""
PLAIN_NUMBERS = b"0123456789+-.eE\n"
_COMMA_TO_LINE = bytes.maketrans(b",", b"\n")
_COMMA, _MINUS, _PLUS, _POINT, _ZERO, _E, _CAPITAL_E = b",-+.0eE"
_NEVER = "\x01"
"""A column separator that no text read here contains."""


def json_numbers(text: bytes) -> np.ndarray | None:
    """The numbers of a JSON array, given without its brackets; null is NaN.

    None for an empty array, for anything but numbers and null, and for every text that is no JSON.
    """
    packed = text.strip(b" \t\r\n")
    if b" " in packed:
        packed = packed.replace(b", ", b",")
    if not packed or packed.translate(None, JSON_NUMBERS) or not _written_as_json(packed):
        return None
    return _column(packed.translate(_COMMA_TO_LINE), skip_empty=False)


def line_numbers(text: bytes) -> np.ndarray | None:
    """Numbers that stand one on a line, empty lines apart; None when something else stands there."""
    if text.translate(None, PLAIN_NUMBERS):
        return None
    return _column(text, skip_empty=True)


def _column(lines: bytes, *, skip_empty: bool) -> np.ndarray | None:
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(lines),
            read_options=pa.csv.ReadOptions(column_names=["number"]),
            parse_options=pa.csv.ParseOptions(
                delimiter=_NEVER, quote_char=False, ignore_empty_lines=skip_empty
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types={"number": pa.float64()}, null_values=["null"]
            ),
        )
    except pa.ArrowException:
        return None
    numbers = table.column("number").to_numpy()
    return None if np.isinf(numbers).any() else numbers


def _written_as_json(text: bytes) -> bool:
    """Whether every number is written as JSON wants it, where Arrow would take more.

    Arrow takes 01, 1., .5 and +1 for numbers and no number at the end. An exponent such as e-05 is legal and
    yet refused here: the patient reader takes it.
    """
    if text.endswith(b","):
        return False
    around = np.frombuffer(b"," + text + b",", dtype=np.uint8)
    before, middle = around[:-2], around[1:-1]
    digit = (around - np.uint8(_ZERO)) < 10
    leading_zero = middle == _ZERO
    leading_zero &= digit[2:]
    leading_zero &= (before == _COMMA) | (before == _MINUS)
    if leading_zero.any():
        return False
    if b"+" in text and bool(((middle == _PLUS) & (before != _E) & (before != _CAPITAL_E)).any()):
        return False
    return b"." not in text or not ((middle == _POINT) & ~(digit[:-2] & digit[2:])).any()
