"""Text that a spreadsheet would run as a formula, made harmless before it is exported."""

from __future__ import annotations

import re

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_HARMLESS = re.compile(r"[+-]?[0-9][0-9\s\u00a0\u202f]*(?:[.,][0-9]+)?(?:[eE][+-]?[0-9]+)?|-")
"""A written number, or a lone dash."""


def safe_cell(value: object) -> object:
    """`value` as a cell of an exported file: text that begins like a formula gets an apostrophe in front.

    Spreadsheets run a CSV cell that begins with = + - @, a tab or a line end (OWASP: CSV injection). Numbers,
    also written ones such as `-3,2`, stay as they are.
    """
    if not isinstance(value, str) or not value.startswith(_STARTS) or _HARMLESS.fullmatch(value):
        return value
    return f"'{value}"
