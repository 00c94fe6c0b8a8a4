"""The economy of a municipality: key figures over time, and the limits of the Local Government Act."""

from __future__ import annotations

from dash import Dash, html

from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.economy_trends import trend_cards, without_figure
from dashboards.components.kpi_figures import kpi_figures
from dashboards.components.statutory_watch import statutory_watch
from dashboards.components.waiting_kpis import origin
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_address

PATH = "/talous"
TITLE = "page.economy"
THEME = "economy"
FIRST_WAITED_FOR = ("TA06", "TA07", "TA09")
"""Taxes and state transfers, which a reader looks for first."""


class Ids:
    """Element ids of the page."""

    WAITING = "economy-waiting"


def layout(context: RequestContext) -> html.Div:
    """The whole page, from the snapshot alone."""
    figures = kpi_figures(context)
    cards = trend_cards(context, figures)
    missing = [html.P(said, className="quiet") for said in without_figure(context, figures)]
    return html.Div(
        [
            html.H1(context.text("economy.title", name=context.municipality.name(context.language))),
            html.P(context.text("economy.lead"), className="lead"),
            html.Div(cards, className="economy-charts"),
            *missing,
            _waiting(context),
            *statutory_watch(context),
        ],
        className="economy",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _waiting(context: RequestContext) -> html.Section | None:
    """What waits for data, and where it would come from; taxes and state transfers in sight."""
    language = context.language
    waiting = [kpi for kpi in context.snapshot.waiting_kpis() if kpi.theme == THEME]
    if not waiting:
        return None
    first = [kpi.name(language) for kpi in waiting if kpi.catalogue_code in FIRST_WAITED_FOR]
    caption = context.text("economy.waiting.caption")
    heads = [context.text(f"dictionary.waiting.{head}") for head in ("name", "missing", "where")]
    rows = [[kpi.name(language), kpi.missing(language), origin(context, kpi) or "–"] for kpi in waiting]
    listed = html.Details(
        [
            html.Summary(context.text("economy.waiting.all", count=len(waiting))),
            data_table(caption, heads, rows, texts=3),
            html.P(
                download_links(
                    context, context.text("dictionary.download.waiting"), csv_address(context, "kpi_waiting")
                )
            ),
        ],
        className="behind",
    )
    names = ", ".join(first)
    return html.Section(
        [
            html.H2(context.text("economy.waiting.title"), id=Ids.WAITING),
            html.P(context.text("economy.waiting.first", names=names), className="wide-text")
            if first
            else None,
            listed,
        ],
        className="watch",
        **{"aria-labelledby": Ids.WAITING},
    )
