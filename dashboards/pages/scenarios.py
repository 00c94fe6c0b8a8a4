"""The scenario desk: what would become of the municipality's population and services if something changed."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from dash import Dash, Input, Output, dcc, html
from dash.development.base_component import Component

from contract.locale_formats import HELSINKI, LANGUAGES
from dashboards.address import LANGUAGE_PARAMETER, MUNICIPALITY_PARAMETER
from dashboards.components.desk_answer import Asked, answered, asked_for
from dashboards.components.desk_beside import beside_answered
from dashboards.components.desk_form import DESK_PATH, desk_form, value_words
from dashboards.components.desk_results import desk_results
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from foresight.cohorts import InputError
from foresight.what_if import OtherEngine, Prepared

PATH = DESK_PATH
TITLE = "page.scenarios"
LONGEST = 4000
"""Letters of a form that are read."""


class Ids:
    """Element ids of the page."""

    ASKED = "desk-asked"
    PAINTED = "desk-painted"
    LIVE = "desk-live"


def layout(context: RequestContext) -> html.Div:
    """The whole page for the scenario and values of the address, or for the usual ones."""
    asked = asked_for(context)
    prepared = _prepared(context)
    heading = html.H1(context.text("desk.heading", name=context.municipality.name(context.language)))
    if not isinstance(prepared, Prepared):
        return html.Div([heading, prepared], className="desk")
    first = prepared.known.base_year + 1
    years = tuple(range(first, first + len(prepared.known.own)))
    results, year = _results(context, asked, prepared, "first")
    return html.Div(
        [
            heading,
            html.P(context.text("desk.lead"), className="lead"),
            html.Div(
                [
                    desk_form(context, asked, years, year),
                    html.Div(
                        [
                            dcc.Store(id=Ids.ASKED),
                            html.Div(results, id=Ids.PAINTED),
                            html.Div(id=Ids.LIVE, **{"aria-live": "polite"}),
                        ],
                        className="desk-results",
                    ),
                ],
                className="desk-columns",
            ),
        ],
        className="desk",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """What `desk.js` puts into the store is answered in place of what the server painted."""

    @app.callback(
        Output(Ids.LIVE, "children"),
        Output(Ids.PAINTED, "hidden"),
        Input(Ids.ASKED, "data"),
        prevent_initial_call=True,
    )
    def answer(query: Any) -> tuple[Component | None, bool]:
        context = asked_context(store, query)
        if context is None:
            return None, False
        prepared = _prepared(context)
        if not isinstance(prepared, Prepared):
            return prepared, True
        results, _ = _results(context, asked_for(context), prepared, "live")
        return html.Div(results), True


def asked_context(store: SnapshotStore, query: Any) -> RequestContext | None:
    """The request that a form's text (`kunta=305&kieli=fi&…`) makes; None where it cannot be one."""
    snapshot = store.current()
    if snapshot is None or not isinstance(query, str) or len(query) > LONGEST:
        return None
    given = dict(parse_qsl(query))
    code, asked_language = given.pop(MUNICIPALITY_PARAMETER, ""), given.pop(LANGUAGE_PARAMETER, "")
    known = {item.municipality_code for item in snapshot.municipalities()}
    language = next((item for item in LANGUAGES if item == asked_language), None)
    if code not in known or language is None:
        return None
    return RequestContext(
        snapshot=snapshot,
        municipality_code=code,
        language=language,
        today=datetime.now(HELSINKI).date(),
        params=given,
    )


def _prepared(context: RequestContext) -> Prepared | Component:
    """The municipality ready for scenarios, or what stands in the way."""
    name = context.municipality.name(context.language)
    try:
        found = context.snapshot.prepared(context.municipality_code)
    except OtherEngine:
        return html.P(context.text("desk.other_engine"), role="status")
    return found if found is not None else html.P(context.text("desk.none", name=name), role="status")


def _results(
    context: RequestContext, asked: Asked, prepared: Prepared, place: str
) -> tuple[list[Component | None], int]:
    """The answer and the year it tells of; with values that do not go together, why not and the defaults."""
    refused = None
    try:
        answer = answered(context, asked, prepared)
    except InputError:
        refused = html.P(context.text("desk.refused"), role="alert")
        usual = {slider.name: slider.default for slider in asked.entry.sliders}
        answer = answered(context, Asked(asked.entry, usual, asked.wrong, asked.unknown_scenario), prepared)
    unknown = unknown_choice(
        context, asked.unknown_scenario, asked.entry.name, known=asked.unknown_scenario is None
    )
    results = desk_results(context, answer, beside_answered(context, prepared), place)
    return [refused, unknown, *_wrong(context, asked), results], answer.year


def _wrong(context: RequestContext, asked: Asked) -> list[html.P | None]:
    return [
        unknown_choice(
            context,
            f"{item.slider.label}: {item.given}",
            dict(item.slider.options)[str(item.slider.default)]
            if item.slider.options
            else value_words(context, item.slider, float(item.slider.default)),
            known=False,
        )
        for item in asked.wrong
    ]
