"""Lines over time: gaps stay gaps, the forecast comes with its band, ends are named without overlap."""

from __future__ import annotations

import itertools
from typing import Any

import pandas as pd
import plotly.graph_objects as go
import pytest

from dashboards.figures import trend
from dashboards.figures.end_labels import separated
from dashboards.figures.trend import Line, Mark, TrendTexts, with_gaps
from dashboards.theme import LIGHT, band_colour

TEXTS = TrendTexts(
    empty="Ei lukuja.",
    number=lambda value: f"{value:.0f} as.",
    tick=str,
    band="80 %:n väli",
    untested="ei testattu",
)
OWN = Line("own", "", "own")
FORECAST = Line("forecast", "Oma ennuste", "forecast")


def trend_figure(*arguments: Any, **settings: Any) -> go.Figure:
    """The figure as plotly reads it; plotly refuses what it does not know."""
    return go.Figure(trend.trend_figure(*arguments, **settings))


def series(**lines: dict[int, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"series": name, "x": float(year), "period": str(year), "value": value}
            for name, points in lines.items()
            for year, value in points.items()
        ],
        columns=["series", "x", "period", "value"],
    )


def band(*rows: tuple[int, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        [{"x": float(year), "period": str(year), "lower": low, "upper": high} for year, low, high in rows]
    )


def test_a_missing_year_breaks_the_line() -> None:
    points = with_gaps(series(own={2018: 90, 2020: 122, 2021: 118}), 1.0)
    assert points["x"].tolist() == [2018, 2019, 2020, 2021]
    assert points["value"].isna().tolist() == [False, True, False, False]


def test_a_break_parts_neighbouring_years() -> None:
    figure = trend_figure(
        series(own={2022: 500, 2023: 900}), [OWN], TEXTS, LIGHT, marks=[Mark(2023, "sote siirtyi", True)]
    )
    assert [value is None or value != value for value in figure.data[0].y] == [False, True, False]


def test_a_point_without_neighbours_is_seen_as_a_dot() -> None:
    figure = trend_figure(
        series(official={2024: 14.0, 2035: 13.0}), [Line("official", "", "official")], TEXTS, LIGHT
    )
    assert list(figure.data[0].marker.opacity) == [1, 0, 1]
    assert not figure.data[0].cliponaxis


def test_the_forecast_lies_over_its_band_and_starts_at_a_named_line() -> None:
    figure = trend_figure(
        series(own={2019: 100, 2020: 102}, forecast={2020: 102, 2021: 99}),
        [OWN, FORECAST],
        TEXTS,
        LIGHT,
        band=band((2020, 102, 102), (2021, 90, 110)),
        marks=[Mark(2020, "ennuste alkaa, perusvuosi 2020")],
    )
    low, high, *lines = figure.data
    assert list(low.y) == [102, 90]
    assert high.fillcolor == band_colour(80, LIGHT)
    assert high.text[1] == "80 %:n väli<br>2021: <b>90 as.–110 as.</b>"
    assert len(lines) == 2
    notes = [note.text for note in figure.layout.annotations]
    assert notes == ["ennuste alkaa, perusvuosi 2020", "<b>Oma ennuste</b>"]
    assert figure.layout.shapes[0].x0 == 2020


def test_the_axis_holds_the_whole_band() -> None:
    figure = trend_figure(series(own={2020: 100}), [OWN], TEXTS, LIGHT, band=band((2020, 40, 170)))
    low, high = figure.layout.yaxis.range
    assert low <= 40
    assert high >= 170


def test_the_band_is_hatched_where_nothing_that_far_ahead_was_tested() -> None:
    rows = band((2020, 100, 100), (2021, 90, 110), (2022, 80, 120), (2023, 70, 130))
    figure = trend_figure(series(own={2020: 100}), [OWN], TEXTS, LIGHT, band=rows, untested_from=2021.0)
    parts = [trace for trace in figure.data if trace.fill == "tonexty"]
    assert [list(part.x) for part in parts] == [[2020, 2021], [2021, 2022, 2023]]
    assert [part.fillpattern.shape for part in parts] == [None, "/"]
    assert parts[1].text[1].startswith("80 %:n väli, ei testattu<br>2022")


def test_scenarios_are_thin_lines_of_their_own_colour_named_at_their_ends() -> None:
    lines = [OWN, FORECAST, *(Line(f"s{k}", f"Vaihtoehto {k}", "scenario") for k in range(5))]
    values = {f"s{k}": {2020: 100.0, 2021: 100.0 + k} for k in range(5)}
    figure = trend_figure(series(own={2020: 100}, forecast={2021: 101}, **values), lines, TEXTS, LIGHT)
    drawn = [trace for trace in figure.data if trace.line.color == LIGHT.scenario]
    assert len(drawn) == 5
    assert {trace.line.width for trace in drawn} == {1.5}
    notes = [note for note in figure.layout.annotations if note.text.startswith("Vaihtoehto")]
    height = figure.layout.height - figure.layout.margin.t - figure.layout.margin.b
    low, high = figure.layout.yaxis.range
    places = sorted((note.y - low) / (high - low) * height + note.yshift for note in notes)
    assert all(later - earlier >= 18 - 0.2 for earlier, later in itertools.pairwise(places))


def test_more_scenarios_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="6 scenarios asked for"):
        trend_figure(series(own={2020: 1}), [Line("s", "S", "scenario")] * 6, TEXTS, LIGHT)


def test_notes_in_rows_do_not_take_room_from_the_drawing() -> None:
    plain, rows = (
        trend_figure(
            series(own={2020: 1, 2030: 2}),
            [OWN],
            TEXTS,
            LIGHT,
            marks=[Mark(2022, "ennuste alkaa"), *([Mark(2024, "käyttöikä", row=1)] if second else [])],
        )
        for second in (False, True)
    )
    assert rows.layout.height - rows.layout.margin.t == plain.layout.height - plain.layout.margin.t
    shifts = [note.yshift for note in rows.layout.annotations]
    assert shifts[1] - shifts[0] == 18


def test_past_forecasts_are_one_thin_trace_of_the_own_colour() -> None:
    past = pd.DataFrame(
        [
            {"name": f"perusvuosi {base}", "x": float(year), "period": str(year), "value": 90.0}
            for base in (2014, 2015)
            for year in (base, base + 1)
        ]
    )
    figure = trend_figure(series(own={2014: 100, 2015: 90}), [OWN], TEXTS, LIGHT, past=past)
    thin = figure.data[0]
    assert thin.line.color == LIGHT.own
    assert thin.line.width == 1
    assert [value is None or value != value for value in thin.y] == [False, False, True, False, False]


def test_official_projections_are_dashed_and_ours_is_not() -> None:
    figure = trend_figure(
        series(own={2019: 1, 2020: 2}, official={2019: 1, 2020: 3}),
        [OWN, Line("official", "Tilastokeskus", "official")],
        TEXTS,
        LIGHT,
    )
    assert [trace.line.dash for trace in figure.data] == ["dash", "solid"]


def test_zero_is_kept_in_sight_when_asked_for() -> None:
    figure = trend_figure(series(own={2019: -90, 2020: -43}), [OWN], TEXTS, LIGHT, zero=True)
    assert figure.layout.yaxis.range[1] == 0
    assert figure.layout.shapes[0].y0 == 0
    assert figure.layout.shapes[0].layer == "between"  # over the grid, under the lines


def test_a_band_upside_down_is_refused() -> None:
    with pytest.raises(ValueError, match=r"upside down at \['2021'\]"):
        trend_figure(series(own={2020: 1}), [OWN], TEXTS, LIGHT, band=band((2021, 5, 4)))


def test_more_lines_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="6 lines asked for"):
        trend_figure(series(own={2020: 1}), [OWN] * 6, TEXTS, LIGHT)


def test_without_values_the_picture_says_why() -> None:
    figure = trend_figure(series(), [OWN], TEXTS, LIGHT)
    assert figure.layout.annotations[0].text == "Ei lukuja."


@pytest.mark.parametrize("wanted", [[50, 52, 54], [0, 1, 2], [99, 100, 100]])
def test_names_at_the_ends_do_not_overlap_and_stay_in_the_drawing(wanted: list[float]) -> None:
    placed = sorted(separated(wanted, [18, 18, 18], 0, 100))
    assert all(later - earlier >= 18 - 1e-9 for earlier, later in itertools.pairwise(placed))
    assert placed[0] >= 9
    assert placed[-1] <= 91
