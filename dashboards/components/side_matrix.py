"""The network at a glance: one row per municipality, one column per KPI, marks only beyond chance."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import period
from contract.narrative import change_words
from dashboards.address import address
from dashboards.components.comparison import Comparison, Place, value_text
from dashboards.components.comparison_dots import status_text
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.side_by_side import (
    ADD_KPI_PARAMETER,
    ADD_MUNICIPALITY_PARAMETER,
    GROUP_PARAMETER,
    KPIS_PARAMETER,
    MUNICIPALITIES_PARAMETER,
    Choice,
    mark_of,
    members_in_order,
)
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.downloads import csv_address

MATRIX_ID = "side-matrix"
_SIGNS = {"better": "good", "worse": "watch", "larger": "plain", "smaller": "plain"}


def matrix_section(
    context: RequestContext, choice: Choice, compared: Sequence[Comparison], compare_path: str
) -> html.Section:
    """The matrix with its reading guide and download; heads link to the KPI's own comparison."""
    order = members_in_order(context, choice.group.members)
    by_code = [{place.code: place for place in one.places} for one in compared]
    rows = [
        [
            _member(context, code),
            *(_cell(context, one, places[code]) for one, places in zip(compared, by_code, strict=True)),
        ]
        for code in order
    ]
    heads = [context.text("side.municipality"), *(_head(context, one, compare_path) for one in compared)]
    caption = context.text("side.matrix.caption", group=choice.group.name)
    sources = dict.fromkeys(pair for one in compared for pair in one.kpi.sources)
    return html.Section(
        [
            html.H2(context.text("side.matrix.title"), id=MATRIX_ID),
            html.P(context.text("side.matrix.read"), className="quiet wide-text"),
            data_table(caption, heads, rows),
            html.P(
                download_links(
                    context,
                    context.text("figures.download"),
                    csv_address(context, "side_by_side", **parameters(choice)),
                    context.text("side.matrix.title"),
                ),
                className="downloads",
            ),
            source_line(context, list(sources)),
        ],
        className="side-matrix",
        **{"aria-labelledby": MATRIX_ID},
    )


def parameters(choice: Choice) -> dict[str, str | None]:
    """The choice as it stands in an address."""
    return {
        KPIS_PARAMETER: ",".join(choice.kpi_ids),
        GROUP_PARAMETER: choice.group.key,
        MUNICIPALITIES_PARAMETER: ",".join(choice.added) or None,
        ADD_KPI_PARAMETER: None,
        ADD_MUNICIPALITY_PARAMETER: None,
    }


def _member(context: RequestContext, code: str) -> Component:
    name = context.snapshot.municipality(code).name(context.language)
    own = "own-row" if code == context.municipality_code else None
    return html.A(name, href=address("/", code, context.language), className=own)


def _head(context: RequestContext, one: Comparison, compare_path: str) -> Component:
    language, kpi = context.language, one.kpi
    told = " · ".join(filter(None, (kpi.unit_name(language), period(one.period, language))))
    return html.Span(
        [
            html.A(kpi.name(language), href=context.link(compare_path, mittari=kpi.kpi_id)),
            html.Span(told, className="small quiet block"),
            html.Span(_middle(context, one), className="small quiet block"),
        ]
    )


def _middle(context: RequestContext, one: Comparison) -> str:
    if one.median is None or one.n < 2:
        return ""
    return context.text("compare.median", value=value_text(one.kpi, one.median, context.language))


def _cell(context: RequestContext, one: Comparison, place: Place) -> Component:
    if place.value is None:
        words = status_text(context, place.status) if place.loaded else context.text("side.not_loaded")
        return html.Span(words, className="small quiet")
    kpi, language = one.kpi, context.language
    change = change_words(place.change, kpi.unit, kpi.decimals, language) if place.change else None
    mark = mark_of(one, place)
    return html.Span(
        [
            html.Span(value_text(kpi, place.value, language), className="side-value"),
            html.Span(change, className="small quiet block") if change else None,
            html.Span(context.text(f"side.mark.{mark}"), className=f"small block sign {_SIGNS[mark]}")
            if mark
            else None,
        ]
    )
