"""The numbers behind a chart as a real HTML table, scrolled sideways where it does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

Cell = str | Component


def data_table(
    caption: str, heads: Sequence[str], rows: Sequence[Sequence[Cell]], *, texts: int = 1
) -> html.Div:
    """A captioned table of ready-written cells; the first cell of a row is its header.

    The first `texts` columns hold words, the rest numbers set to the right. Raises: ValueError when a
    row has not as many cells as there are heads.
    """
    for row in rows:
        if len(row) != len(heads):
            raise ValueError(f"row {row!r} of {caption!r} has {len(row)} cells, expected {len(heads)}")
    aligned = [None if column < texts else "number" for column in range(len(heads))]
    table = html.Table(
        [
            html.Caption(caption),
            html.Thead(
                html.Tr(
                    [
                        html.Th(head, scope="col", className=side)
                        for head, side in zip(heads, aligned, strict=True)
                    ]
                )
            ),
            html.Tbody([_row(row, aligned) for row in rows]),
        ]
    )
    return html.Div(
        table, className="scroll data-table", tabIndex=0, role="region", **{"aria-label": caption}
    )


def _row(row: Sequence[Cell], aligned: Sequence[str | None]) -> html.Tr:
    cells = [html.Td(cell, className=side) for cell, side in zip(row[1:], aligned[1:], strict=True)]
    return html.Tr([html.Th(row[0], scope="row"), *cells])
