"""Limits of service need on the scenario desk: when each is passed, and how sure, with and without it."""

from __future__ import annotations

from dash import html

from dashboards.components.data_table import Cell, data_table
from dashboards.components.desk_answer import Answer
from dashboards.components.service_need_events import is_so, likely_year, name, probability
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NeedEvent


def limits_section(context: RequestContext, answer: Answer, place: str) -> html.Section | None:
    """Every limit that makes sense here; None where the snapshot has none."""
    if not answer.before:
        return None
    title_id = f"desk-limits-{place}"
    last = answer.result.years[-1]
    rows: list[list[Cell]] = [
        [
            name(before, context),
            *(_year(context, event) for event in (before, after)),
            *(_share(context, event, last) for event in (before, after)),
        ]
        for before, after in zip(answer.before, answer.after, strict=True)
    ]
    base, scenario = context.text("desk.trend.base"), answer.asked.entry.name
    heads = [
        context.text("need.events.event"),
        context.text("desk.limits.year", path=base),
        context.text("desk.limits.year", path=scenario),
        context.text("desk.limits.probability", path=base, year=last),
        context.text("desk.limits.probability", path=scenario, year=last),
    ]
    return html.Section(
        [
            html.H2(context.text("desk.limits.title"), id=title_id),
            html.P(context.text("desk.limits.subtitle"), className="quiet subtitle"),
            data_table(context.text("desk.limits.caption"), heads, rows),
            html.P(context.text("need.events.note"), className="quiet small note"),
        ],
        className="chart-card",
        **{"aria-labelledby": title_id},
    )


def _year(context: RequestContext, event: NeedEvent) -> str:
    if is_so(event):
        return context.text("desk.limits.already", year=event.base_year)
    year = likely_year(event)
    return str(year) if year else context.text("desk.limits.not_likely")


def _share(context: RequestContext, event: NeedEvent, year: int) -> str:
    return "–" if is_so(event) else probability(event.by_then[year], context)
