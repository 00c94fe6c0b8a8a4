"""How much larger or smaller each age group becomes: a dot for the forecast, its band behind it."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboards.figures.canvas import Canvas, Figure
from dashboards.figures.style import (
    FONT_SIZE,
    Margins,
    NumberFormat,
    base_figure,
    empty_figure,
    ticks_within,
    value_axis,
)
from dashboards.theme import Palette, band_colour

ROW_HEIGHT = 34
"""Pixels of one age group's row."""


@dataclass(frozen=True)
class AgeGroupTexts:
    """Words and number forms: `change` writes a change in percent with its sign, `tick` the axis;
    `unchanged` names the zero line, `band` the interval."""

    empty: str
    change: NumberFormat
    tick: NumberFormat
    unchanged: str
    band: str


def age_group_figure(
    changes: pd.DataFrame, texts: AgeGroupTexts, palette: Palette, *, name_width: int = 96
) -> Figure:
    """Rows of age groups in the frame's order: change from today in percent, with its 80 % band.

    `changes`: columns label, lower, median, upper (percent). An empty frame gives a figure that says why.
    Raises: ValueError when a band is upside down.
    """
    if changes.empty:
        return empty_figure(texts.empty, palette)
    upside_down = changes[changes["lower"] > changes["upper"]]
    if not upside_down.empty:
        raise ValueError(
            f"band is upside down for {upside_down['label'].tolist()}: lower must not exceed upper"
        )
    margins = Margins(left=name_width, right=72, top=30, bottom=36)
    canvas = base_figure(palette, margins.top + margins.bottom + ROW_HEIGHT * len(changes), margins)
    rows = list(range(len(changes)))
    canvas.add_bar(
        orientation="h",
        y=rows,
        base=changes["lower"],
        x=changes["upper"] - changes["lower"],
        width=0.5,
        marker={"color": band_colour(80, palette), "line": {"width": 0}},
        hoverinfo="skip",
        name=texts.band,
    )
    canvas.add_scatter(
        x=changes["median"],
        y=rows,
        mode="markers",
        marker={"size": 13, "color": palette.own, "line": {"width": 2, "color": palette.paper}},
        text=[
            f"<b>{row.label}</b><br>{texts.change(row.median)}"
            f"<br>{texts.band}: {texts.change(row.lower)} … {texts.change(row.upper)}"
            for row in changes.itertuples(index=False)
        ],
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    low, high = min(0.0, float(changes["lower"].min())), max(0.0, float(changes["upper"].max()))
    room = (high - low or 1.0) * 0.06
    ends = (low - room, high + room)
    canvas.update_xaxes(**value_axis(palette, ticks_within(*ends, about=5), texts.tick, ends))
    canvas.update_yaxes(
        range=[len(changes) - 0.5, -0.5],
        tickmode="array",
        tickvals=rows,
        ticktext=changes["label"].tolist(),
        tickfont={"size": FONT_SIZE, "color": palette.ink},
    )
    _add_zero(canvas, ends, texts, palette)
    for row, change in enumerate(changes["median"]):
        canvas.add_annotation(
            x=1,
            xref="paper",
            y=row,
            xanchor="right",
            xshift=70,
            text=f"<b>{texts.change(change)}</b>",
            showarrow=False,
            font={"size": FONT_SIZE, "color": palette.own},
        )
    return canvas.figure()


def _add_zero(canvas: Canvas, ends: tuple[float, float], texts: AgeGroupTexts, palette: Palette) -> None:
    """The line of no change and its name, above the drawing."""
    canvas.add_shape(
        type="line", x0=0, x1=0, y0=0, y1=1, yref="paper", line={"color": palette.ink, "width": 1}
    )
    share = -ends[0] / (ends[1] - ends[0])
    canvas.add_annotation(
        x=0,
        y=1,
        yref="paper",
        xanchor="left" if share < 0.2 else "right" if share > 0.8 else "center",
        yanchor="bottom",
        yshift=4,
        text=texts.unchanged,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.quiet},
    )
