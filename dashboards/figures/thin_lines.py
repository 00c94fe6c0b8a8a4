"""Lines with gaps, and many thin ones behind the named lines."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from dashboards.figures.canvas import Canvas
from dashboards.figures.style import NumberFormat


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


def add_thin_lines(
    canvas: Canvas,
    lines: pd.DataFrame,
    number: NumberFormat,
    colour: str,
    opacity: float,
    step: float,
    breaks: Sequence[float],
) -> None:
    """All lines (columns name, x, period, value) as one trace, parted by empty points.

    A point alone gets a small dot. A name is read when its line is pointed at.
    """
    points: list[tuple[float | None, float | None, str]] = []
    previous: tuple[str, float] | None = None
    for row in lines.dropna(subset=["value"]).sort_values(["name", "x"]).itertuples(index=False):
        if previous is not None and (row.name != previous[0] or _is_apart(previous[1], row.x, step, breaks)):
            points.append((None, None, ""))
        points.append((row.x, row.value, f"{row.name}<br>{row.period}: <b>{number(row.value)}</b>"))
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
        line={"color": colour, "width": 1},
        marker={"size": 5, "color": colour, "opacity": [float(dot) for dot in alone]},
        opacity=opacity,
        text=[text for _, _, text in points],
        hovertemplate="%{text}<extra></extra>",
    )
