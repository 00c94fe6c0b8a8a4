"""Queries that stay under the publisher's cell limit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

CELL_LIMIT = 100_000
"""Cells asked for at once; StatFin refuses more than 120 000."""


def chunks(
    selected: dict[str, tuple[str, ...]], *, time: str, limit: int = CELL_LIMIT
) -> Iterator[dict[str, tuple[str, ...]]]:
    """`selected` (variable code to value codes) in parts of at most `limit` cells, covering it once.

    Time is split first, so that a part holds whole years; then the largest other variable.
    Raises: ValueError when the limit leaves no room for a single cell.
    """
    if limit < 1:
        raise ValueError(f"a limit of {limit} cells leaves no room for a figure")
    if prod(map(len, selected.values())) <= limit:
        yield dict(selected)
        return
    variable = time if len(selected[time]) > 1 else max(selected, key=lambda code: len(selected[code]))
    values = selected[variable]
    cells_per_value = prod(map(len, selected.values())) // len(values)
    for part in _parts(values, max(1, limit // cells_per_value)):
        yield from chunks(selected | {variable: part}, time=time, limit=limit)


def _parts(values: Sequence[str], length: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(values), length):
        yield tuple(values[start : start + length])


def query_body(selected: dict[str, tuple[str, ...]]) -> dict[str, object]:
    """The POST body that asks PxWeb for exactly these values as json-stat2."""
    return {
        "query": [
            {"code": code, "selection": {"filter": "item", "values": list(values)}}
            for code, values in selected.items()
        ],
        "response": {"format": "json-stat2"},
    }
