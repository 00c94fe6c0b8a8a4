"""Thin vertical lines with a note above: breaks, where the forecast begins, how far it has been tested."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.figures.canvas import Canvas
from dashboards.figures.style import FONT_SIZE
from dashboards.theme import Palette

NOTE_HEIGHT = 18
"""Pixels one row of notes takes."""


@dataclass(frozen=True)
class Mark:
    """A thin vertical line with a note at its top: a break in the series, or where the forecast begins."""

    x: float
    note: str
    breaks_lines: bool = False
    row: int = 0
    """Row of the note counted from the drawing upwards: notes of one row may not meet."""


def add_mark(canvas: Canvas, mark: Mark, palette: Palette, first: float, last: float) -> None:
    """A thin vertical line and its note, written towards the roomier side."""
    if not first <= mark.x <= last:
        return
    canvas.add_shape(
        type="line",
        x0=mark.x,
        x1=mark.x,
        y0=0,
        y1=1,
        yref="paper",
        line={"color": palette.quiet, "width": 1, "dash": "dot" if mark.breaks_lines else "solid"},
    )
    share = (mark.x - first) / (last - first)
    canvas.add_annotation(
        x=mark.x,
        y=1,
        yref="paper",
        xanchor="left" if share < 0.5 else "right",
        yanchor="bottom",
        align="left" if share < 0.5 else "right",
        xshift=-1 if share < 0.5 else 1,
        yshift=2 + mark.row * NOTE_HEIGHT,
        text=mark.note,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.quiet},
    )
