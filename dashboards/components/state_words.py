"""A state told in words with its shape and its reason, and a figure with what chance does to it."""

from __future__ import annotations

from typing import Any, Protocol

from dash import html

from contract.locale_formats import interval, number, period, with_unit
from dashboards.context import RequestContext

SIGNS = {
    "reached": "good",
    "on_track": "good",
    "behind": "watch",
    "good": "good",
    "attention": "watch",
    "poor": "bad",
}
"""Shape and colour of each state; a state that is not here has the empty ring."""
DECIMALS_WITHOUT_KPI = 1


class Uncertain(Protocol):
    """A figure of a period with the bounds of what chance does to it, if known."""

    @property
    def period(self) -> str: ...
    @property
    def value(self) -> float | None: ...
    @property
    def lower(self) -> float | None: ...
    @property
    def upper(self) -> float | None: ...


def told_state(context: RequestContext, state: tuple[str, str], *reasons: tuple[str, str]) -> html.Div:
    """The state's word beside its shape, so that no colour tells anything alone; the reasons under it.

    A state and a reason are each a kind and a code of dim_goal_word.
    """
    told = [context.snapshot.goal_word(*reason, context.language) for reason in reasons]
    return html.Div(
        [
            html.Span(
                [
                    _sign(state[1]),
                    context.snapshot.goal_word(*state, context.language),
                ],
                className="state",
            ),
            *(html.Span(text, className="quiet small block") for text in told),
        ]
    )


def figure_text(
    context: RequestContext, kpi_id: str | None, unit: str | None, figure: Uncertain, *under: str
) -> html.Div | str:
    """The figure with its unit, under it its interval and period and further lines; a dash without it."""
    if figure.value is None:
        return "–"
    language = context.language
    kpi = next((kpi for kpi in context.snapshot.kpis() if kpi.kpi_id == kpi_id), None)
    decimals = kpi.decimals if kpi else DECIMALS_WITHOUT_KPI
    if kpi is None:
        text = " ".join(filter(None, (number(figure.value, language, decimals), unit)))
    else:
        text = with_unit(figure.value, kpi.unit, language, decimals)
    facts = [period(figure.period, language)] if figure.period else []
    if figure.lower is not None and figure.upper is not None and figure.lower != figure.upper:
        facts.insert(0, interval(figure.lower, figure.upper, language, decimals))
    return told_value(text, " · ".join(facts), *under)


def _sign(state: str) -> html.Span:
    attributes: dict[str, Any] = {"aria-hidden": "true"}
    return html.Span(className=f"sign {SIGNS.get(state, '')}".strip(), **attributes)


def told_value(text: str, *under: str) -> html.Div:
    """A figure with small lines under it."""
    return html.Div([text, *(html.Span(line, className="quiet small block") for line in under if line)])
