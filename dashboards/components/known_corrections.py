"""Corrections that figures were read with, and those whose source no longer is what it was."""

from __future__ import annotations

import json

from dash import html

from contract.locale_formats import day
from dashboards.components.morning_news import ShownNames
from dashboards.context import RequestContext
from dashboards.data.history_queries import Correction

STEWARD_LANGUAGE = "en"
"""Reasons are written for the steward, in English."""


def known_corrections(context: RequestContext, heading_id: str) -> html.Section:
    """The section; it says so where nothing has been corrected."""
    corrections, names = context.snapshot.corrections(), ShownNames(context)
    return html.Section(
        [
            html.H2(context.text("data.corrections.title"), id=heading_id),
            html.P(
                context.text("data.corrections.lead" if corrections else "data.corrections.none"),
                className="wide-text",
            ),
            *(correction_details(context, correction, names) for correction in corrections),
        ]
    )


def correction_details(context: RequestContext, correction: Correction, names: ShownNames) -> html.Details:
    cells = ", ".join(f"{column} {value}" for column, value in json.loads(correction.matched_on).items())
    verdict = "applied" if correction.applied else "guard_failed"
    sign = html.Span(className=f"sign {'good' if correction.applied else 'watch'}", **{"aria-hidden": "true"})
    said = context.text(
        f"data.corrections.{correction.action}",
        expected=correction.expected,
        found=correction.found,
        corrected_to=correction.corrected_to or "–",
    )
    who = context.text(
        "data.corrections.who", author=correction.author, day=day(correction.decided_on, context.language)
    )
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(f"{names.table(correction.source, correction.table_name)}: {cells} "),
                    sign,
                    context.text(f"data.corrections.{verdict}"),
                ]
            ),
            html.P(
                said
                if correction.applied
                else context.text("data.corrections.differs", found=correction.found)
            ),
            html.P(correction.reason, lang=STEWARD_LANGUAGE),
            html.P(
                [who, " ", html.A(correction.link, href=correction.link, rel="noreferrer")]
                if correction.link
                else who,
                className="quiet small",
            ),
        ],
        open=not correction.applied,
        className="checks",
    )
