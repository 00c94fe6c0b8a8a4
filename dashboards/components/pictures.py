"""Small inline pictures: a card's sparkline and an outlook's band, as SVG in a data address.

They repeat what the text beside them says, so they are hidden from screen readers by an empty `alt`.
Colours follow the reader's light, dark or high-contrast setting by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from dash import html

from dashboards.theme import BAND_OPACITY, DARK, HIGH_CONTRAST, LIGHT, Palette

SPARK_WIDTH, SPARK_HEIGHT = 120, 32
BAND_WIDTH, BAND_HEIGHT = 240, 20
MULTIPLE_WIDTH, MULTIPLE_HEIGHT = 180, 72
_EDGE = 4


def sparkline(values: Sequence[float | None]) -> html.Img | None:
    """The line of a series in equal steps, broken where a value is missing, its last value a dot.

    None when fewer than two values are there.
    """
    present = [value for value in values if value is not None]
    if len(present) < 2:
        return None
    low, high = min(present), max(present)
    across = (SPARK_WIDTH - 2 * _EDGE) / (len(values) - 1)
    height = (SPARK_HEIGHT - 2 * _EDGE) / ((high - low) or 1.0)
    middle = 0.0 if high > low else (SPARK_HEIGHT - 2 * _EDGE) / 2
    points = [
        None
        if value is None
        else (_EDGE + index * across, SPARK_HEIGHT - _EDGE - middle - (value - low) * height)
        for index, value in enumerate(values)
    ]
    lines = "".join(_segment(run) for run in _unbroken(points))
    last_x, last_y = next(point for point in reversed(points) if point is not None)
    dot = f'<circle class="f" cx="{last_x:.1f}" cy="{last_y:.1f}" r="3"/>'
    return _picture(lines + dot, SPARK_WIDTH, SPARK_HEIGHT, "spark")


def line_on_scale(
    runs: Sequence[Sequence[tuple[float, float]]],
    across: tuple[float, float],
    up: tuple[float, float],
    *,
    own: bool,
) -> html.Img:
    """Stretches of a series on a scale shared with other pictures; empty where there is nothing to draw."""
    width = (MULTIPLE_WIDTH - 2 * _EDGE) / ((across[1] - across[0]) or 1.0)
    height = (MULTIPLE_HEIGHT - 2 * _EDGE) / ((up[1] - up[0]) or 1.0)
    placed = [
        [
            (_EDGE + (x - across[0]) * width, MULTIPLE_HEIGHT - _EDGE - (value - up[0]) * height)
            for x, value in run
        ]
        for run in runs
    ]
    floor = MULTIPLE_HEIGHT - 1
    parts = f'<line class="a" x1="0" x2="{MULTIPLE_WIDTH}" y1="{floor}" y2="{floor}"/>'
    parts += "".join(_segment(run) for run in placed)
    if placed:
        x, y = placed[-1][-1]
        parts += f'<circle class="f" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
    drawn = parts if own else f'<g class="p">{parts}</g>'
    return _picture(drawn, MULTIPLE_WIDTH, MULTIPLE_HEIGHT, "multiple")


def _unbroken(points: Sequence[tuple[float, float] | None]) -> list[list[tuple[float, float]]]:
    runs: list[list[tuple[float, float]]] = [[]]
    for point in points:
        if point is not None:
            runs[-1].append(point)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _segment(run: list[tuple[float, float]]) -> str:
    if len(run) == 1:
        return f'<circle class="f" cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="1.5"/>'
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return f'<polyline class="l" points="{path}"/>'


def band_picture(now: float, low: float, high: float, largest: float) -> html.Img:
    """The forecast's band as a bar and today's number as a dot, on a scale from zero to `largest`."""
    scale = (BAND_WIDTH - 2 * _EDGE) / (largest or 1.0)
    y = BAND_HEIGHT / 2
    left, width = _EDGE + low * scale, max((high - low) * scale, 2.0)
    parts = (
        f'<line class="a" x1="{_EDGE}" x2="{BAND_WIDTH - _EDGE}" y1="{y}" y2="{y}"/>'
        f'<rect class="b" x="{left:.1f}" y="{y - 5}" width="{width:.1f}" height="10" rx="2"/>'
        f'<circle class="f" cx="{_EDGE + now * scale:.1f}" cy="{y}" r="4"/>'
    )
    return _picture(parts, BAND_WIDTH, BAND_HEIGHT, "band")


def _picture(parts: str, width: int, height: int, class_name: str) -> html.Img:
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<style>{_style()}</style>{parts}</svg>"
    )
    address = "data:image/svg+xml," + quote(svg, safe="/:=\"' <>;,.#{}()-")
    return html.Img(src=address.replace("#", "%23"), alt="", className=class_name, width=width, height=height)


def _style() -> str:
    return (
        ".l{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}"
        + _colours(LIGHT)
        + f"@media (prefers-color-scheme:dark){{{_colours(DARK)}}}"
        + f"@media (prefers-contrast:more){{{_colours(HIGH_CONTRAST)}}}"
    )


def _colours(palette: Palette) -> str:
    return (
        f".l{{stroke:{palette.own}}}.f{{fill:{palette.own}}}"
        f".b{{fill:{palette.own};fill-opacity:{BAND_OPACITY[50]}}}.a{{stroke:{palette.line}}}"
        f".p .l{{stroke:{palette.peers}}}.p .f{{fill:{palette.peers}}}"
    )
