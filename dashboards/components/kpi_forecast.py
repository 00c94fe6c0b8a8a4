"""The forecast of a KPI that has one: total population with its band, as the population page tells it."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboards.components.population_outlook import TOTAL_SCHEME, outlooks
from dashboards.components.population_trend import POPULATION_KPI, trend_card
from dashboards.components.population_view import POPULATION_PATH
from dashboards.components.tested_horizons import how_tested
from dashboards.context import RequestContext
from dashboards.data.records import Kpi


def forecast_parts(context: RequestContext, kpi: Kpi) -> list[Component]:
    """The forecast's card and the way to its page; empty for a KPI that is not forecast."""
    if kpi.kpi_id != POPULATION_KPI:
        return []
    total = {year: groups[0] for year, groups in outlooks(context, TOTAL_SCHEME).items()}
    card = trend_card(context, total, how_tested(context), choosable=False) if total else None
    if card is None:
        return []
    opened = html.A(context.text("outlook.open"), href=context.link(POPULATION_PATH), className="forward")
    return [card, html.P(opened)]
