"""The population by age and sex: women right, men left, a measured year filled, a forecast year outlined."""

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
    translucent,
    value_axis,
)
from dashboards.theme import Palette, band_colour

SIDES = {"male": -1, "female": 1}
"""Direction of each sex on the axis: men left, women right."""

OLDEST = 100
"""The open age group: 100 years and over."""


@dataclass(frozen=True)
class PyramidTexts:
    """Words of the pyramid. `now` and `future` name the two years ("2020", "ennuste 2030"); `age` writes
    an age for hover texts; `band` names the interval."""

    empty: str
    women: str
    men: str
    now: str
    future: str
    band: str
    age: NumberFormat
    number: NumberFormat


def widest(*frames: pd.DataFrame) -> float:
    """The largest count in any of the frames (`population_count` or `upper`): one scale for all years."""
    columns = ("population_count", "upper")
    return max(
        (
            float(frame[column].max())
            for frame in frames
            for column in columns
            if column in frame and len(frame)
        ),
        default=0.0,
    )


def pyramid_figure(
    now: pd.DataFrame,
    future: pd.DataFrame,
    texts: PyramidTexts,
    palette: Palette,
    *,
    scale: float,
    height: int = 560,
) -> Figure:
    """The pyramid of `now`, with `future` outlined.

    `now`: columns sex, age, population_count; `future`: sex, age, lower, median, upper, may be empty.
    `scale` is the count at either edge, so that years share it. An empty `now` gives a figure that
    says why.
    """
    if now.empty:
        return empty_figure(texts.empty, palette)
    canvas = base_figure(palette, height, Margins(left=44, right=16, top=56, bottom=36))
    for sex, side in SIDES.items():
        _add_bars(canvas, now[now["sex"] == sex].sort_values("age"), side, texts, palette)
    for sex, side in SIDES.items():
        half = future[future["sex"] == sex].sort_values("age")
        if not half.empty:
            _add_forecast(canvas, half, side, texts, palette)
    edge = (scale or 1.0) * 1.04
    ticks = ticks_within(0, edge, about=4)
    both = [-tick for tick in reversed(ticks[1:])] + ticks
    axis = value_axis(palette, both, lambda tick: texts.number(abs(tick)), (-edge, edge))
    canvas.update_xaxes(**axis)
    canvas.update_yaxes(
        range=[-0.5, OLDEST + 0.5],
        tickmode="array",
        tickvals=list(range(0, OLDEST + 1, 10)),
        ticktext=[*(str(age) for age in range(0, OLDEST, 10)), f"{OLDEST}+"],
    )
    canvas.update_layout(barmode="overlay", bargap=0.12)
    _add_names(canvas, texts, palette, with_future=not future.empty)
    return canvas.figure()


def _name(sex_side: int, texts: PyramidTexts) -> str:
    return texts.women if sex_side > 0 else texts.men


def _add_bars(canvas: Canvas, half: pd.DataFrame, side: int, texts: PyramidTexts, palette: Palette) -> None:
    canvas.add_bar(
        orientation="h",
        y=half["age"],
        x=half["population_count"] * side,
        name=f"{_name(side, texts)} {texts.now}",
        marker={"color": palette.own, "line": {"width": 0}},
        text=[
            f"{_name(side, texts)}, {texts.age(age)}<br>{texts.now}: <b>{texts.number(count)}</b>"
            for age, count in zip(half["age"], half["population_count"], strict=True)
        ],
        textposition="none",
        hovertemplate="%{text}<extra></extra>",
    )


def _steps(counts: pd.Series, ages: pd.Series, side: int) -> tuple[list[float], list[float]]:
    """The outline of a half: from the axis up every age's edge and back to the axis."""
    xs, ys = [0.0], [float(ages.iloc[0]) - 0.5]
    for count, age in zip(counts, ages, strict=True):
        xs += [float(count) * side] * 2
        ys += [float(age) - 0.5, float(age) + 0.5]
    return [*xs, 0.0], [*ys, float(ages.iloc[-1]) + 0.5]


def _add_forecast(
    canvas: Canvas, half: pd.DataFrame, side: int, texts: PyramidTexts, palette: Palette
) -> None:
    """The band of the forecast as a strip and its median as an outline.

    The strip lies on filled bars and on bare paper alike, so a veil of paper lightens it over the bars.
    """
    low_x, low_y = _steps(half["lower"], half["age"], side)
    high_x, high_y = _steps(half["upper"], half["age"], side)
    for fill in (translucent(palette.paper, 0.45), band_colour(80, palette)):
        canvas.add_scatter(
            x=low_x + high_x[::-1],
            y=low_y + high_y[::-1],
            fill="toself",
            fillcolor=fill,
            mode="lines",
            line={"width": 0},
            hoverinfo="skip",
        )
    xs, ys = _steps(half["median"], half["age"], side)
    canvas.add_scatter(x=xs, y=ys, mode="lines", line={"color": palette.ink, "width": 2}, hoverinfo="skip")
    canvas.add_scatter(
        x=half["median"] * side,
        y=half["age"],
        mode="markers",
        marker={"opacity": 0, "size": 6},
        name=f"{_name(side, texts)} {texts.future}",
        text=[
            f"{_name(side, texts)}, {texts.age(row.age)}"
            f"<br>{texts.future}: <b>{texts.number(row.median)}</b>"
            f"<br>{texts.band}: {texts.number(row.lower)}–{texts.number(row.upper)}"
            for row in half.itertuples(index=False)
        ],
        hovertemplate="%{text}<extra></extra>",
    )


def _add_names(canvas: Canvas, texts: PyramidTexts, palette: Palette, *, with_future: bool) -> None:
    """Names of the sides and of the two years, above the drawing."""
    for text, x, anchor in ((texts.men, 0.0, "left"), (texts.women, 1.0, "right")):
        canvas.add_annotation(
            text=f"<b>{text}</b>",
            x=x,
            y=1,
            xref="paper",
            yref="paper",
            xanchor=anchor,
            yanchor="bottom",
            showarrow=False,
            font={"size": FONT_SIZE, "color": palette.ink},
        )
    key = f'<span style="color:{palette.own}">■</span> {texts.now}'
    if with_future:
        key += f'   <span style="color:{palette.ink}">▭</span> {texts.future}'
        key += f'   <span style="color:{translucent(palette.own, 0.4)}">■</span> {texts.band}'
    canvas.add_annotation(
        text=key,
        x=0.5,
        y=1,
        xref="paper",
        yref="paper",
        xanchor="center",
        yanchor="bottom",
        yshift=24,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.ink},
    )
