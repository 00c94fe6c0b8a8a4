"""Side by side: marks only beyond chance, missing as missing, orders that agree only as far as they do."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape

import plotly.graph_objects as go
import pytest
from dash import dcc

from contract.locale_formats import LANGUAGES, Language
from dashboards.components.first_paint import render
from dashboards.components.side_by_side import comparisons, mark_of, side_by_side
from dashboards.components.side_pair import rank_agreement
from dashboards.context import RequestContext
from dashboards.downloads import csv_text
from dashboards.pages import side

Reader = Callable[..., RequestContext]


def painted(context: RequestContext) -> str:
    return render(side.layout(context))


def test_the_address_chooses_kpis_and_municipalities(reader: Reader) -> None:
    asked = {"mittarit": "population,live_births", "ryhma": "valitut", "kunnat": "043", "lisaa_kunta": "832"}
    choice = side_by_side(reader(**asked))
    assert choice.kpi_ids == ("population", "live_births")
    assert choice.group.members == {"305", "043", "832"}


def test_what_is_not_there_is_left_out_and_told(reader: Reader) -> None:
    html = painted(reader(mittarit="population,<b>x</b>", kunnat="999"))
    assert "&lt;b&gt;x&lt;/b&gt;, 999" in html
    assert "<b>x" not in html


def test_a_missing_figure_says_why(reader: Reader) -> None:
    html = painted(reader(mittarit="live_births", ryhma="MK17"))
    assert "salattu" in html
    assert "ei haettu" in html


def test_a_figure_is_marked_only_when_chance_cannot_explain_it(reader: Reader) -> None:
    context = reader(mittarit="annual_margin_per_capita", ryhma="MK17")
    one = comparisons(context, side_by_side(context))[0]
    place = replace(one.own, value=700.0)
    assert one.median == 570.0
    assert mark_of(one, place) is None
    assert mark_of(one, replace(place, lower=600.0, upper=800.0)) is None
    assert mark_of(one, replace(place, lower=620.0, upper=780.0)) == "better"
    assert mark_of(one, replace(place, value=440.0, lower=360.0, upper=520.0)) == "worse"


def test_numbers_of_people_are_not_marked(reader: Reader) -> None:
    context = reader(mittarit="population", ryhma="MK17")
    one = comparisons(context, side_by_side(context))[0]
    assert mark_of(one, replace(one.own, lower=15100.0, upper=15300.0)) is None


def test_orders_that_are_the_same_agree_beyond_chance_and_mixed_ones_do_not() -> None:
    same = rank_agreement([(float(i), float(i * i)) for i in range(12)])
    mixed = rank_agreement(list(enumerate([5.0, 11.0, 1.0, 8.0, 3.0, 9.0, 0.0, 7.0, 10.0, 2.0, 6.0, 4.0])))
    assert same is not None
    assert same.rho == pytest.approx(1.0)
    assert same.beyond_chance
    assert mixed is not None
    assert not mixed.beyond_chance


def test_too_few_or_equal_figures_have_no_order() -> None:
    assert rank_agreement([(1.0, 2.0), (2.0, 3.0)]) is None
    assert rank_agreement([(1.0, float(i)) for i in range(12)]) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_made_in_every_language_and_plotly_knows_its_picture(
    reader: Reader, language: Language
) -> None:
    page = side.layout(reader("305", language, mittarit="annual_margin_per_capita,population", ryhma="MK17"))
    graphs = [node for node in page._traverse() if isinstance(node, dcc.Graph)]
    assert [len(go.Figure(graph.figure).data) for graph in graphs] == [2]


def test_small_multiples_part_the_line_where_a_year_is_missing(reader: Reader) -> None:
    html = unescape(painted(reader(mittarit="population", ryhma="valitut")))
    assert len(re.findall("<polyline", html)) == 1
    assert len(re.findall("<circle", html)) == 2


def test_the_file_holds_the_cells_of_the_matrix(reader: Reader) -> None:
    text = csv_text(reader(mittarit="live_births", ryhma="MK17"), "side_by_side")
    assert "139;Ii;live_births" in text
    assert ";secret;" in text
    assert "not_loaded" in text
    series = csv_text(reader(mittarit="population", ryhma="valitut"), "side_by_side_series")
    assert "305;Kuusamo;population;2015;15688" in series
