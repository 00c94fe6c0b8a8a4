"""The forecast's band, hatched where no forecast that far ahead has ever been tested."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from dashboards.figures.canvas import Canvas
from dashboards.figures.style import NumberFormat, translucent
from dashboards.theme import Palette, band_colour

_HATCH = {"shape": "/", "size": 7, "solidity": 0.18}
_HATCH_OPACITY = 0.55


@dataclass(frozen=True)
class TrendTexts:
    """Words and number forms of a trend. `number` writes values in hover texts, `tick` on the axis."""

    empty: str
    number: NumberFormat
    tick: NumberFormat
    band: str = ""
    """Name of the band in hover texts, such as "80 % väli"."""
    untested: str = ""
    """What is said of the band where nothing that far ahead has been tested."""


def add_band(
    canvas: Canvas, band: pd.DataFrame, texts: TrendTexts, palette: Palette, untested_from: float | None
) -> None:
    """The band behind the lines; hatched after `untested_from`.

    `band`: x, period, lower, upper. Raises: ValueError when it is upside down.
    """
    upside_down = band[band["lower"] > band["upper"]]
    if not upside_down.empty:
        raise ValueError(
            f"band is upside down at {upside_down['period'].tolist()}: lower must not exceed upper"
        )
    ordered = band.sort_values("x")
    if untested_from is None:
        _add_part(canvas, ordered, texts, palette)
        return
    tested = ordered[ordered["x"] <= untested_from]
    beyond = ordered[ordered["x"] >= untested_from]
    if len(tested) > 1:
        _add_part(canvas, tested, texts, palette)
    if len(beyond) > 1:
        _add_part(canvas, beyond, texts, palette, hatched=True)


def _add_part(
    canvas: Canvas, part: pd.DataFrame, texts: TrendTexts, palette: Palette, *, hatched: bool = False
) -> None:
    fill = band_colour(80, palette)
    plain = {"mode": "lines", "line": {"width": 0, "color": fill}}
    look = {"fillcolor": fill}
    if hatched:
        strokes = translucent(palette.own, _HATCH_OPACITY)
        look = {"fillcolor": "rgba(0,0,0,0)", "fillpattern": {**_HATCH, "fgcolor": strokes}}
    said = f"{texts.band}, {texts.untested}" if hatched and texts.untested else texts.band
    canvas.add_scatter(x=part["x"], y=part["lower"], hoverinfo="skip", **plain)
    canvas.add_scatter(
        x=part["x"],
        y=part["upper"],
        fill="tonexty",
        name=said,
        text=[
            f"{said}<br>{period}: <b>{texts.number(low)}–{texts.number(high)}</b>"
            for period, low, high in zip(part["period"], part["lower"], part["upper"], strict=True)
        ],
        hovertemplate="%{text}<extra></extra>",
        **look,
        **plain,
    )
