"""A figure while it is being drawn: traces, notes and axes gathered as plain values.

The pages hand plotly's script plain dictionaries. plotly's own Python objects check every value whenever a
figure is made, which takes a page of seven charts a fifth of a second; the tests let plotly check them.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

Figure = dict[str, Any]
"""A picture as plotly's script reads it: `data`, the traces, and `layout`."""


class Canvas:
    """What will be one figure. Settings given later replace earlier ones of the same name."""

    def __init__(self, layout: dict[str, Any], axes: dict[str, Any]) -> None:
        """`layout` as plotly names it; `axes` are the settings that both axes start with."""
        self._layout = layout
        self._axes = {"xaxis": dict(axes), "yaxis": dict(axes)}
        self._traces: list[dict[str, Any]] = []
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add_scatter(self, **trace: Any) -> None:
        """Draw lines, points or areas over what is there, as plotly describes them."""
        self._traces.append({"type": "scatter", **_plain(trace)})

    def add_bar(self, **trace: Any) -> None:
        """Draw bars over what is there, as plotly describes them."""
        self._traces.append({"type": "bar", **_plain(trace)})

    def add_shape(self, **shape: Any) -> None:
        """Draw a shape, as plotly describes it."""
        self._shapes.append(shape)

    def add_annotation(self, **note: Any) -> None:
        """Write a note, as plotly describes it."""
        self._annotations.append(note)

    def update_xaxes(self, **settings: Any) -> None:
        self._axes["xaxis"] |= settings

    def update_yaxes(self, **settings: Any) -> None:
        self._axes["yaxis"] |= settings

    def update_layout(self, **settings: Any) -> None:
        self._layout |= settings

    def figure(self) -> Figure:
        """The finished figure."""
        layout = {**self._layout, **self._axes, "shapes": self._shapes, "annotations": self._annotations}
        return {"data": self._traces, "layout": layout}


def _plain(trace: dict[str, Any]) -> dict[str, Any]:
    """The trace with series as lists; what is missing in them is None, which plotly draws as a gap."""
    return {name: _listed(value) if isinstance(value, pd.Series) else value for name, value in trace.items()}


def _listed(series: pd.Series) -> list[Any]:
    return [item if item == item else None for item in series.tolist()]  # only NaN differs from itself
