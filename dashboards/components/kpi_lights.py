"""The lights of a municipality's key figures, each with what it is given by and why."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.data_table import Cell, data_table
from dashboards.components.described_kpis import KPI_PATH
from dashboards.components.state_words import figure_text, told_state
from dashboards.context import RequestContext
from dashboards.data.goal_queries import KpiLight

UNLIT = ("no_light", "too_few_to_say", "cannot_say")
_TELLS_OF_CIRCUMSTANCES = "context_only"


def kpi_lights(context: RequestContext) -> list[Component]:
    """The lights that are lit, then the rest with their reasons, closed until opened. Empty without rows.

    Figures of circumstances are left out: of them no light is ever given.
    """
    order = {kpi.kpi_id: place for place, kpi in enumerate(context.snapshot.kpis())}
    lights = [
        light
        for light in context.snapshot.kpi_lights(context.municipality_code)
        if light.reason != _TELLS_OF_CIRCUMSTANCES and light.kpi_id in order
    ]
    lights.sort(key=lambda light: order[light.kpi_id])
    lit = [light for light in lights if light.state not in UNLIT]
    unlit = [light for light in lights if light.state in UNLIT]
    parts: list[Component] = []
    if lit:
        parts.append(_table(context, "lit", lit))
    elif unlit:
        parts.append(html.P(context.text("strategy.lights.none_lit"), className="wide-text"))
    if unlit:
        summary = html.Summary(context.text("strategy.lights.unlit", count=len(unlit)))
        parts.append(html.Details([summary, _table(context, "unlit_caption", unlit)], className="behind"))
    return parts


def told_light(context: RequestContext, light: KpiLight) -> Component:
    """The light's word and shape, what it is given by, and why."""
    return told_state(
        context, ("light_state", light.state), ("criterion", light.criterion), ("light_reason", light.reason)
    )


def _table(context: RequestContext, caption: str, lights: list[KpiLight]) -> html.Div:
    names = {kpi.kpi_id: kpi.name(context.language) for kpi in context.snapshot.kpis()}
    heads = [context.text(f"strategy.head.{head}") for head in ("kpi", "light", "figure")]
    rows = [_row(context, light, names[light.kpi_id]) for light in lights]
    return data_table(context.text(f"strategy.lights.{caption}"), heads, rows, texts=2)


def _row(context: RequestContext, light: KpiLight, name: str) -> list[Cell]:
    return [
        html.A(name, href=context.link(KPI_PATH, mittari=light.kpi_id)),
        told_light(context, light),
        figure_text(
            context,
            light.kpi_id,
            None,
            light,
            context.snapshot.goal_word("basis", light.basis, context.language),
        ),
    ]
