"""What every chart shares: colours by meaning, type, ticks, the empty state and plotly's configuration.

Figures take a `Palette` as an argument: a chart cannot read the page's custom properties, and a city may
set its own colour.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from babel.core import Locale

from contract.locale_formats import NARROW_SPACE
from dashboards.figures.canvas import Canvas, Figure
from dashboards.theme import FONT_SIZES, FONT_STACK, Palette

FONT_SIZE = FONT_SIZES["small"]
"""The smallest type on any page, captions included."""

YEAR_STEPS = (1, 2, 5, 10, 20)
MOST_YEAR_STEPS = 4.5

NumberFormat = Callable[[float], str]


@dataclass(frozen=True)
class Margins:
    """Pixels around the drawing: fixed, so that labels can be laid out before the browser draws."""

    left: int = 64
    right: int = 16
    top: int = 16
    bottom: int = 36


def translucent(colour: str, opacity: float) -> str:
    """`colour` (`#RRGGBB`) at `opacity`, as `rgba(...)`."""
    red, green, blue = (int(colour[start : start + 2], 16) for start in (1, 3, 5))
    return f"rgba({red}, {green}, {blue}, {opacity:g})"


def base_figure(palette: Palette, height: int, margins: Margins) -> Canvas:
    """An empty drawing in the house style: no legend, no zoom, transparent ground, type of at least 14 px."""
    type_ = {"family": FONT_STACK, "size": FONT_SIZE, "color": palette.ink}
    layout = {
        "height": height,
        "margin": {
            "l": margins.left,
            "r": margins.right,
            "t": margins.top,
            "b": margins.bottom,
            "pad": 0,
            "autoexpand": False,
        },
        "font": type_,
        "hoverlabel": {
            "font": type_,
            "bgcolor": palette.paper,
            "bordercolor": palette.line,
            "align": "left",
        },
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "showlegend": False,
        "dragmode": False,
        "hovermode": "closest",
        "transition": {"duration": 0},
        "template": {},
    }
    axes = {
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "fixedrange": True,
        "automargin": False,
        "tickangle": 0,
        "tickfont": {"size": FONT_SIZE, "color": palette.quiet},
    }
    return Canvas(layout, axes)


def empty_figure(message: str, palette: Palette, height: int = 240) -> Figure:
    """A figure without axes that says `message`: why there is nothing to draw and what to do."""
    canvas = base_figure(palette, height, Margins(16, 16, 16, 16))
    canvas.update_xaxes(visible=False, range=[0, 1])
    canvas.update_yaxes(visible=False, range=[0, 1])
    canvas.add_annotation(
        text=wrapped(message, 44),
        x=0.5,
        y=0.5,
        xref="paper",
        yref="paper",
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.quiet},
    )
    return canvas.figure()


def wrapped(text: str, width: int) -> str:
    """`text` broken with `<br>` between words so that lines hold about `width` characters."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return "<br>".join(lines)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round tick values (steps of 1, 2, 2.5 or 5 times a power of ten) that cover `low` to `high`.

    The first is at or under `low` and the last at or over `high`. Raises: ValueError when not finite.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        raise ValueError(f"cannot place ticks between {low} and {high}: both ends must be finite")
    if low > high:
        low, high = high, low
    if low == high:
        spread = abs(low) * 0.1 or 1.0
        low, high = low - spread, high + spread
    rough = (high - low) / max(about - 1, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough * 0.999)
    first = math.floor(low / step + 1e-9)
    last = math.ceil(high / step - 1e-9)
    return [round(index * step, 10) for index in range(first, last + 1)]


def ticks_within(low: float, high: float, about: int = 5) -> list[float]:
    """The round ticks that lie between `low` and `high`; the axis itself may end where the data do.

    Raises: ValueError when not finite.
    """
    return [tick for tick in nice_ticks(low, high, about) if low <= tick <= high]


def value_axis(
    palette: Palette,
    ticks: Sequence[float],
    number: NumberFormat,
    ends: tuple[float, float] | None = None,
) -> dict[str, object]:
    """Settings of an axis with light grid lines and tick labels written by `number`.

    It runs between `ends`, else from the first tick to the last.
    """
    return {
        "range": list(ends or (ticks[0], ticks[-1])),
        "tickmode": "array",
        "tickvals": list(ticks),
        "ticktext": [number(tick) for tick in ticks],
        "showgrid": True,
        "gridcolor": palette.line,
        "gridwidth": 1,
    }


def year_axis(palette: Palette, first: float, last: float) -> dict[str, object]:
    """Settings of a time axis in years: round ticks, so few that they stand side by side on a phone."""
    span = last - first
    steps = (step for step in YEAR_STEPS if span / step <= MOST_YEAR_STEPS)
    return {
        "range": [first, last],
        "tickmode": "linear",
        "tick0": 0,
        "dtick": next(steps, YEAR_STEPS[-1]),
        "tickformat": "d",
        "ticks": "outside",
        "ticklen": 5,
        "tickcolor": palette.line,
        "showline": True,
        "linecolor": palette.line,
    }


def _locale(language: str) -> dict[str, object]:
    """plotly's locale object for `language`: separators of numbers, names of months and days."""
    names = Locale.parse(language)
    weekdays = (6, 0, 1, 2, 3, 4, 5)
    return {
        "dictionary": {},
        "format": {
            "days": [names.days["stand-alone"]["wide"][day] for day in weekdays],
            "shortDays": [names.days["stand-alone"]["abbreviated"][day] for day in weekdays],
            "months": [names.months["stand-alone"]["wide"][month] for month in range(1, 13)],
            "shortMonths": [names.months["stand-alone"]["abbreviated"][month] for month in range(1, 13)],
            "date": "%-d.%-m.%Y",
            "decimal": ",",
            "thousands": NARROW_SPACE,
        },
    }


def graph_config(language: str) -> dict[str, object]:
    """plotly's configuration: own locale (plotly itself speaks English only), no buttons, nothing fetched."""
    config: dict[str, object] = {
        "displayModeBar": False,
        "displaylogo": False,
        "responsive": True,
        "scrollZoom": False,
        "doubleClick": False,
        "showTips": False,
        "sendData": False,
        "showSendToCloud": False,
        "plotlyServerURL": "",
        "topojsonURL": "",
    }
    if language != "en":
        config |= {"locale": language, "locales": {language: _locale(language)}}
    return config
