"""Ranked dots and the swarm: who is where, with what chance allows, and none hidden behind another."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures import dots
from dashboards.figures.dots import SWARM_DOT, DotTexts, swarm_offsets
from dashboards.theme import LIGHT

TEXTS = DotTexts(empty="Ei lukuja.", number=lambda value: f"{value:.1f} %", tick=str, median="mediaani 2")
COLUMNS = ["name", "value", "rank", "rank_text", "kind", "lower", "upper"]


def ranked_figure(*arguments: Any, **settings: Any) -> go.Figure:
    """The figure as plotly reads it; plotly refuses what it does not know."""
    return go.Figure(dots.ranked_figure(*arguments, **settings))


def swarm_figure(*arguments: Any, **settings: Any) -> go.Figure:
    """The figure as plotly reads it; plotly refuses what it does not know."""
    return go.Figure(dots.swarm_figure(*arguments, **settings))


def places(*rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=COLUMNS)


@pytest.fixture
def three() -> pd.DataFrame:
    return places(
        ("Simo", 1.0, 3, "3. / 3", "other", 0.5, 1.5),
        ("Kuusamo", 2.0, 2, "2. / 3", "own", 1.8, 2.4),
        ("Oulu", 4.0, 1, "1. / 3", "other", None, None),
    )


def test_rows_stand_in_rank_order_with_the_own_name_bold(three: pd.DataFrame) -> None:
    figure = ranked_figure(three, TEXTS, LIGHT)
    assert list(figure.layout.yaxis.ticktext) == ["Oulu", "<b>Kuusamo</b>", "Simo"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_every_row_says_its_value(three: pd.DataFrame) -> None:
    texts = [note.text for note in ranked_figure(three, TEXTS, LIGHT).layout.annotations]
    assert texts == ["4.0 %", "<b>2.0 %</b>", "1.0 %"]


def test_intervals_are_drawn_where_they_are_known_and_fit_the_axis(three: pd.DataFrame) -> None:
    figure = ranked_figure(three, TEXTS, LIGHT)
    others, own, _ = figure.data
    assert list(others.x) == [0.5, 1.5, None]
    assert list(own.x) == [1.8, 2.4, None]
    assert own.line.color == LIGHT.own
    assert figure.layout.xaxis.range[0] <= 0.5


def test_the_median_is_a_named_line(three: pd.DataFrame) -> None:
    figure = ranked_figure(three, TEXTS, LIGHT, median=2.0)
    assert figure.layout.shapes[0].x0 == 2.0
    assert figure.layout.annotations[-1].text == "mediaani 2"


@pytest.mark.parametrize("draw", [ranked_figure, swarm_figure])
def test_without_values_the_picture_says_why(draw: object) -> None:
    figure = draw(places(("Simo", None, None, "", "other", None, None)), TEXTS, LIGHT)  # type: ignore[operator]
    assert figure.layout.annotations[0].text == "Ei lukuja."
    assert not figure.data


def test_hover_leaves_out_a_place_that_says_nothing(three: pd.DataFrame) -> None:
    three["rank_text"] = ""
    assert ranked_figure(three, TEXTS, LIGHT).data[-1].text[0] == "<b>Oulu</b><br>4.0 %"


def test_the_swarm_names_the_own_municipality_above_all_dots(three: pd.DataFrame) -> None:
    figure = swarm_figure(three, TEXTS, LIGHT, median=2.0)
    name = figure.layout.annotations[-1]
    assert name.text == "<b>Kuusamo 2.0 %</b>"
    assert name.y == figure.layout.yaxis.range[1]
    assert figure.data[-1].name == "own"


def test_dots_of_a_swarm_do_not_cover_each_other() -> None:
    values = np.sort(np.random.default_rng(1).normal(50, 8, 120))
    ends = (20.0, 80.0)
    offsets = swarm_offsets(values, ends, half=400)
    across = (values - ends[0]) / (ends[1] - ends[0]) * 760
    apart = np.hypot(across[:, None] - across, offsets[:, None] - offsets)
    assert apart[np.triu_indices(len(values), 1)].min() >= SWARM_DOT - 1e-6


def test_a_swarm_too_high_is_pressed_together() -> None:
    offsets = swarm_offsets(np.full(200, 5.0), (0.0, 10.0), half=100)
    assert np.abs(offsets).max() <= 100
