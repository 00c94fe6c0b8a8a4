"""The search's result page: works without scripts; the field in the header leads here."""

from __future__ import annotations

from dash import Dash, html

from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.search import KINDS, QUERY_PARAMETER, Found, search

PATH = "/haku"
TITLE = "page.search"
IN_NAVIGATION = False
"""The field in the header leads here."""


def layout(context: RequestContext) -> html.Div:
    """Hits by kind, or what to do when there are none."""
    from dashboards.pages import PAGES  # this page is one of them

    query = context.params.get(QUERY_PARAMETER, "").strip()
    if not query:
        return html.Div(
            [html.H1(context.text(TITLE)), html.P(context.text("search.what"), className="lead")],
            className="search-results",
        )
    hits = search(context, PAGES, query)
    if not hits:
        return html.Div(
            [
                html.H1(context.text("search.none", query=query)),
                html.P(context.text("search.what"), className="lead"),
            ],
            className="search-results",
        )
    return html.Div(
        [
            html.H1(context.text("search.found", query=query, count=len(hits))),
            *(_section(context, kind, [hit for hit in hits if hit.kind == kind]) for kind in KINDS),
        ],
        className="search-results",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _section(context: RequestContext, kind: str, hits: list[Found]) -> html.Section | None:
    if not hits:
        return None
    items = [
        html.Li([html.A(hit.name, href=hit.href), f" ({hit.also})" if hit.also else None]) for hit in hits
    ]
    return html.Section([html.H2(context.text(f"search.title.{kind}")), html.Ul(items, className="plain")])
