"""A second alternative kept beside the one that is being adjusted: both on the same drawn futures."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from dash import html
from dash.development.base_component import Component

from contract.locale_formats import age_group, estimate, interval, number, signed
from dashboards.components.data_table import Cell, data_table
from dashboards.components.desk_answer import Answer, Asked, asked_for
from dashboards.components.desk_form import BESIDE_PARAMETER, DESK_PATH, plain, value_words
from dashboards.components.population_view import SCENARIO_PARAMETER
from dashboards.context import RequestContext
from foresight.cohorts import Array, InputError
from foresight.what_if import Prepared, WhatIf, what_if

SERVICE, TOTAL = "service", "total"
_BETWEEN, _IS = "~", ":"
_QUANTILES = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class Beside:
    """The alternative kept beside: what was asked and the engine's answer."""

    asked: Asked
    result: WhatIf


def kept(asked: Asked) -> str:
    """The address's text for a scenario with its values."""
    values = (f"{name}{_IS}{v if isinstance(v, str) else plain(v)}" for name, v in asked.values.items())
    return _BETWEEN.join([asked.entry.id, *values])


def asked_beside(context: RequestContext) -> Asked | None:
    """The scenario that the address keeps beside; None where it keeps none, or one that is not known."""
    given = context.params.get(BESIDE_PARAMETER, "")
    scenario_id, *pairs = given.split(_BETWEEN)
    values = dict(pair.split(_IS, 1) for pair in pairs if _IS in pair)
    asked = asked_for(replace(context, params={**values, SCENARIO_PARAMETER: scenario_id}))
    return asked if scenario_id and asked.unknown_scenario is None and not asked.wrong else None


def beside_answered(context: RequestContext, prepared: Prepared) -> Beside | None:
    """The engine's answer for the alternative kept beside; None without one that can be computed."""
    asked = asked_beside(context)
    if asked is None:
        return None
    try:
        result = what_if(prepared.known, asked.scenario(context.municipality_code), prepared=prepared)
    except InputError:
        return None
    return Beside(asked, result)


def beside_name(context: RequestContext, beside: Beside) -> str:
    """Its name, said to be the one that stays."""
    return context.text("desk.beside.kept", name=beside.asked.entry.name)


def beside_section(
    context: RequestContext, answer: Answer, beside: Beside | None, parameters: dict[str, str], place: str
) -> html.Section:
    """Both alternatives by age group of services, or without a second one the link that keeps this one."""
    title_id = f"desk-beside-{place}"
    keep = html.A(
        context.text("desk.beside.keep"),
        href=context.link(DESK_PATH, **{**parameters, BESIDE_PARAMETER: kept(answer.asked)}),
        className="forward",
    )
    parts: list[Component]
    if beside is None:
        refused = BESIDE_PARAMETER in context.params
        parts = [
            html.H2(context.text("desk.beside.none"), id=title_id),
            html.P(context.text("desk.beside.unknown"), role="status") if refused else None,
            html.P(context.text("desk.beside.what"), className="quiet"),
            html.P(keep),
        ]
    else:
        without = {name: value for name, value in parameters.items() if name != BESIDE_PARAMETER}
        drop = html.A(
            context.text("desk.beside.drop"), href=context.link(DESK_PATH, **without), className="forward"
        )
        parts = [
            html.H2(context.text("desk.beside.title", year=answer.year), id=title_id),
            html.P(context.text("desk.beside.subtitle"), className="quiet subtitle"),
            html.P(_told(context, beside)),
            _table(context, answer, beside),
            html.P([keep, " ", drop]),
        ]
    return html.Section(parts, className="chart-card", **{"aria-labelledby": title_id})


def _told(context: RequestContext, beside: Beside) -> str:
    """The values of the alternative that stays."""
    said = [
        f"{slider.label}: "
        + (
            dict(slider.options)[str(beside.asked.values[slider.name])]
            if slider.options
            else value_words(context, slider, float(beside.asked.values[slider.name]))
        )
        for slider in beside.asked.entry.sliders
    ]
    return ". ".join([beside_name(context, beside), "; ".join(said)]) + "."


def _table(context: RequestContext, answer: Answer, beside: Beside) -> html.Div:
    language, at = context.language, answer.position
    rows: list[list[Cell]] = []
    for group in answer.result.groups:
        if group.scheme not in (SERVICE, TOTAL):
            continue
        ages = slice(group.age_from, group.age_to + 1)
        first, second = (
            result.scenario.by_age[at, ages].sum(axis=0) for result in (answer.result, beside.result)
        )
        name = (
            context.text("desk.groups.all")
            if group.scheme == TOTAL
            else age_group(group.age_from, group.age_to, language)
        )
        rows.append(
            [name, _banded(context, first), _banded(context, second), _apart(context, first - second)]
        )
    heads = [
        context.text("desk.groups.group"),
        context.text("desk.beside.adjusted", name=answer.asked.entry.name),
        beside_name(context, beside),
        context.text("desk.beside.apart"),
    ]
    return data_table(context.text("desk.beside.caption", year=answer.year), heads, rows)


def _banded(context: RequestContext, draws: Array) -> str:
    low, middle, high = (estimate(float(item)) for item in np.quantile(draws, _QUANTILES))
    return f"{number(middle, context.language)} ({interval(low, high, context.language)})"


def _apart(context: RequestContext, draws: Array) -> str:
    """How far the adjusted alternative is from the kept one, within each drawn future."""
    low, middle, high = (float(item) for item in np.quantile(draws, _QUANTILES))
    if round(low) == 0 and round(high) == 0:
        return context.text("desk.table.no_difference")
    language = context.language
    ends = context.text("desk.to", low=signed(estimate(low), language), high=signed(estimate(high), language))
    return f"{signed(estimate(middle), language)} ({ends})"
