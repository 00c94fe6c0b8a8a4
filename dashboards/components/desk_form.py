"""The controls of the scenario desk: a form of native sliders that works without scripts."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import number, percent
from contract.scenario_files import Slider
from dashboards.address import LANGUAGE_PARAMETER, MUNICIPALITY_PARAMETER
from dashboards.components.desk_answer import MUNICIPALITY_SCOPE, Asked, scenarios_offered
from dashboards.components.native_input import NativeInput
from dashboards.components.population_view import SCENARIO_PARAMETER, YEAR_PARAMETER
from dashboards.context import RequestContext

DESK_PATH = "/skenaariot"
BESIDE_PARAMETER = "rinnalla"
"""Of the address: the other scenario and its values, as `new_housing~dwellings_per_year:35`."""
MOST_DECIMALS = 2
SHARE = "share"
"""Unit that is told in per cent."""


def desk_form(context: RequestContext, asked: Asked, years: tuple[int, ...], year: int) -> html.Form:
    """Scenario, its controls and the year; `desk.js` asks anew at every release, the button does so too."""
    beside = context.params.get(BESIDE_PARAMETER)
    back = {BESIDE_PARAMETER: beside} if beside else {}
    return html.Form(
        [
            _carried(MUNICIPALITY_PARAMETER, context.municipality_code),
            _carried(LANGUAGE_PARAMETER, context.language),
            *([_carried(BESIDE_PARAMETER, beside)] if beside else []),
            _scenario_field(context, asked),
            _select(
                context.text("desk.year"),
                "desk-year",
                YEAR_PARAMETER,
                [html.Option(str(item), value=str(item), selected=item == year) for item in years],
            ),
            html.P(asked.entry.rationale, className="quiet small"),
            *[_control(context, slider, asked) for slider in asked.entry.sliders],
            html.Div(
                [
                    html.Button(context.text("desk.compute"), type="submit"),
                    html.A(
                        context.text("desk.reset"),
                        href=context.link(DESK_PATH, **{SCENARIO_PARAMETER: asked.entry.id, **back}),
                        className="forward",
                    ),
                ],
                className="desk-buttons",
            ),
        ],
        action=DESK_PATH,
        method="get",
        className="desk-form",
    )


def _carried(name: str, value: str) -> NativeInput:
    return NativeInput(type="hidden", name=name, value=value)


def _scenario_field(context: RequestContext, asked: Asked) -> html.Div:
    groups: dict[str, list[html.Option]] = {}
    for entry in scenarios_offered(context.language):
        scope = "municipality" if MUNICIPALITY_SCOPE in entry.scopes else "country"
        option = html.Option(entry.name, value=entry.id, selected=entry.id == asked.entry.id)
        groups.setdefault(scope, []).append(option)
    options = [
        html.Optgroup(options, label=context.text(f"desk.scope.{scope}")) for scope, options in groups.items()
    ]
    return _select(context.text("desk.choose"), "desk-scenario", SCENARIO_PARAMETER, options)


def _select(label: str, field_id: str, name: str, options: list[Component], look: str = "field") -> html.Div:
    return html.Div(
        [html.Label(label, htmlFor=field_id), html.Select(options, id=field_id, name=name)],
        className=look,
    )


def _control(context: RequestContext, slider: Slider, asked: Asked) -> html.Div:
    value = asked.values[slider.name]
    field_id = f"desk-{slider.name}"
    if slider.options:
        options = [html.Option(text, value=key, selected=key == value) for key, text in slider.options]
        return _select(slider.label, field_id, slider.name, options, "field desk-option")
    why_id = f"{field_id}-why"
    field = NativeInput(
        id=field_id,
        type="range",
        name=slider.name,
        min=plain(slider.lower),
        max=plain(slider.upper),
        step=plain(slider.step),
        value=plain(float(value)),
        list=f"{field_id}-ticks",
        **{
            "aria-describedby": why_id,
            "data-unit": "" if slider.unit == SHARE else slider.unit_label,
            "data-share": "" if slider.unit == SHARE else None,
            "data-decimals": str(decimals(slider)),
        },
    )
    return html.Div(
        [
            html.Label(slider.label, htmlFor=field_id),
            html.Output(value_words(context, slider, float(value)), htmlFor=field_id, className="desk-value"),
            field,
            html.Datalist([html.Option(value=plain(float(slider.default)))], id=f"{field_id}-ticks"),
            html.Span(_bounds(context, slider), className="quiet small desk-bounds"),
            html.Details(
                [html.Summary(context.text("desk.why")), html.P(slider.why, id=why_id, className="small")],
            ),
        ],
        className="field desk-slider",
    )


def decimals(slider: Slider) -> int:
    """Decimals that the control's steps need."""
    return next(
        (n for n in range(MOST_DECIMALS) if abs(slider.step * 10**n - round(slider.step * 10**n)) < 1e-9),
        MOST_DECIMALS,
    )


def plain(value: float) -> str:
    """A number as HTML attributes and addresses write it: `1.15`, `20`."""
    return f"{value:g}"


def value_words(context: RequestContext, slider: Slider, value: float) -> str:
    """`1,15 kertaa perusura`, `75 %`."""
    if slider.unit == SHARE:
        return percent(100 * value, context.language, max(decimals(slider) - 2, 0))
    return f"{number(value, context.language, decimals(slider))} {slider.unit_label}"


def _bounds(context: RequestContext, slider: Slider) -> str:
    places, scale = decimals(slider), 1.0
    if slider.unit == SHARE:
        places, scale = 0, 100.0
    low, high, usual = (
        number(scale * float(item), context.language, places)
        for item in (slider.lower, slider.upper, slider.default)
    )
    return context.text("desk.bounds", low=low, high=high, default=usual)
