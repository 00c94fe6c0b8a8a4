"""The pyramid: men left, women right, the forecast outlined, one scale for all years."""

from __future__ import annotations

from typing import Any

import pandas as pd
import plotly.graph_objects as go

from dashboards.figures import pyramid
from dashboards.figures.pyramid import PyramidTexts, widest
from dashboards.theme import LIGHT

TEXTS = PyramidTexts(
    empty="Ei lukuja.",
    women="Naiset",
    men="Miehet",
    now="2020",
    future="ennuste 2030",
    band="80 %:n väli",
    age=lambda age: f"{age:.0f} v.",
    number=lambda value: f"{value:.0f}",
)
NOW = pd.DataFrame(
    {"sex": ["female", "male"] * 2, "age": [0, 0, 1, 1], "population_count": [61.0, 63.0, 50.0, 47.0]}
)
FUTURE = pd.DataFrame(
    {
        "sex": ["female", "male"],
        "age": [0, 0],
        "lower": [30.0, 31.0],
        "median": [44.0, 46.0],
        "upper": [58.0, 90.0],
    }
)
NONE = FUTURE.iloc[:0]


def pyramid_figure(*arguments: Any, **settings: Any) -> go.Figure:
    """The figure as plotly reads it; plotly refuses what it does not know."""
    return go.Figure(pyramid.pyramid_figure(*arguments, **settings))


def test_men_stand_left_and_women_right() -> None:
    men, women = pyramid_figure(NOW, NONE, TEXTS, LIGHT, scale=100).data
    assert list(men.x) == [-63, -47]
    assert list(women.x) == [61, 50]
    assert men.text[0] == "Miehet, 0 v.<br>2020: <b>63</b>"


def test_the_axis_is_as_wide_on_both_sides_and_tells_men_without_a_minus() -> None:
    axis = pyramid_figure(NOW, NONE, TEXTS, LIGHT, scale=100).layout.xaxis
    assert axis.range[0] == -axis.range[1]
    assert axis.range[1] >= 100
    assert axis.ticktext[0] == axis.ticktext[-1]


def test_the_scale_does_not_follow_the_year_shown() -> None:
    ranges = {
        tuple(pyramid_figure(NOW, future, TEXTS, LIGHT, scale=100).layout.xaxis.range)
        for future in (NONE, FUTURE, FUTURE.assign(median=10.0))
    }
    assert len(ranges) == 1


def test_the_widest_count_is_looked_for_in_bounds_too() -> None:
    assert widest(NOW, FUTURE) == 90
    assert widest(NONE) == 0


def test_the_forecast_is_an_outline_with_its_band() -> None:
    figure = pyramid_figure(NOW, FUTURE, TEXTS, LIGHT, scale=100)
    outlines = [trace for trace in figure.data if trace.type == "scatter" and trace.line.width == 2]
    assert list(outlines[0].x) == [0, -46, -46, 0]
    told = [text for trace in figure.data if trace.text is not None for text in trace.text]
    assert "Naiset, 0 v.<br>ennuste 2030: <b>44</b><br>80 %:n väli: 30–58" in told


def test_the_years_and_sides_are_named_above() -> None:
    notes = [note.text for note in pyramid_figure(NOW, FUTURE, TEXTS, LIGHT, scale=100).layout.annotations]
    assert notes[:2] == ["<b>Miehet</b>", "<b>Naiset</b>"]
    assert all(word in notes[2] for word in ("2020", "ennuste 2030", "80 %:n väli"))


def test_without_ages_the_picture_says_why() -> None:
    figure = pyramid_figure(NOW.iloc[:0], NONE, TEXTS, LIGHT, scale=0)
    assert figure.layout.annotations[0].text == "Ei lukuja."
