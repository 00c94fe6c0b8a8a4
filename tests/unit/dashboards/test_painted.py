"""What stays as the server painted it, and what Dash builds."""

from __future__ import annotations

from dash import Dash, Input, Output, State, dcc, html
from published_snapshot import TODAY

from dashboards.components.first_paint import render
from dashboards.components.painted import ids_in_callbacks, mark_painted, without_painted
from dashboards.composer import KEPT_PAGES, Composer
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import front


def emptied(tree: html.Div, live_ids: set[str] | None = None) -> str:
    return render(without_painted(mark_painted(tree, live_ids or set(), "s")))


def test_a_page_without_live_parts_stays_as_one_piece() -> None:
    tree = html.Div([html.H1("Kuusamo"), html.Ul([html.Li("a"), html.Li("b")])])
    assert emptied(tree) == '<div data-painted="s-0"></div>'


def test_only_the_way_to_a_chart_is_built_by_dash() -> None:
    tree = html.Div(
        [html.Section([html.H2("Väestö"), html.Table("…")]), html.Section([html.H2("x"), dcc.Graph(id="g")])]
    )
    assert emptied(tree) == (
        '<div><section data-painted="s-0"></section>'
        '<section><h2 data-painted="s-1"></h2><div aria-hidden="true" class="place"></div></section></div>'
    )


def test_what_a_callback_touches_is_built_by_dash() -> None:
    tree = html.Div([html.P("a", id="told"), html.P("b", id="free")])
    assert emptied(tree, {"told"}) == '<div><p id="told">a</p><p data-painted="s-0" id="free"></p></div>'


def test_ids_made_of_parts_are_always_live() -> None:
    assert emptied(html.Div(html.P("a", id={"row": 1}))) == '<div><p id="row:1">a</p></div>'


def test_the_server_paints_the_marked_parts_whole() -> None:
    tree = html.Div([html.P("a"), dcc.Graph(id="g")])
    assert '<p data-painted="s-0">a</p>' in render(mark_painted(tree, set(), "s"))


def test_the_ids_of_callbacks_are_known() -> None:
    app = Dash("a")

    @app.callback(Output("x", "children"), Output("y", "children"), Input("z", "value"), State("w", "value"))
    def told(*_: object) -> tuple[str, str]:
        return "", ""

    assert ids_in_callbacks(app._callback_list) == {"x", "y", "z", "w"}


def context_of(store: SnapshotStore, **params: str) -> RequestContext:
    snapshot = store.current()
    assert snapshot is not None
    return RequestContext(snapshot, "305", "fi", TODAY, None, params)


def test_a_page_is_composed_once_for_both_uses(tiny_store: SnapshotStore) -> None:
    composer = Composer(set)
    first = composer.compose(front, context_of(tiny_store))
    assert composer.compose(front, context_of(tiny_store)) is first
    assert composer.compose(front, context_of(tiny_store, vuosi="2030")) is not first


def test_only_so_many_pages_are_kept(tiny_store: SnapshotStore) -> None:
    composer = Composer(set)
    first = composer.compose(front, context_of(tiny_store, n="first"))
    for number in range(KEPT_PAGES):
        composer.compose(front, context_of(tiny_store, n=str(number)))
    assert composer.compose(front, context_of(tiny_store, n="first")) is not first
