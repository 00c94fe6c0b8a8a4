"""Lines over time: gaps stay gaps, breaks are marked, the forecast comes with its band.

Time is a number on the axis: a year is 2020.0, a month 2020 + (month − 1) / 12.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from dashboards.figures.canvas import Canvas, Figure
from dashboards.figures.end_labels import EndLabel, add_end_labels
from dashboards.figures.style import (
    FONT_SIZE,
    Margins,
    NumberFormat,
    base_figure,
    empty_figure,
    nice_ticks,
    value_axis,
    year_axis,
)
from dashboards.theme import Palette, band_colour

Role = Literal["own", "forecast", "group", "country", "official"]

YEAR = 1.0
MONTH = 1 / 12

CROWD_OPACITY = 0.55
"""Of the others' lines, so that many of them do not drown the named ones."""

MOST_COLOURED_LINES = 5
"""More coloured lines than this cannot be told apart."""


@dataclass(frozen=True)
class Line:
    """One line: which rows of the frame it draws (`series`), its name at the end, its meaning.

    An empty `label` draws the line without a name at its end.
    """

    series: str
    label: str
    role: Role


@dataclass(frozen=True)
class TrendTexts:
    """Words and number forms of a trend. `number` writes values in hover texts, `tick` on the axis."""

    empty: str
    number: NumberFormat
    tick: NumberFormat
    band: str = ""
    """Name of the band in hover texts, such as "80 % väli"."""


@dataclass(frozen=True)
class Mark:
    """A thin vertical line with a note at its top: a break in the series, or where the forecast begins."""

    x: float
    note: str
    breaks_lines: bool = False


_DASH: dict[Role, str] = {
    "own": "solid",
    "forecast": "solid",
    "group": "solid",
    "country": "solid",
    "official": "dash",
}
_WIDTH: dict[Role, float] = {"own": 3, "forecast": 3, "group": 2, "country": 1.5, "official": 2}


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
) -> Figure:
    """Lines of `values` over time, with the forecast's band behind them.

    `values`: columns series, x, period (as told in hover texts), value. `band`: x, period, lower,
    upper. A line breaks wherever two of its points are more than one `step` apart and at every mark
    that breaks lines. `zero` keeps zero in sight with a line of its own. An empty frame gives a figure
    that says why.
    `crowd`: columns name, x, period, value; thin grey lines behind, as many as there are, named only
    when pointed at. Raises: ValueError when more than five lines are asked for or a band is upside down.
    """
    if len(lines) > MOST_COLOURED_LINES:
        raise ValueError(f"{len(lines)} lines asked for, at most {MOST_COLOURED_LINES} can be told apart")
    drawn = values.dropna(subset=["value"])
    drawn = drawn[drawn["series"].isin([line.series for line in lines])]
    if drawn.empty:
        return empty_figure(texts.empty, palette)
    margins = Margins(right=label_width, top=44 if marks else 16)
    canvas = base_figure(palette, height, margins)
    spread = [drawn["value"].min(), drawn["value"].max()]
    if band is not None and not band.empty:
        _add_band(canvas, band, texts, palette)
        spread = [min(spread[0], band["lower"].min()), max(spread[1], band["upper"].max())]
    breaks = [mark.x for mark in marks if mark.breaks_lines]
    if crowd is not None and not crowd.empty:
        _add_crowd(canvas, crowd, texts, palette, step, breaks)
        spread = [min(spread[0], crowd["value"].min()), max(spread[1], crowd["value"].max())]
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
    for mark in marks:
        _add_mark(canvas, mark, palette, first, last)
    add_end_labels(
        canvas,
        ends,
        y_range=(ticks[0], ticks[-1]),
        plot_height=height - margins.top - margins.bottom,
    )
    return canvas.figure()


def with_gaps(points: pd.DataFrame, step: float, breaks: Sequence[float] = ()) -> pd.DataFrame:
    """`points` by x, an empty row wherever they are more than one `step` apart or a break lies between."""
    ordered = points.dropna(subset=["value"]).sort_values("x").reset_index(drop=True)
    rows: list[dict[str, object]] = []
    previous: float | None = None
    for point in ordered.to_dict("records"):
        x = float(point["x"])
        if previous is not None and _is_apart(previous, x, step, breaks):
            rows.append({"x": (previous + x) / 2, "value": None, "period": ""})
        rows.append(point)
        previous = x
    return pd.DataFrame(rows, columns=ordered.columns)


def _is_apart(previous: float, x: float, step: float, breaks: Sequence[float]) -> bool:
    """True when no line may join the two times: a period is missing between them, or a break lies there."""
    return x - previous > step * 1.5 or any(previous < edge <= x for edge in breaks)


def _add_crowd(
    canvas: Canvas,
    crowd: pd.DataFrame,
    texts: TrendTexts,
    palette: Palette,
    step: float,
    breaks: Sequence[float],
) -> None:
    """All lines of the crowd as one trace, parted by empty points; a point alone gets a small dot."""
    points: list[tuple[float | None, float | None, str]] = []
    previous: tuple[str, float] | None = None
    for row in crowd.dropna(subset=["value"]).sort_values(["name", "x"]).itertuples(index=False):
        if previous is not None and (row.name != previous[0] or _is_apart(previous[1], row.x, step, breaks)):
            points.append((None, None, ""))
        points.append((row.x, row.value, f"{row.name}<br>{row.period}: <b>{texts.number(row.value)}</b>"))
        previous = (row.name, row.x)
    filled = [x is not None for x, _, _ in points]
    alone = [
        here and not (before or after)
        for before, here, after in zip([False, *filled], filled, [*filled[1:], False], strict=False)
    ]
    canvas.add_scatter(
        x=[x for x, _, _ in points],
        y=[y for _, y, _ in points],
        mode="lines+markers",
        connectgaps=False,
        line={"color": palette.peers, "width": 1},
        marker={"size": 5, "color": palette.peers, "opacity": [float(dot) for dot in alone]},
        opacity=CROWD_OPACITY,
        text=[text for _, _, text in points],
        hovertemplate="%{text}<extra></extra>",
    )


def _back_to_front(lines: Sequence[Line]) -> list[Line]:
    order: list[Role] = ["group", "country", "official", "forecast", "own"]
    return sorted(lines, key=lambda line: order.index(line.role))


def _colour(role: Role, palette: Palette) -> str:
    return {
        "own": palette.own,
        "forecast": palette.own,
        "group": palette.peers,
        "country": palette.country,
        "official": palette.official,
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


def _add_band(canvas: Canvas, band: pd.DataFrame, texts: TrendTexts, palette: Palette) -> None:
    upside_down = band[band["lower"] > band["upper"]]
    if not upside_down.empty:
        raise ValueError(
            f"band is upside down at {upside_down['period'].tolist()}: lower must not exceed upper"
        )
    ordered = band.sort_values("x")
    fill = band_colour(80, palette)
    plain = {"mode": "lines", "line": {"width": 0, "color": fill}}
    canvas.add_scatter(x=ordered["x"], y=ordered["lower"], hoverinfo="skip", **plain)
    canvas.add_scatter(
        x=ordered["x"],
        y=ordered["upper"],
        fill="tonexty",
        fillcolor=fill,
        name=texts.band,
        text=[
            f"{texts.band}<br>{period}: <b>{texts.number(low)}–{texts.number(high)}</b>"
            for period, low, high in zip(ordered["period"], ordered["lower"], ordered["upper"], strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        **plain,
    )


def _time_range(values: pd.DataFrame, band: pd.DataFrame | None, step: float) -> tuple[float, float]:
    times = values["x"] if band is None or band.empty else pd.concat([values["x"], band["x"]])
    first, last = float(times.min()), float(times.max())
    room = max(step, (last - first) * 0.01) * 0.3
    return first - room, last + room


def _add_mark(canvas: Canvas, mark: Mark, palette: Palette, first: float, last: float) -> None:
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
        yshift=2,
        text=mark.note,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.quiet},
    )
