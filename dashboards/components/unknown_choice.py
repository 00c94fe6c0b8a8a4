"""What the address asked for and this municipality or these data do not have: said, never passed over."""

from __future__ import annotations

from dash import html

from dashboards.context import RequestContext

LONGEST = 60
"""Letters of the address that are repeated to the reader."""


def unknown_choice(context: RequestContext, asked: str | None, shown: str, *, known: bool) -> html.P | None:
    """A line that names what was asked and what is shown instead; None where nothing was asked in vain."""
    if not asked or known:
        return None
    given = asked if len(asked) <= LONGEST else f"{asked[:LONGEST]}…"
    return html.P(
        [
            html.Span(className="sign watch", **{"aria-hidden": "true"}),
            context.text("choice.unknown", given=given, shown=shown),
        ],
        className="unknown-choice",
    )
