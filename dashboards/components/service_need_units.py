"""Schools and day care of a municipality that has given its own registers: classes, groups, places."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import EN_DASH, interval, number
from dashboards.components.data_table import data_table
from dashboards.components.service_need_events import probability
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NeedOfUnit

HEADING_ID = "omat-yksikot"
FRACTIONS = ("classes", "grade_1_classes", "groups", "staff")
"""Measures whose expected number is worth a decimal: half a class is one class in half of the cases."""


def units_part(
    context: RequestContext, units: Sequence[NeedOfUnit], years: Sequence[int]
) -> list[html.H3 | html.P | html.Div]:
    """A table of every unit and measure in `years`; nothing without registers."""
    if not units or not years:
        return []
    heads = [context.text("need.units.unit"), context.text("need.units.what")]
    heads += [context.text("need.now", year=year) for year in years]
    heads += [context.text("need.units.limit"), context.text("need.events.by", year=years[-1])]
    rows = [
        _row(context, list(figures), years)
        for _, figures in groupby(units, key=lambda one: (one.unit_type, one.unit_code, one.measure))
    ]
    name = context.municipality.name(context.language)
    return [
        html.H3(context.text("need.units.heading"), id=HEADING_ID),
        html.P(context.text("need.units.note"), className="quiet small note"),
        data_table(context.text("need.units.caption", name=name), heads, rows, texts=2),
    ]


def _row(
    context: RequestContext, figures: Sequence[NeedOfUnit], years: Sequence[int]
) -> list[str | Component]:
    first = figures[0]
    by_year = {one.projection_year: one for one in figures}
    told = [one for one in figures if one.projection_year <= years[-1]]
    limit, share = EN_DASH, EN_DASH
    if first.limit_value is not None and told and told[-1].probability_by_then is not None:
        limit = context.text(
            f"need.units.limits.{first.measure}", limit=number(first.limit_value, context.language)
        )
        share = probability(told[-1].probability_by_then, context)
    return [
        first.unit_name or context.text("need.units.all"),
        context.text(f"need.units.measure.{first.measure}"),
        *(_cell(context, by_year.get(year)) for year in years),
        limit,
        share,
    ]


def _cell(context: RequestContext, item: NeedOfUnit | None) -> str | html.Div:
    """The band and the expected number; a dash where the unit has closed by then."""
    if item is None:
        return EN_DASH
    language = context.language
    expected = number(item.mean, language, 1 if item.measure in FRACTIONS else 0)
    ends = [number(end, language) for end in (item.p10, item.p90)]
    band = interval(item.p10, item.p90, language) if ends[0] != ends[1] else ends[0]
    return html.Div(
        [
            html.Span(band, className="block strong"),
            html.Span(context.text("need.units.expected", value=expected), className="block quiet"),
        ]
    )
