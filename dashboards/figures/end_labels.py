"""Names at the ends of lines instead of a legend, moved apart so that none covers another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.figures.canvas import Canvas
from dashboards.figures.style import FONT_SIZE

LINE_HEIGHT = 18
"""Pixels one line of a label takes."""


@dataclass(frozen=True)
class EndLabel:
    """A line's name beside its last point (`x`, `y` in data units); may hold `<br>`."""

    text: str
    x: float
    y: float
    colour: str

    @property
    def height(self) -> int:
        """Pixels the label takes."""
        return LINE_HEIGHT * (1 + self.text.count("<br>"))


def separated(centres: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """Centres moved as little as needed so that boxes of `heights` do not overlap, in the given order.

    Pixels. The boxes stay between `low` and `high` as long as they fit there together.
    """
    order = sorted(range(len(centres)), key=lambda index: centres[index])
    blocks: list[tuple[float, float, list[int]]] = []  # (start, height, members)
    for index in order:
        block = (centres[index] - heights[index] / 2, float(heights[index]), [index])
        while blocks and blocks[-1][0] + blocks[-1][1] > block[0]:
            block = _merged(blocks.pop(), block, centres, heights)
        blocks.append(_inside(block, low, high))
        while len(blocks) > 1 and blocks[-2][0] + blocks[-2][1] > blocks[-1][0]:
            upper = blocks.pop()
            blocks.append(_inside(_merged(blocks.pop(), upper, centres, heights), low, high))
    moved = [0.0] * len(centres)
    for start, _, members in blocks:
        edge = start
        for index in members:
            moved[index] = edge + heights[index] / 2
            edge += heights[index]
    return moved


def _merged(
    lower: tuple[float, float, list[int]],
    upper: tuple[float, float, list[int]],
    centres: Sequence[float],
    heights: Sequence[float],
) -> tuple[float, float, list[int]]:
    """One block of both, placed where its members are moved least on average."""
    members = lower[2] + upper[2]
    total = lower[1] + upper[1]
    wanted, edge = 0.0, 0.0
    for index in members:
        wanted += centres[index] - (edge + heights[index] / 2)
        edge += heights[index]
    return wanted / len(members), total, members


def _inside(block: tuple[float, float, list[int]], low: float, high: float) -> tuple[float, float, list[int]]:
    start, height, members = block
    return max(low, min(start, high - height)), height, members


def add_end_labels(
    canvas: Canvas,
    labels: Sequence[EndLabel],
    *,
    y_range: tuple[float, float],
    plot_height: float,
) -> None:
    """Write the labels to the right of their points, apart from each other.

    `plot_height` is the height of the drawing without margins, in pixels.
    """
    if not labels:
        return
    scale = plot_height / (y_range[1] - y_range[0])
    wanted = [(label.y - y_range[0]) * scale for label in labels]
    placed = separated(wanted, [label.height for label in labels], 0, plot_height)
    for label, before, after in zip(labels, wanted, placed, strict=True):
        canvas.add_annotation(
            x=label.x,
            y=label.y,
            xanchor="left",
            yanchor="middle",
            xshift=10,
            yshift=round(after - before, 1),
            align="left",
            text=label.text,
            showarrow=False,
            font={"size": FONT_SIZE, "color": label.colour},
        )
