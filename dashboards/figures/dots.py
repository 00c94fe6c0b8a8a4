"""Where we stand: one dot per municipality, the own one named, the others named when pointed at.

Frames have the columns name, value, rank, rank_text ("12. / 309") and kind: `own`, `group` (the chosen
comparison group) or `other`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pandas as pd

from dashboards.figures.canvas import Canvas, Figure
from dashboards.figures.style import (
    FONT_SIZE,
    Margins,
    NumberFormat,
    base_figure,
    empty_figure,
    nice_ticks,
    value_axis,
)
from dashboards.theme import Palette

ROW_HEIGHT = 30
"""Pixels of one municipality's row."""

NAME_GAP = 10
"""Pixels between a name and the drawing, so that a dot at its edge covers no letter."""

OWN_LABEL_RISE = 26
"""Pixels from the swarm's top to the own name, above the name of the median."""

SWARM_DOT = 9
"""Diameter of a dot of the swarm, pixels."""


@dataclass(frozen=True)
class DotTexts:
    """Words and number forms: `number` writes a value with its unit, `tick` a value on the axis; `median`
    names the thin line ("maan mediaani 62,1"), empty when there is none."""

    empty: str
    number: NumberFormat
    tick: NumberFormat
    median: str = ""


def ranked_figure(
    places: pd.DataFrame,
    texts: DotTexts,
    palette: Palette,
    *,
    median: float | None = None,
    name_width: int = 116,
) -> Figure:
    """One row per municipality in rank order, first on top: a dot at its value, the value at the right.

    Where the frame has the columns lower and upper, a line behind the dot spans them. `name_width` is the
    room for names, in pixels. An empty frame gives a figure that says why.
    """
    drawn = places.dropna(subset=["value"]).sort_values(["rank", "name"]).reset_index(drop=True)
    if drawn.empty:
        return empty_figure(texts.empty, palette)
    margins = Margins(left=name_width, right=92, top=30 if median is not None else 8, bottom=36)
    height = margins.top + margins.bottom + ROW_HEIGHT * len(drawn)
    canvas = base_figure(palette, height, margins)
    rows = list(range(len(drawn)))
    own = drawn["kind"] == "own"
    colours = np.where(own, palette.own, palette.peers)
    _add_intervals(canvas, drawn, own, palette)
    canvas.add_scatter(
        x=drawn["value"],
        y=rows,
        mode="markers",
        marker={"size": np.where(own, 15, 11).tolist(), "color": colours.tolist(), "opacity": 1},
        text=_hover(drawn, texts),
        hovertemplate="%{text}<extra></extra>",
        cliponaxis=False,
    )
    for row, point in enumerate(drawn.itertuples(index=False)):
        canvas.add_annotation(**_value_note(row, point.value, point.kind == "own", texts, palette))
    marked = drawn["value"].tolist() + ([median] if median is not None else [])
    if _has_intervals(drawn):
        marked += drawn["lower"].dropna().tolist() + drawn["upper"].dropna().tolist()
    ticks = nice_ticks(min(marked), max(marked), about=4)
    canvas.update_xaxes(**value_axis(palette, ticks, texts.tick))
    canvas.update_yaxes(
        range=[len(drawn) - 0.5, -0.5],
        tickmode="array",
        tickvals=rows,
        ticktext=[f"<b>{name}</b>" if mine else name for name, mine in zip(drawn["name"], own, strict=True)],
        tickfont={"size": FONT_SIZE, "color": palette.ink},
        ticks="outside",
        ticklen=NAME_GAP,
        tickcolor="rgba(0,0,0,0)",
        showgrid=True,
        gridcolor=palette.line,
    )
    if median is not None:
        _add_median(canvas, median, ticks, texts, palette)
    return canvas.figure()


def _has_intervals(places: pd.DataFrame) -> bool:
    return {"lower", "upper"} <= set(places.columns)


def _add_intervals(canvas: Canvas, drawn: pd.DataFrame, own: pd.Series, palette: Palette) -> None:
    """A thin line per row from lower to upper, behind the dots."""
    if not _has_intervals(drawn):
        return
    for mine, colour in ((False, palette.peers), (True, palette.own)):
        rows = drawn[(own == mine) & drawn["lower"].notna() & drawn["upper"].notna()]
        canvas.add_scatter(
            x=[
                end
                for low, high in zip(rows["lower"], rows["upper"], strict=True)
                for end in (low, high, None)
            ],
            y=[row for index in rows.index for row in (index, index, None)],
            mode="lines",
            line={"color": colour, "width": 3 if mine else 2},
            opacity=0.5,
            hoverinfo="skip",
        )


def swarm_figure(
    places: pd.DataFrame,
    texts: DotTexts,
    palette: Palette,
    *,
    median: float | None = None,
    height: int = 260,
) -> Figure:
    """All municipalities as dots over one axis: own on top and named, the group darker, the rest grey."""
    drawn = places.dropna(subset=["value"]).sort_values("value").reset_index(drop=True)
    if drawn.empty:
        return empty_figure(texts.empty, palette)
    margins = Margins(left=16, right=16, top=56, bottom=36)
    canvas = base_figure(palette, height, margins)
    ticks = nice_ticks(float(drawn["value"].min()), float(drawn["value"].max()), about=5)
    half = (height - margins.top - margins.bottom) / 2
    drawn["offset"] = swarm_offsets(drawn["value"].to_numpy(), (ticks[0], ticks[-1]), half)
    looks = {
        "other": (SWARM_DOT, palette.peers, 0.55),
        "group": (SWARM_DOT + 1, palette.ink, 0.9),
        "own": (17, palette.own, 1.0),
    }
    for kind, (size, colour, opacity) in looks.items():
        dots = drawn[drawn["kind"] == kind]
        canvas.add_scatter(
            x=dots["value"],
            y=dots["offset"],
            mode="markers",
            name=kind,
            marker={
                "size": size,
                "color": colour,
                "opacity": opacity,
                "line": {"width": 2 if kind == "own" else 0, "color": palette.paper},
            },
            text=_hover(dots, texts),
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    canvas.update_xaxes(**value_axis(palette, ticks, texts.tick))
    canvas.update_yaxes(range=[-half, half], visible=False)
    if median is not None:
        _add_median(canvas, median, ticks, texts, palette)
    for dot in drawn[drawn["kind"] == "own"].itertuples(index=False):
        _name_own(canvas, dot, half, ticks, texts, palette)
    return canvas.figure()


def _name_own(
    canvas: Canvas, dot: Any, half: float, ticks: list[float], texts: DotTexts, palette: Palette
) -> None:
    """The own name and value above the swarm, where they cover no dot, with a thin line down to the dot."""
    canvas.add_shape(
        type="line",
        x0=dot.value,
        x1=dot.value,
        y0=dot.offset,
        y1=half + OWN_LABEL_RISE,
        layer="below",
        line={"color": palette.own, "width": 1},
    )
    share = (dot.value - ticks[0]) / (ticks[-1] - ticks[0])
    canvas.add_annotation(
        x=dot.value,
        y=half,
        text=f"<b>{dot.name} {texts.number(dot.value)}</b>",
        xanchor="left" if share < 0.3 else "right" if share > 0.7 else "center",
        yanchor="bottom",
        yshift=OWN_LABEL_RISE,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.own},
    )


def swarm_offsets(
    values: np.ndarray, value_range: tuple[float, float], half: float, *, width: float = 760
) -> np.ndarray:
    """Vertical places in pixels (within ±`half`) so that dots of sorted `values` do not cover each other.

    Each dot takes the free place nearest to the axis. Where the swarm would be higher than the drawing
    it is pressed together evenly. `width` is the drawing's usual width in pixels.
    """
    return np.array(_offsets(tuple(values.tolist()), value_range, half, width))


@lru_cache(maxsize=64)
def _offsets(
    numbers: tuple[float, ...], value_range: tuple[float, float], half: float, width: float
) -> tuple[float, ...]:
    """Kept, since the swarm of the country is the same whoever looks at it."""
    values = np.array(numbers)
    across = (values - value_range[0]) / (value_range[1] - value_range[0]) * width
    offsets = np.zeros(len(values))
    for index in range(len(values)):
        near = np.flatnonzero(across[index] - across[:index] < SWARM_DOT)
        gaps = np.sqrt(np.maximum(SWARM_DOT**2 - (across[index] - across[near]) ** 2, 0))
        free = [0.0, *(offsets[near] + gaps), *(offsets[near] - gaps)]
        fits = [place for place in free if np.all(np.abs(offsets[near] - place) >= gaps - 1e-6)]
        offsets[index] = min(fits, key=abs)
    tallest = float(np.abs(offsets).max(initial=0)) + SWARM_DOT / 2
    return tuple((offsets * min(1.0, half / tallest)).tolist())


def _hover(places: pd.DataFrame, texts: DotTexts) -> list[str]:
    return [
        "<br>".join(filter(None, (f"<b>{name}</b>", texts.number(value), rank_text)))
        for name, value, rank_text in zip(places["name"], places["value"], places["rank_text"], strict=True)
    ]


def _value_note(row: int, value: float, own: bool, texts: DotTexts, palette: Palette) -> dict[str, object]:
    """The value at the right end of a row."""
    text = texts.number(value)
    return {
        "x": 1,
        "xref": "paper",
        "y": row,
        "xanchor": "right",
        "xshift": 90,
        "text": f"<b>{text}</b>" if own else text,
        "align": "right",
        "showarrow": False,
        "font": {"size": FONT_SIZE, "color": palette.own if own else palette.ink},
    }


def _add_median(canvas: Canvas, median: float, ticks: list[float], texts: DotTexts, palette: Palette) -> None:
    canvas.add_shape(
        type="line",
        x0=median,
        x1=median,
        y0=0,
        y1=1,
        yref="paper",
        layer="below",
        line={"color": palette.country, "width": 1},
    )
    share = (median - ticks[0]) / (ticks[-1] - ticks[0])
    canvas.add_annotation(
        x=median,
        y=1,
        yref="paper",
        xanchor="left" if share < 0.2 else "right" if share > 0.8 else "center",
        yanchor="bottom",
        yshift=4,
        text=texts.median,
        showarrow=False,
        font={"size": FONT_SIZE, "color": palette.country},
    )
