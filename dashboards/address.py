"""Addresses of views: path, municipality and language, so that any view can be sent as a link.

`/vertailu?kunta=305&kieli=sv&…`. Built with `address`, read back with `parse_address`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode, urlsplit

MUNICIPALITY_PARAMETER = "kunta"
LANGUAGE_PARAMETER = "kieli"


@dataclass(frozen=True)
class Address:
    """A parsed address. `municipality` and `language` are as written, unchecked; None when left out."""

    path: str
    municipality: str | None = None
    language: str | None = None
    params: Mapping[str, str] = field(default_factory=dict)


def address(path: str, municipality_code: str, language: str, **parameters: str | int | None) -> str:
    """The address of a view; parameters that are None are left out."""
    query = {MUNICIPALITY_PARAMETER: municipality_code, LANGUAGE_PARAMETER: language}
    query |= {name: str(value) for name, value in parameters.items() if value is not None}
    return f"{path}?{urlencode(query)}"


def parse_address(url: str) -> Address:
    """The parts of an absolute or relative URL, the path without a slash at its end.

    A repeated parameter counts once, the last.
    """
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query, keep_blank_values=False))
    return Address(
        parts.path.rstrip("/") or "/",
        query.pop(MUNICIPALITY_PARAMETER, None),
        query.pop(LANGUAGE_PARAMETER, None),
        query,
    )
