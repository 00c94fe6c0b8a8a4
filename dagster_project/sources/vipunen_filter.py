"""RSQL filters for Vipunen, built from names and values and never from text that came from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_FIELD = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,99}")
LONGEST = 4_000
"""Characters; longer addresses are cut by some servers."""


def rsql(conditions: Mapping[str, Sequence[str]]) -> str | None:
    """The filter for rows whose fields each have one of their values; None without conditions.

    Raises: ValueError for a name that is no field name, a condition without values, a value with signs that
    cannot be shown, or a filter that is too long for an address.
    """
    terms = [_term(field, values) for field, values in conditions.items()]
    written = ";".join(terms)
    if len(written) > LONGEST:
        raise ValueError(f"the filter has {len(written)} characters, at most {LONGEST} fit into an address")
    return written or None


def quoted(value: str) -> str:
    """The value as an RSQL string: quotes and backslashes inside it do not end it. Raises: ValueError."""
    if not value.isprintable():
        raise ValueError(f"{value!r} has signs that cannot be shown; a filter takes plain text")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _term(field: str, values: Sequence[str]) -> str:
    if _FIELD.fullmatch(field) is None:
        raise ValueError(f"{field!r} is no field name; expected letters and digits, such as lukuvuosi")
    if not values:
        raise ValueError(f"the filter on {field} has no values")
    if len(values) == 1:
        return f"{field}=={quoted(values[0])}"
    return f"{field}=in=({','.join(quoted(value) for value in values)})"
