"""Two figures of each municipality against each other: the own one named and on top."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures.canvas import Canvas, Figure
from dashboards.figures.style import (
    FONT_SIZE,
    Margins,
    NumberFormat,
    base_figure,
    empty_figure,
    nice_ticks,
    value_axis,
    wrapped,
)
from dashboards.theme import Palette

HEIGHT = 420
NAME_WIDTH = 44
"""Letters of an axis title's line on a phone."""


@dataclass(frozen=True)
class Pair:
    """One municipality's two figures."""

    name: str
    x: float
    y: float
    own: bool


@dataclass(frozen=True)
class PairTexts:
    """Words and number forms of the picture."""

    empty: str
    x_name: str
    y_name: str
    x_value: NumberFormat
    y_value: NumberFormat


def pair_figure(pairs: Sequence[Pair], texts: PairTexts, palette: Palette) -> Figure:
    """A dot for each pair, the own one larger, in its colour and named; without pairs it says why."""
    if not pairs:
        return empty_figure(texts.empty, palette)
    canvas = base_figure(palette, HEIGHT, Margins(left=72, right=24, top=56, bottom=72))
    for own in (False, True):
        drawn = [pair for pair in pairs if pair.own == own]
        canvas.add_scatter(
            x=[pair.x for pair in drawn],
            y=[pair.y for pair in drawn],
            mode="markers",
            marker={"size": 15 if own else 10, "color": palette.own if own else palette.peers, "opacity": 1},
            text=[
                f"{pair.name}<br>{texts.x_name}: <b>{texts.x_value(pair.x)}</b>"
                f"<br>{texts.y_name}: <b>{texts.y_value(pair.y)}</b>"
                for pair in drawn
            ],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
        for pair in drawn if own else []:
            canvas.add_annotation(
                x=pair.x,
                y=pair.y,
                text=f"<b>{pair.name}</b>",
                showarrow=False,
                yshift=18,
                font={"size": FONT_SIZE, "color": palette.own},
            )
    xs, ys = [pair.x for pair in pairs], [pair.y for pair in pairs]
    canvas.update_xaxes(**value_axis(palette, nice_ticks(min(xs), max(xs), about=4), texts.x_value))
    canvas.update_yaxes(**value_axis(palette, nice_ticks(min(ys), max(ys), about=5), texts.y_value))
    _name_axis(canvas, texts.x_name, palette, x=0.5, y=0, yanchor="top", yshift=-28)
    _name_axis(canvas, texts.y_name, palette, x=0, y=1, yanchor="bottom", xanchor="left", yshift=8)
    return canvas.figure()


def _name_axis(canvas: Canvas, name: str, palette: Palette, **place: object) -> None:
    canvas.add_annotation(
        xref="paper",
        yref="paper",
        text=wrapped(name, NAME_WIDTH),
        showarrow=False,
        align="left",
        font={"size": FONT_SIZE, "color": palette.quiet},
        **place,
    )
