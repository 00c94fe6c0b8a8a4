"""A component tree as HTML: readable without scripts, safe, and with places kept for what comes later."""

from __future__ import annotations

import plotly.graph_objects as go
import pytest
from dash import dcc, html

from dashboards.components.first_paint import _properties, render


def test_elements_and_texts_are_rendered_in_order() -> None:
    assert render(html.P(["Väkiluku ", html.Strong("15 213"), None, 4])) == (
        "<p>Väkiluku <strong>15 213</strong>4</p>"
    )


def test_text_and_attributes_are_escaped() -> None:
    assert render(html.A("<b> & co", href='/?a="1"&b=2')) == (
        '<a href="/?a=&quot;1&quot;&amp;b=2">&lt;b&gt; &amp; co</a>'
    )


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (html.Label("Kunta", htmlFor="x", className="big"), '<label class="big" for="x">Kunta</label>'),
        (html.Td("1", colSpan=2), '<td colspan="2">1</td>'),
        (html.Details("x", open=True), "<details open>x</details>"),
        (html.Details("x", open=False), "<details>x</details>"),
        (html.Img(src="/a.svg", alt=""), '<img alt="" src="/a.svg">'),
        (html.Hr(**{"aria-hidden": "true", "data-year": 2030}), '<hr aria-hidden="true" data-year="2030">'),
        (html.Hr(style={"marginTop": 8, "opacity": 0.5}), '<hr style="margin-top: 8px; opacity: 0.5">'),
    ],
)
def test_properties_become_html_attributes(component: html.Div, expected: str) -> None:
    assert render(component) == expected


def test_a_chart_is_a_place_of_its_height() -> None:
    graph = dcc.Graph(figure=go.Figure(layout={"height": 320}))
    assert render(graph) == '<div aria-hidden="true" class="place" style="height: 320px"></div>'


def test_what_has_no_looks_is_not_painted() -> None:
    assert render([dcc.Store(id="s"), dcc.Location(id="l"), dcc.Interval(id="i")]) == ""


def test_a_component_is_told_by_what_was_given_to_it_alone() -> None:
    cell = html.Td("a", className="number", **{"data-year": "2030"})
    assert _properties(cell) == cell.to_plotly_json()["props"]
    assert _properties(dcc.Graph(id="g")) == dcc.Graph(id="g").to_plotly_json()["props"]
