"""Level lines across a figure: a target, or the edges of a corridor that a figure is to stay in."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.figures.canvas import Canvas
from dashboards.figures.style import FONT_SIZE
from dashboards.theme import Palette


@dataclass(frozen=True)
class Level:
    """A value that is aimed at, and what it is called beside its line."""

    value: float
    note: str


def add_level(canvas: Canvas, level: Level, palette: Palette) -> None:
    """A dashed line over the whole width with its name above the left end."""
    canvas.add_shape(
        type="line",
        x0=0,
        x1=1,
        xref="paper",
        y0=level.value,
        y1=level.value,
        line={"color": palette.ink, "width": 1.5, "dash": "dash"},
    )
    canvas.add_annotation(
        x=0,
        xref="paper",
        xanchor="left",
        y=level.value,
        yanchor="bottom",
        text=level.note,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.ink},
    )
