"""Change of age groups: dots with their bands from the line of no change."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures import age_groups
from dashboards.figures.age_groups import ROW_HEIGHT, AgeGroupTexts
from dashboards.theme import LIGHT

TEXTS = AgeGroupTexts(
    empty="Ei lukuja.",
    change=lambda value: f"{value:+.0f} %",
    tick=lambda value: f"{value:.0f} %",
    unchanged="ennallaan",
    band="80 %:n väli",
)
CHANGES = pd.DataFrame(
    {
        "label": ["0-vuotiaat", "7–12-vuotiaat"],
        "lower": [-43.0, -32.0],
        "median": [-25.0, -27.0],
        "upper": [-2.0, -21.0],
    }
)


def age_group_figure(*arguments: Any, **settings: Any) -> go.Figure:
    """The figure as plotly reads it; plotly refuses what it does not know."""
    return go.Figure(age_groups.age_group_figure(*arguments, **settings))


def test_groups_stand_in_the_given_order_from_the_top() -> None:
    axis = age_group_figure(CHANGES, TEXTS, LIGHT).layout.yaxis
    assert list(axis.ticktext) == ["0-vuotiaat", "7–12-vuotiaat"]
    assert axis.range[0] > axis.range[1]


def test_each_row_adds_the_same_height() -> None:
    two = age_group_figure(CHANGES, TEXTS, LIGHT).layout.height
    one = age_group_figure(CHANGES.iloc[:1], TEXTS, LIGHT).layout.height
    assert two - one == ROW_HEIGHT


def test_bands_lie_from_bound_to_bound_behind_the_dots() -> None:
    bands, dots = age_group_figure(CHANGES, TEXTS, LIGHT).data
    assert list(bands.base) == [-43, -32]
    assert list(bands.x) == [41, 11]
    assert dots.text[1] == "<b>7–12-vuotiaat</b><br>-27 %<br>80 %:n väli: -32 % … -21 %"


def test_no_change_is_always_in_sight_and_named() -> None:
    figure = age_group_figure(CHANGES, TEXTS, LIGHT)
    low, high = figure.layout.xaxis.range
    assert low < -43
    assert high > 0
    assert figure.layout.shapes[0].x0 == 0
    assert "ennallaan" in [note.text for note in figure.layout.annotations]


def test_every_row_says_its_change() -> None:
    notes = [note.text for note in age_group_figure(CHANGES, TEXTS, LIGHT).layout.annotations]
    assert {"<b>-25 %</b>", "<b>-27 %</b>"} <= set(notes)


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match="0-vuotiaat"):
        age_group_figure(CHANGES.assign(upper=-50.0), TEXTS, LIGHT)


def test_without_groups_the_picture_says_why() -> None:
    assert age_group_figure(CHANGES.iloc[:0], TEXTS, LIGHT).layout.annotations[0].text == "Ei lukuja."
