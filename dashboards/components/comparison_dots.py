"""Where we stand: the group's figures as ranked dots, or as a swarm when they are many, and as a table."""

from __future__ import annotations

from statistics import median, quantiles

import pandas as pd
from dash import html
from dash.development.base_component import Component

from contract.locale_formats import EN_DASH, change_with_unit, number, period
from contract.narrative import Change, since
from dashboards.address import address
from dashboards.components.chart_card import chart
from dashboards.components.comparison import (
    Comparison,
    Place,
    order_text,
    rank_text,
    value_text,
    warnings,
)
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.picture_button import Picture, picture_button, sentences
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.data.records import Kpi
from dashboards.downloads import csv_address
from dashboards.figures.canvas import Figure
from dashboards.figures.dots import DotTexts, ranked_figure, swarm_figure
from dashboards.theme import LIGHT

MOST_ROWS = 32
"""More municipalities than this are drawn as a swarm; all are named in the table."""
FEWEST_FOR_HALF = 6
"""Values that it takes to tell where the middle half lies."""
LETTER_WIDTH = 8
"""Pixels of a usual letter of the charts' type."""
JOINER = "\u2060"
"""Keeps the two ends of a range on one line."""
CARD_ID = "compare-dots"
TABLE_ID = "compare-table"
FRONT_PATH = "/"


def dots_section(
    context: RequestContext, comparison: Comparison, darker: frozenset[str], darker_name: str
) -> html.Section:
    """The picture with its finding; `darker` are the codes that a swarm sets apart, called `darker_name`."""
    title_id = f"{CARD_ID}-title"
    title = spread_text(context, comparison)
    many = is_swarm(comparison)
    notes = [_drawn_text(context, comparison)]
    if many and darker:
        notes.append(context.text("compare.dots.darker", group=darker_name))
    if not many and comparison.has_intervals:
        notes.append(context.text("compare.dots.interval"))
    subtitle = " ".join(notes)
    picture = Picture(f"{CARD_ID}-graph", title, subtitle, sentences(warnings(context, comparison)))
    return html.Section(
        [
            html.H2(title, id=title_id),
            html.P(subtitle, className="quiet subtitle"),
            chart(context, picture.graph_id, _figure(context, comparison, darker), title),
            html.P(
                [
                    html.A(context.text("compare.dots.below"), href=f"#{TABLE_ID}", className="forward"),
                    _download(context, comparison),
                    picture_button(context, picture, comparison.kpi.sources),
                ],
                className="downloads",
            ),
            source_line(context, comparison.kpi.sources),
        ],
        className="chart-card",
        **{"aria-labelledby": title_id},
    )


def spread_text(context: RequestContext, comparison: Comparison) -> str:
    """The finding: between which values half of the group lies, and the own value."""
    kpi, values, own = comparison.kpi, sorted(comparison.values), comparison.own
    if own.value is None:
        said = context.text("compare.missing_of", name=own.name, status=status_text(context, own.status))
    else:
        said = f"{own.name} {value_text(kpi, own.value, context.language)}"
    if len(values) < FEWEST_FOR_HALF:
        return said
    low, _, high = quantiles(values, n=4, method="inclusive")
    return context.text("compare.dots.half", ends=interval_text(context, kpi, low, high), own=said)


def interval_text(context: RequestContext, kpi: Kpi, low: float, high: float) -> str:
    """`13,1–17,4 %`, with the sign once; a dash would be read as a minus, so below zero there are dots."""
    language = context.language
    start, end = number(low, language, kpi.decimals), value_text(kpi, high, language)
    return (
        context.text("compare.below_zero", low=start, high=end)
        if low < 0
        else f"{start}{JOINER}{EN_DASH}{JOINER}{end}"
    )


def status_text(context: RequestContext, status: str) -> str:
    """Why there is no value: not available, secret, or not applicable."""
    return context.text(f"compare.status.{status}")


def _drawn_text(context: RequestContext, comparison: Comparison) -> str:
    kpi = comparison.kpi
    unit = kpi.unit_name(context.language)
    parts = [kpi.name(context.language), unit, period(comparison.period, context.language)]
    return f"{', '.join(part for part in parts if part)}. {order_text(kpi, context)}"


def is_swarm(comparison: Comparison) -> bool:
    """True when the group is drawn as a swarm, which takes the page's whole width."""
    return comparison.group.kind == "country" or comparison.n > MOST_ROWS


def _figure(context: RequestContext, comparison: Comparison, darker: frozenset[str]) -> Figure:
    kpi, language = comparison.kpi, context.language
    middle = median(comparison.values) if comparison.values else None
    texts = DotTexts(
        empty=context.text("compare.empty"),
        number=lambda value: value_text(kpi, value, language),
        tick=lambda value: number(value, language, 0 if float(value).is_integer() else 1),
        median=context.text("compare.dots.median", value=value_text(kpi, middle, language))
        if middle is not None
        else "",
    )
    places = _frame(context, comparison, darker)
    if is_swarm(comparison):
        return swarm_figure(places, texts, LIGHT, median=middle)
    longest = max((len(place.name) for place in comparison.places if place.value is not None), default=0)
    return ranked_figure(places, texts, LIGHT, median=middle, name_width=LETTER_WIDTH * longest + 28)


def _frame(context: RequestContext, comparison: Comparison, darker: frozenset[str]) -> pd.DataFrame:
    own = comparison.own.code
    rows = [
        (
            place.name,
            place.value,
            place.place,
            rank_text(comparison, place, context),
            "own" if place.code == own else "group" if place.code in darker else "other",
            place.lower,
            place.upper,
        )
        for place in comparison.places
        if place.value is not None
    ]
    return pd.DataFrame(rows, columns=["name", "value", "rank", "rank_text", "kind", "lower", "upper"])


def table_section(context: RequestContext, comparison: Comparison) -> html.Section:
    """Every municipality of the group by place: link, value, change; why a value is missing."""
    listed = _listed(comparison)
    caption = context.text(
        "compare.table.caption",
        kpi=comparison.kpi.name(context.language),
        period=period(comparison.period, context.language),
        group=comparison.group.name,
    )
    left_out = len(comparison.places) - len(listed)
    return html.Section(
        [
            html.H2(context.text("compare.table.title"), id=TABLE_ID),
            data_table(caption, _heads(context, comparison), _rows(context, comparison, listed)),
            html.P(context.text("compare.table.left_out", count=left_out), className="quiet small")
            if left_out
            else None,
            html.P(_download(context, comparison)),
            source_line(context, comparison.kpi.sources),
        ],
        className="compare-table long" if len(listed) > MOST_ROWS else "compare-table",
        **{"aria-labelledby": TABLE_ID},
    )


def _listed(comparison: Comparison) -> list[Place]:
    """The own municipality and those whose figures are loaded; the others are counted instead."""
    return [place for place in comparison.places if place.loaded or place is comparison.own]


def _heads(context: RequestContext, comparison: Comparison) -> list[str]:
    heads = [context.text("compare.table.municipality")]
    if comparison.ranked:
        heads.append(context.text("compare.table.place"))
    heads.append(context.text("compare.table.value"))
    if comparison.has_intervals:
        heads.append(context.text("compare.table.interval"))
    if comparison.before is not None:
        heads.append(context.text("compare.table.change", since=since(comparison.before, context.language)))
    return heads


def _rows(
    context: RequestContext, comparison: Comparison, listed: list[Place]
) -> list[list[str | Component]]:
    return [_row(context, comparison, place) for place in listed]


def _row(context: RequestContext, comparison: Comparison, place: Place) -> list[str | Component]:
    kpi, language = comparison.kpi, context.language
    cells: list[str | Component] = [_name_link(context, comparison, place)]
    if comparison.ranked:
        cells.append(rank_text(comparison, place, context) or "–")
    if place.value is None:
        cells.append(status_text(context, place.status))
    else:
        cells.append(value_text(kpi, place.value, language))
    if comparison.has_intervals:
        cells.append(
            "–"
            if place.lower is None or place.upper is None
            else interval_text(context, kpi, place.lower, place.upper)
        )
    if comparison.before is not None:
        cells.append(_change_text(context, comparison, place.change))
    return cells


def _name_link(context: RequestContext, comparison: Comparison, place: Place) -> html.A:
    own = place.code == comparison.own.code
    href = address(FRONT_PATH, place.code, context.language)
    return html.A(place.name, href=href, className="own-row" if own else None)


def _change_text(context: RequestContext, comparison: Comparison, change: Change | None) -> str:
    if change is None:
        return "–"
    if change.verdict == "same":
        return context.text("compare.unchanged")
    unit = "count" if comparison.kpi.unit == "persons" else comparison.kpi.unit
    return change_with_unit(change.amount, unit, context.language, comparison.kpi.decimals)


def _download(context: RequestContext, comparison: Comparison) -> html.Span:
    href = csv_address(context, "kpi_values", mittari=comparison.kpi.kpi_id, jakso=comparison.period)
    return download_links(context, context.text("compare.table.download"), href)
