"""Every break of series that is known: from when, what changed, and which key figures it concerns."""

from __future__ import annotations

from dash import html

from contract.locale_formats import day
from dashboards.context import RequestContext
from dashboards.data.history_queries import Break


def known_breaks(context: RequestContext, heading_id: str) -> html.Section | None:
    """Breaks that concern a key figure of this snapshot, newest first; None where there is none."""
    breaks = [found for found in context.snapshot.breaks() if context.snapshot.kpis_of_break(found.break_id)]
    if not breaks:
        return None
    return html.Section(
        [
            html.H2(context.text("break.title"), id=heading_id),
            html.P(context.text("break.lead"), className="wide-text"),
            *(_one(context, found) for found in reversed(breaks)),
        ]
    )


def _one(context: RequestContext, found: Break) -> html.Details:
    language = context.language
    kpis = [
        context.snapshot.kpi(kpi_id).name(language)
        for kpi_id in context.snapshot.kpis_of_break(found.break_id)
    ]
    compared = context.text("break.not_compared" if found.changes_meaning else "break.compared")
    return html.Details(
        [
            html.Summary(
                context.text("break.item", day=day(found.starts_on, language), what=found.label(language))
            ),
            html.P(f"{found.description(language)} {compared}"),
            html.P(context.text("break.concerns", kpis=", ".join(sorted(kpis)))),
            html.P(context.text("break.source", source=found.source), className="quiet small"),
        ],
        className="checks",
    )
