"""What can be seen of a strategy today: its extent, the newest figures of its measures, and the template."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import number
from dashboards.components.data_table import Cell, data_table
from dashboards.components.described_kpis import KPI_PATH
from dashboards.components.kpi_figures import KpiFigure, change_text, kpi_figures
from dashboards.components.kpi_lights import UNLIT, told_light
from dashboards.components.state_words import told_value
from dashboards.components.strategy_tree import CANNOT_SAY
from dashboards.context import RequestContext
from dashboards.data.goal_queries import GoalMeasure, KpiLight

DATA_PATH, OWN_DATA = "/tiedot", "data-own"
"""The page and the heading where the municipality's submissions are seen."""


def strategy_extent(context: RequestContext, goals: list[GoalMeasure]) -> list[Component]:
    """How many measures there are, of how many progress can be told, and how many have a figure here."""
    measures = [goal for goal in goals if goal.measure_code]
    progress = [context.snapshot.goal_progress(goal) for goal in measures]
    latest = context.snapshot.kpi_latest(context.municipality_code)
    told = [item for item in progress if item and item.state != CANNOT_SAY]
    counts = {
        "goals": len({goal.goal_code for goal in goals}),
        "measures": len(measures),
        "with_figure": sum(
            1
            for goal, item in zip(measures, progress, strict=True)
            if goal.kpi_id in latest or (item and item.value is not None)
        ),
        "told": len(told),
    }
    facts = [
        html.Div([html.Dt(context.text(f"strategy.extent.{key}")), html.Dd(number(count, context.language))])
        for key, count in counts.items()
    ]
    nothing = [] if told else [html.P(context.text("strategy.nothing_told"), className="wide-text")]
    return [html.Dl(facts, className="facts"), *nothing]


def measures_seen(context: RequestContext, goals: list[GoalMeasure]) -> html.Section | None:
    """The newest figure, change and lights of the measures that are key figures here. None without any."""
    figures = kpi_figures(context)
    lights: dict[str, list[KpiLight]] = {}
    for light in context.snapshot.kpi_lights(context.municipality_code):
        lights.setdefault(light.kpi_id, []).append(light)
    rows = [
        _row(context, goal, figures[goal.kpi_id], lights.get(goal.kpi_id, []))
        for goal in goals
        if goal.kpi_id in figures
    ]
    if not rows:
        return None
    heads = [context.text(f"strategy.head.{head}") for head in ("measure", "newest", "light")]
    title = context.text("strategy.seen.title")
    return html.Section(
        [
            html.H2(title),
            html.P(context.text("strategy.seen.lead"), className="wide-text"),
            data_table(context.text("strategy.seen.caption"), heads, rows, texts=3),
        ]
    )


def template_words(context: RequestContext, key: str) -> html.Div:
    """What the municipality can hand in, the command that gives the template, and where it is seen."""
    command = (
        f"kuntaluotsi template strategy_goals --language {context.language}"
        f" --municipality {context.municipality_code}"
    )
    submissions = f"{context.link(DATA_PATH)}#{OWN_DATA}"
    return html.Div(
        [
            html.P([context.text(key), " ", html.Code(command)], className="wide-text"),
            html.P(html.A(context.text("strategy.own_data"), href=submissions, className="forward")),
        ]
    )


def _row(context: RequestContext, goal: GoalMeasure, figure: KpiFigure, lights: list[KpiLight]) -> list[Cell]:
    kpi, language = figure.kpi, context.language
    lit = [light for light in lights if light.state not in UNLIT]
    by_reason = {(light.state, light.reason): light for light in lights}
    shown = [told_light(context, light) for light in lit or by_reason.values()]
    name = goal.words("measure_name", language) or kpi.name(language)
    return [
        html.A(name, href=context.link(KPI_PATH, mittari=kpi.kpi_id)),
        told_value(
            figure.value_text(language), figure.unit_and_period(language), change_text(figure, context)
        ),
        html.Div(shown) if shown else context.text("strategy.no_criterion"),
    ]
