"""A strategy as a tree: theme, goal with its action and owner, and the standing of each measure."""

from __future__ import annotations

from itertools import groupby

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import day, interval, number
from dashboards.components.data_table import Cell, data_table
from dashboards.components.state_words import DECIMALS_WITHOUT_KPI, figure_text, told_state, told_value
from dashboards.context import RequestContext
from dashboards.data.goal_queries import GoalMeasure, GoalProgress

CANNOT_SAY = "cannot_say"


def strategy_tree(context: RequestContext, goals: list[GoalMeasure]) -> list[Component]:
    """A section for each theme, in the order in which the goals' codes first name it."""
    themes: dict[str, list[GoalMeasure]] = {}
    for goal in goals:
        themes.setdefault(goal.words("theme_name", context.language), []).append(goal)
    return [
        html.Section(
            [
                html.H2(theme),
                *(
                    part
                    for _, rows in groupby(of_theme, lambda goal: goal.goal_code)
                    for part in _goal(context, list(rows))
                ),
            ]
        )
        for theme, of_theme in themes.items()
    ]


def source_sentence(context: RequestContext, goals: list[GoalMeasure]) -> Component:
    """Where the tree was read, with links; or that the municipality has handed it in itself."""
    pages = {goal.source_url: goal for goal in goals if goal.source_url}
    if not pages:
        return html.P(context.text("strategy.own"), className="wide-text")
    titles = [goal.source_title for goal in pages.values()]
    links: list[Component] = []
    for url, goal in pages.items():
        read = day(goal.retrieved_on, context.language) if goal.retrieved_on else "–"
        told = context.text("strategy.source", publisher=goal.publisher, title=goal.source_title, day=read)
        if titles.count(goal.source_title) > 1:
            told = f"{told} – {goal.words('theme_name', context.language)}"
        links.append(html.Li(html.A(told, href=url, rel="noreferrer")))
    return html.Div([html.P(context.text("strategy.published"), className="wide-text"), html.Ul(links)])


def _goal(context: RequestContext, rows: list[GoalMeasure]) -> list[Component]:
    language = context.language
    name = rows[0].words("goal_name", language)
    facts = [
        html.P(context.text(f"strategy.{key}", text=rows[0].words(field, language)), className="wide-text")
        for key, field in (("action", "action"), ("owner", "owner_role"))
        if rows[0].words(field, language)
    ]
    heading = [html.H3(name)] if name else []
    measures = [row for row in rows if row.measure_code]
    if not measures:
        return [*heading, *facts, html.P(context.text("strategy.no_measure"), className="quiet")]
    caption = context.text("strategy.caption", goal=name or rows[0].words("theme_name", language))
    return [*heading, *facts, *_with_figure(context, caption, measures), *_without_figure(context, measures)]


def _with_figure(context: RequestContext, caption: str, measures: list[GoalMeasure]) -> list[Component]:
    rows = [
        _measure(context, goal, progress)
        for goal in measures
        if (progress := context.snapshot.goal_progress(goal)) is not None and _has_figure(progress)
    ]
    heads = [context.text(f"strategy.head.{head}") for head in ("measure", "state", "figure")]
    return [data_table(caption, heads, rows, texts=2)] if rows else []


def _without_figure(context: RequestContext, measures: list[GoalMeasure]) -> list[Component]:
    """The measures that have no figure, under each reason once: the reason is not repeated on every row."""
    by_reason: dict[str, list[str]] = {}
    for goal in measures:
        progress = context.snapshot.goal_progress(goal)
        if progress is None or not _has_figure(progress):
            why = "no_value" if progress is None else progress.reason or "no_value"
            by_reason.setdefault(why, []).append(goal.words("measure_name", context.language))
    return [
        html.Div(
            [
                told_state(context, ("progress_state", CANNOT_SAY), ("progress_reason", reason)),
                html.Ul([html.Li(name) for name in names], className="measures"),
            ],
            className="untold",
        )
        for reason, names in by_reason.items()
    ]


def _has_figure(progress: GoalProgress) -> bool:
    return progress.value is not None or progress.state != CANNOT_SAY


def _measure(context: RequestContext, goal: GoalMeasure, progress: GoalProgress) -> list[Cell]:
    why = (
        ("progress_rule", progress.decided_by)
        if progress.decided_by
        else ("progress_reason", progress.reason or "no_value")
    )
    target = context.text("strategy.target", target=_target(context, goal))
    return [
        told_value(goal.words("measure_name", context.language), target),
        told_state(context, ("progress_state", progress.state), why),
        figure_text(context, goal.kpi_id, goal.measure_unit, progress),
    ]


def _target(context: RequestContext, goal: GoalMeasure) -> str:
    """`100 000 (2030)`, a corridor as `60–70`, open ends with their sign; words where there is no year."""
    kpi = next((kpi for kpi in context.snapshot.kpis() if kpi.kpi_id == goal.kpi_id), None)
    decimals = kpi.decimals if kpi else DECIMALS_WITHOUT_KPI
    language = context.language
    low, high = goal.corridor_lower, goal.corridor_upper
    if low is not None and high is not None:
        text = interval(low, high, language, decimals)
    elif low is not None:
        text = f"≥ {number(low, language, decimals)}"
    elif high is not None:
        text = f"≤ {number(high, language, decimals)}"
    elif goal.target_value is not None:
        text = number(goal.target_value, language, decimals)
    else:
        return context.text("strategy.not_given")
    return f"{text} ({goal.target_year or context.text('strategy.no_year')})"
