"""Rows of a JSON answer, read strictly: a value that is not what it should be stops the table."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from json import JSONDecoder
from typing import Any, Literal

import pandas as pd

from dagster_project.sources.answer import Answer, fault_in_body
from dagster_project.sources.errors import PermanentSourceError

Kind = Literal["text", "number", "count", "flag"]
Json = dict[str, Any]

_HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")
_NUMBER = re.compile(r"-?\d{1,18}(\.\d{1,10})?")
LONGEST_TEXT = 20_000
"""Characters; the longest text met in these interfaces is an indicator's description of about 5 000."""


def read_rows(answer: Answer, key: str | None = None) -> list[Json]:
    """The objects of the JSON array that is the answer, or that stands under `key` of the object that is.

    Raises: PermanentSourceError html_answer, truncated or malformed, naming the answer's address.
    """
    return list(iter_rows(answer, key))


def iter_rows(answer: Answer, key: str | None = None) -> Iterator[Json]:
    """As `read_rows`, one object at a time: for lists of which few objects are kept."""
    text = decoded(answer)
    position = _array_starts(answer, text, key)
    decoder = JSONDecoder()
    suspicious = _HALF_A_CHARACTER.search(text) is not None
    number = 0
    position = _skip(text, position)
    while not text.startswith("]", position):
        try:
            row, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:  # a number of thousands of digits is a ValueError
            raise _broken(answer, f"row {number + 1}: {error}") from error
        if not isinstance(row, dict):
            raise PermanentSourceError(
                "malformed",
                f"{answer.url}: row {number + 1} is {_shown(row)}, expected an object",
            )
        number += 1
        if suspicious:
            _require_text(answer, row)
        yield row
        position = _skip(text, position)
        if text.startswith(",", position):
            position = _skip(text, position + 1)
            if text.startswith("]", position):
                raise _broken(answer, f"nothing stands after the comma that follows row {number}")
        elif not text.startswith("]", position):
            raise _broken(answer, f"after row {number}")


def decoded(answer: Answer) -> str:
    """The answer's text. Raises: PermanentSourceError html_answer, truncated or malformed."""
    if fault := fault_in_body(answer.body, answer.url, transient=False):
        raise fault
    try:
        return answer.body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PermanentSourceError("malformed", f"{answer.url}: not UTF-8 ({error})") from error


def read_json(answer: Answer) -> Any:
    """Whatever JSON value the answer is. Raises: PermanentSourceError."""
    text = decoded(answer)
    try:
        value, end = JSONDecoder().raw_decode(text, _skip(text, 0))
    except (ValueError, RecursionError) as error:
        raise _broken(answer, str(error)) from error
    if _skip(text, end) != len(text):
        raise _broken(answer, f"something stands after its end: {text[end : end + 40]!r}")
    if _HALF_A_CHARACTER.search(text):
        _require_text(answer, value)
    return value


def _require_text(answer: Answer, value: object) -> None:
    """Raises: PermanentSourceError malformed when a text of the value cannot be written down as UTF-8."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise PermanentSourceError(
            "malformed", f"{answer.url}: half of a surrogate pair in a text"
        ) from error


def read_column(rows: Sequence[Json], field: str, kind: Kind, where: str) -> pd.Series:
    """The field of every row: text (None when missing), number (float), count (Int64) or flag (boolean).

    Missing are fields that are absent, null or empty. Raises: PermanentSourceError malformed naming `where`,
    the row and the value.
    """
    values = []
    for number, row in enumerate(rows, start=1):
        value = row.get(field)
        if value is None or value == "":
            values.append(None)
            continue
        read = _READERS[kind](value)
        if read is None:
            raise PermanentSourceError(
                "malformed",
                f"{where}: row {number} has {field} = {_shown(value)}, expected {_EXPECTED[kind]}",
            )
        values.append(read)
    return pd.Series(values, dtype=_DTYPES[kind], name=field)


def _text(value: object) -> str | None:
    """Numbers pass as text: publishers write codes both ways."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if len(text) <= LONGEST_TEXT and "\x00" not in text else None


def _number(value: object) -> float | None:
    """Decimal point only: a comma may stand for thousands or decimals, and guessing is not reading."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value) if abs(value) < 1e18 and math.isfinite(value) else None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return float(value)
    return None


def _count(value: object) -> int | None:
    number = _number(value)
    return int(number) if number is not None and number.is_integer() else None


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


_READERS = {"text": _text, "number": _number, "count": _count, "flag": _flag}
_DTYPES: dict[str, Any] = {"text": object, "number": "float64", "count": "Int64", "flag": "boolean"}
_EXPECTED = {
    "text": f"text of at most {LONGEST_TEXT} characters",
    "number": "a number with a decimal point, such as 315934392.27",
    "count": "a whole number",
    "flag": "true or false",
}


def _array_starts(answer: Answer, text: str, key: str | None) -> int:
    """The position after the bracket that opens the array."""
    start = _skip(text, 0)
    if key is None:
        if text.startswith("[", start):
            return start + 1
        raise PermanentSourceError(
            "malformed", f"{answer.url}: expected a JSON array, it begins {text[start : start + 40]!r}"
        )
    opened = re.compile(rf'\{{\s*"{re.escape(key)}"\s*:\s*\[').match(text, start)
    if opened is None:
        raise PermanentSourceError(
            "malformed",
            f'{answer.url}: expected an object that begins with the array "{key}", '
            f"it begins {text[start : start + 40]!r}",
        )
    return opened.end()


_SPACE = re.compile(r"[ \t\r\n]*")


def _skip(text: str, position: int) -> int:
    """The next position that is no white space."""
    found = _SPACE.match(text, position)
    return found.end() if found else position


def _broken(answer: Answer, what: str) -> PermanentSourceError:
    return PermanentSourceError("truncated", f"{answer.url}: JSON breaks off or is broken: {what}")


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= 80 else f"{shown[:77]}…"


def dumped(value: Any) -> bytes:
    """A JSON value as our own writer writes it: UTF-8, no spaces, one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
