"""What all charts share: round ticks, readable type, and nothing fetched or sent."""

from __future__ import annotations

import itertools
import math

import plotly.graph_objects as go
import pytest

from dashboards.figures.style import (
    Margins,
    base_figure,
    empty_figure,
    graph_config,
    nice_ticks,
    ticks_within,
    translucent,
    value_axis,
    wrapped,
    year_axis,
)
from dashboards.theme import LIGHT


@pytest.mark.parametrize(
    ("low", "high"), [(0, 1), (12110, 16492), (-13.2, 3.4), (0.001, 0.002), (5, 5), (0, 0), (9, -4)]
)
def test_ticks_cover_the_values_in_equal_steps(low: float, high: float) -> None:
    ticks = nice_ticks(low, high)
    assert ticks[0] <= min(low, high)
    assert ticks[-1] >= max(low, high)
    steps = {round(later - earlier, 9) for earlier, later in itertools.pairwise(ticks)}
    assert len(steps) == 1
    assert len(ticks) <= 7


def test_ticks_of_an_endless_range_are_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        nice_ticks(0, math.inf)


def test_ticks_within_an_axis_stay_within_it() -> None:
    assert ticks_within(-50, 70, about=4) == [-50, 0, 50]


def test_an_axis_runs_between_its_ends_where_they_are_given() -> None:
    assert value_axis(LIGHT, [0, 50], str)["range"] == [0, 50]
    assert value_axis(LIGHT, [0, 50], str, (-4, 60))["range"] == [-4, 60]


@pytest.mark.parametrize(
    ("first", "last", "step"), [(2018, 2020, 1), (2010, 2020, 5), (2010, 2040, 10), (1990, 2070, 20)]
)
def test_years_are_few_and_round(first: float, last: float, step: int) -> None:
    axis = year_axis(LIGHT, first - 0.3, last + 0.3)
    assert axis["dtick"] == step
    assert axis["tick0"] == 0


def test_no_type_is_smaller_than_14_px_and_labels_stand_upright() -> None:
    layout = go.Figure(base_figure(LIGHT, 300, Margins()).figure()).layout
    sizes = (layout.font.size, layout.hoverlabel.font.size, layout.xaxis.tickfont.size)
    assert min(sizes) >= 14
    assert (layout.xaxis.tickangle, layout.yaxis.tickangle) == (0, 0)


def test_an_empty_picture_has_a_height_and_says_why() -> None:
    figure = go.Figure(
        empty_figure("Kunnasta ei ole väestötietoja iän mukaan, joten ennuste puuttuu.", LIGHT)
    )
    assert figure.layout.height
    assert "<br>" in figure.layout.annotations[0].text


def test_texts_break_between_words() -> None:
    assert wrapped("yksi kaksi kolme", 10) == "yksi kaksi<br>kolme"


def test_a_colour_can_be_made_translucent() -> None:
    assert translucent("#00558C", 0.18) == "rgba(0, 85, 140, 0.18)"


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_plotly_neither_sends_nor_fetches_and_speaks_the_language(language: str) -> None:
    config = graph_config(language)
    assert config["sendData"] is False
    assert not (config["plotlyServerURL"] or config["topojsonURL"])
    if language != "en":
        assert config["locales"][language]["format"]["decimal"] == ","  # type: ignore[index]
