"""A figure while it is being drawn: traces, notes and axes gathered as plain values.

plotly checks a finished figure anew at every change, some milliseconds each, which takes a page of seven
charts most of a second. So all is gathered first and checked once.
"""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
from plotly.basedatatypes import BaseTraceType


class Canvas:
    """What will be one figure. Settings given later replace earlier ones of the same name."""

    def __init__(self, layout: dict[str, Any], axes: dict[str, Any]) -> None:
        """`layout` as plotly names it; `axes` are the settings that both axes start with."""
        self._layout = layout
        self._axes = {"xaxis": dict(axes), "yaxis": dict(axes)}
        self._traces: list[BaseTraceType] = []
        self._shapes: list[dict[str, Any]] = []
        self._annotations: list[dict[str, Any]] = []

    def add_trace(self, trace: BaseTraceType) -> None:
        """Draw `trace` over those before it."""
        self._traces.append(trace)

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

    def figure(self) -> go.Figure:
        """The finished figure. Raises: ValueError naming what plotly does not know."""
        layout = {**self._layout, **self._axes, "shapes": self._shapes, "annotations": self._annotations}
        return go.Figure(self._traces, layout)
