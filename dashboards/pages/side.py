"""Side by side: any KPIs × any municipalities as a matrix, a scatter of two and small multiples of one."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash, html

from dashboards.address import LANGUAGE_PARAMETER, MUNICIPALITY_PARAMETER
from dashboards.components.comparison import Comparison
from dashboards.components.comparison_chooser import carried, field
from dashboards.components.side_by_side import Choice, comparisons, side_by_side
from dashboards.components.side_form import side_form, suggestions, take_away
from dashboards.components.side_matrix import matrix_section, parameters
from dashboards.components.side_multiples import multiples_section
from dashboards.components.side_pair import pair_section
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import compare

PATH = "/rinnakkain"
TITLE = "page.side"
IN_NAVIGATION = False
"""Reached from the comparison page and the search: the navigation of a phone has no room for more."""
X_PARAMETER, Y_PARAMETER, OVER_TIME_PARAMETER = "x", "y", "ajassa"


def layout(context: RequestContext) -> html.Div:
    """The whole page for the choice of the address."""
    choice = side_by_side(context)
    compared = comparisons(context, choice)
    if not compared:
        return html.Div([html.H1(context.text(TITLE)), html.P(context.text("compare.empty"))])
    across, up = _two(context, compared)
    over_time = _named(compared, context.params.get(OVER_TIME_PARAMETER)) or compared[0]
    return html.Div(
        [
            html.H1(context.text("side.heading", name=context.municipality.name(context.language))),
            html.P(context.text("side.lead"), className="lead"),
            html.P(html.A(context.text("side.one"), href=context.link(compare.PATH), className="forward")),
            side_form(context, PATH, choice),
            take_away(context, PATH, choice),
            html.P(context.text("side.unknown", given=", ".join(choice.unknown)), className="unknown-choice")
            if choice.unknown
            else None,
            html.P(choice.group.reason, className="quiet scope") if choice.group.reason else None,
            suggestions(context, PATH, choice),
            matrix_section(context, choice, compared, compare.PATH),
            _picture_form(context, choice, compared, across, up, over_time),
            pair_section(context, choice, across, up) if across is not up else None,
            multiples_section(context, choice, over_time),
        ],
        className="compare side",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _named(compared: Sequence[Comparison], kpi_id: str | None) -> Comparison | None:
    return next((one for one in compared if one.kpi.kpi_id == kpi_id), None)


def _two(context: RequestContext, compared: Sequence[Comparison]) -> tuple[Comparison, Comparison]:
    """The KPIs of the scatter: those of the address, else the first two; one twice where there is one."""
    across = _named(compared, context.params.get(X_PARAMETER)) or compared[0]
    others = [one for one in compared if one is not across] or [across]
    return across, _named(others, context.params.get(Y_PARAMETER)) or others[0]


def _picture_form(
    context: RequestContext,
    choice: Choice,
    compared: Sequence[Comparison],
    across: Comparison,
    up: Comparison,
    over_time: Comparison,
) -> html.Form:
    """Which of the chosen KPIs the two pictures show."""
    fields = ((X_PARAMETER, across), (Y_PARAMETER, up), (OVER_TIME_PARAMETER, over_time))
    kept = {MUNICIPALITY_PARAMETER: context.municipality_code, LANGUAGE_PARAMETER: context.language}
    kept |= {name: value for name, value in parameters(choice).items() if value}
    return html.Form(
        [
            *(carried(name, value) for name, value in kept.items()),
            *(
                field(
                    context.text(f"side.choose.{name}"),
                    f"side-{name}",
                    name,
                    [
                        html.Option(
                            one.kpi.name(context.language), value=one.kpi.kpi_id, selected=one is chosen
                        )
                        for one in compared
                    ],
                )
                for name, chosen in fields
            ),
            html.Button(context.text("app.show"), type="submit"),
        ],
        action=PATH,
        method="get",
        className="compare-chooser side-chooser",
    )
