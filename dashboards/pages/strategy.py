"""The municipality's strategy with the progress of its goals, and the lights of its key figures."""

from __future__ import annotations

from dash import Dash, html
from dash.development.base_component import Component

from dashboards.components.kpi_lights import kpi_lights
from dashboards.components.strategy_seen import measures_seen, strategy_extent, template_words
from dashboards.components.strategy_tree import source_sentence, strategy_tree
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

PATH = "/strategia"
TITLE = "page.strategy"


def layout(context: RequestContext) -> html.Div:
    """What can be seen comes first: figures and lights, then the tree with the state of each goal."""
    goals = context.snapshot.goals(context.municipality_code)
    name = goals[0].words("strategy_name", context.language) if goals else ""
    municipality = context.municipality.name(context.language)
    own = [
        html.P(context.text("strategy.none", name=municipality), className="wide-text"),
        template_words(context, "strategy.template"),
    ]
    tree: list[Component | None] = [
        *strategy_extent(context, goals),
        measures_seen(context, goals),
        *strategy_tree(context, goals),
        html.Section(
            [
                html.H2(context.text("strategy.origin")),
                source_sentence(context, goals),
                template_words(context, "strategy.complete"),
            ]
        ),
    ]
    return html.Div(
        [
            html.H1(name or context.text("strategy.title", name=municipality)),
            html.P(context.text("strategy.lead"), className="lead"),
            *(tree if goals else own),
            _lights(context),
        ],
        className="data-page strategy",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _lights(context: RequestContext) -> html.Section | None:
    lights = kpi_lights(context)
    if not lights:
        return None
    return html.Section(
        [
            html.H2(context.text("strategy.lights.title")),
            html.P(context.text("strategy.lights.lead"), className="wide-text"),
            *lights,
        ]
    )
