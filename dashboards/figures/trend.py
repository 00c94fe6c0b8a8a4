"""Lines over time: gaps stay gaps, breaks are marked, the forecast comes with its band.

Time is a number on the axis: a year is 2020.0, a month 2020 + (month − 1) / 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboards.figures.bands import TrendTexts, add_band
from dashboards.figures.canvas import Canvas, Figure
from dashboards.figures.end_labels import EndLabel, add_end_labels
from dashboards.figures.levels import Level, add_level
from dashboards.figures.marks import NOTE_HEIGHT, Mark, add_mark
from dashboards.figures.style import (
    Margins,
    base_figure,
    empty_figure,
    nice_ticks,
    value_axis,
    year_axis,
)
from dashboards.figures.thin_lines import add_thin_lines, with_gaps
from dashboards.theme import Palette

Role = Literal["own", "forecast", "group", "country", "official", "scenario"]

YEAR = 1.0
MONTH = 1 / 12

__all__ = ["MONTH", "YEAR", "Line", "Mark", "Role", "TrendTexts", "trend_figure", "with_gaps"]

MOST_COLOURED_LINES = 5
"""More coloured lines than this cannot be told apart; scenarios share a colour and are counted apart."""

CROWD_OPACITY = 0.55
"""Of the others' lines, so that many of them do not drown the named ones."""
PAST_OPACITY = 0.75
"""Of what would have been forecast earlier."""


@dataclass(frozen=True)
class Line:
    """One line: which rows of the frame it draws (`series`), its name at the end, its meaning.

    An empty `label` draws the line without a name at its end.
    """

    series: str
    label: str
    role: Role


_DASH: dict[Role, str] = {
    "own": "solid",
    "forecast": "solid",
    "group": "solid",
    "country": "solid",
    "official": "dash",
    "scenario": "solid",
}
_WIDTH: dict[Role, float] = {
    "own": 3,
    "forecast": 3,
    "group": 2,
    "country": 1.5,
    "official": 2,
    "scenario": 1.5,
}


def trend_figure(
    values: pd.DataFrame,
    lines: Sequence[Line],
    texts: TrendTexts,
    palette: Palette,
    *,
    step: float = YEAR,
    band: pd.DataFrame | None = None,
    marks: Sequence[Mark] = (),
    height: int = 380,
    label_width: int = 112,
    zero: bool = False,
    crowd: pd.DataFrame | None = None,
    past: pd.DataFrame | None = None,
    untested_from: float | None = None,
    levels: Sequence[Level] = (),
) -> Figure:
    """Lines of `values` over time, with the forecast's band behind them.

    `values`: columns series, x, period (as told in hover texts), value. `band`: x, period, lower,
    upper. A line breaks wherever two of its points are more than one `step` apart and at every mark
    that breaks lines. `zero` keeps zero in sight with a line of its own. An empty frame gives a figure
    that says why.
    `crowd`: columns name, x, period, value; thin grey lines behind, as many as there are, named only
    when pointed at; `past` likewise in the own colour, for what would have been forecast earlier.
    The band is hatched after `untested_from`. Notes of marks stand in as many rows as they ask for, and
    the figure grows by these, so that the drawing keeps its height. `levels` are values aimed at.
    Raises: ValueError when more than five lines or scenarios are asked for or a band is upside down.
    """
    _refuse_too_many(lines)
    drawn = values.dropna(subset=["value"])
    drawn = drawn[drawn["series"].isin([line.series for line in lines])]
    if drawn.empty:
        return empty_figure(texts.empty, palette)
    rows_above = max((mark.row for mark in marks), default=0) * NOTE_HEIGHT
    height += rows_above
    margins = Margins(right=label_width, top=44 + rows_above if marks else 16)
    canvas = base_figure(palette, height, margins)
    spread = [drawn["value"].min(), drawn["value"].max()]
    if band is not None and not band.empty:
        add_band(canvas, band, texts, palette, untested_from)
        spread = [min(spread[0], band["lower"].min()), max(spread[1], band["upper"].max())]
    breaks = [mark.x for mark in marks if mark.breaks_lines]
    for others, colour, opacity in (
        (crowd, palette.peers, CROWD_OPACITY),
        (past, palette.own, PAST_OPACITY),
    ):
        if others is not None and not others.empty:
            add_thin_lines(canvas, others, texts.number, colour, opacity, step, breaks)
            spread = [min(spread[0], others["value"].min()), max(spread[1], others["value"].max())]
    aimed = [level.value for level in levels]
    spread = [min([spread[0], *aimed]), max([spread[1], *aimed])]
    if zero:
        spread = [min(spread[0], 0.0), max(spread[1], 0.0)]
    ticks = nice_ticks(float(spread[0]), float(spread[1]))
    ends = [
        end
        for line in _back_to_front(lines)
        if (end := _add_line(canvas, drawn, line, texts, palette, step, breaks)) is not None
    ]
    first, last = _time_range(drawn, band, step)
    canvas.update_xaxes(**year_axis(palette, first, last))
    canvas.update_yaxes(**value_axis(palette, ticks, texts.tick))
    if zero:
        zero_line = {"color": palette.quiet, "width": 1}
        canvas.add_shape(type="line", x0=0, x1=1, xref="paper", y0=0, y1=0, line=zero_line, layer="between")
    for level in levels:
        add_level(canvas, level, palette)
    for mark in marks:
        add_mark(canvas, mark, palette, first, last)
    add_end_labels(
        canvas,
        ends,
        y_range=(ticks[0], ticks[-1]),
        plot_height=height - margins.top - margins.bottom,
    )
    return canvas.figure()


def _refuse_too_many(lines: Sequence[Line]) -> None:
    for what, count in (
        ("lines", sum(line.role != "scenario" for line in lines)),
        ("scenarios", sum(line.role == "scenario" for line in lines)),
    ):
        if count > MOST_COLOURED_LINES:
            raise ValueError(f"{count} {what} asked for, at most {MOST_COLOURED_LINES} can be told apart")


def _back_to_front(lines: Sequence[Line]) -> list[Line]:
    order: list[Role] = ["group", "country", "official", "scenario", "forecast", "own"]
    return sorted(lines, key=lambda line: order.index(line.role))


def _colour(role: Role, palette: Palette) -> str:
    return {
        "own": palette.own,
        "forecast": palette.own,
        "group": palette.peers,
        "country": palette.country,
        "official": palette.official,
        "scenario": palette.scenario,
    }[role]


def _label_colour(role: Role, palette: Palette) -> str:
    """Colour of the name at the line's end: peers' grey is too light for text, so it takes the muted ink."""
    return palette.quiet if role == "group" else _colour(role, palette)


def _add_line(
    canvas: Canvas,
    values: pd.DataFrame,
    line: Line,
    texts: TrendTexts,
    palette: Palette,
    step: float,
    breaks: Sequence[float],
) -> EndLabel | None:
    """Draw one line; the label for its end, or None when it has no point or no name."""
    points = values[values["series"] == line.series]
    if points.empty:
        return None
    gapped = with_gaps(points, step, breaks)
    present = gapped["value"].notna()
    alone = present & ~(present.shift(1, fill_value=False) | present.shift(-1, fill_value=False))
    shown = alone.copy()
    if line.role == "own":
        shown.iloc[-1] = True
    name = line.label.replace("<br>", " ")
    canvas.add_scatter(
        x=gapped["x"],
        y=gapped["value"],
        mode="lines+markers",
        connectgaps=False,
        cliponaxis=False,
        line={
            "color": _colour(line.role, palette),
            "width": _WIDTH[line.role],
            "dash": _DASH[line.role],
        },
        marker={
            "size": 9,
            "opacity": shown.astype(float).tolist(),
            "color": palette.paper if line.role == "official" else _colour(line.role, palette),
            "line": {"color": _colour(line.role, palette), "width": 2},
            "symbol": "diamond" if line.role == "official" else "circle",
        },
        name=name,
        text=[
            f"{name}<br>{period}: <b>{texts.number(value)}</b>" if pd.notna(value) else ""
            for period, value in zip(gapped["period"], gapped["value"], strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
    )
    if not line.label:
        return None
    end = points.sort_values("x").iloc[-1]
    text = f"<b>{line.label}</b>" if line.role in ("own", "forecast") else line.label
    return EndLabel(text, float(end["x"]), float(end["value"]), _label_colour(line.role, palette))


def _time_range(values: pd.DataFrame, band: pd.DataFrame | None, step: float) -> tuple[float, float]:
    times = values["x"] if band is None or band.empty else pd.concat([values["x"], band["x"]])
    first, last = float(times.min()), float(times.max())
    room = max(step, (last - first) * 0.01) * 0.3
    return first - room, last + room
