"""One KPI over time in a small picture per municipality, all on the same scale."""

from __future__ import annotations

from itertools import pairwise

from dash import html

from contract.locale_formats import period
from dashboards.components.breaks import breaks_of, last_day, meaning_changes_between
from dashboards.components.comparison import Comparison, value_text
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.pictures import line_on_scale
from dashboards.components.side_by_side import Choice, members_in_order
from dashboards.components.side_matrix import parameters
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.downloads import csv_address

MULTIPLES_ID = "side-multiples"
MOST_PICTURES = 40
"""More municipalities than this are too many pictures to read; the table and the file still have all."""
TABLE_PERIODS = 6
_DAYS_IN_STEP = {4: 366, 6: 92, 7: 31}
"""Longest distance of neighbouring periods by the length of their code: 2020, 2020Q1, 2020M01."""


def multiples_section(context: RequestContext, choice: Choice, one: Comparison) -> html.Section | None:
    """The pictures with the table behind them; None where no municipality has two values."""
    kpi, language = one.kpi, context.language
    order = members_in_order(context, choice.group.members)
    series = _series(context, kpi.kpi_id, order)
    values = [value for points in series.values() for value in points.values()]
    if not any(len(points) > 1 for points in series.values()):
        return None
    codes = sorted({code for points in series.values() for code in points}, key=last_day)
    low, high = min(values), max(values)
    items = [
        _picture(context, one, code, series.get(code, {}), (codes[0], codes[-1]), (low, high))
        for code in order[:MOST_PICTURES]
    ]
    kept = codes[-TABLE_PERIODS:]
    rows = [
        [
            context.snapshot.municipality(code).name(language),
            *(_number(context, one, series.get(code, {}).get(when)) for when in kept),
        ]
        for code in order
    ]
    title = context.text("side.multiples.title", kpi=kpi.name(language))
    caption = context.text("side.multiples.caption", kpi=kpi.name(language), count=len(kept))
    ends = {"low": value_text(kpi, low, language), "high": value_text(kpi, high, language)}
    drawn = context.text(
        "side.multiples.drawn",
        unit=kpi.unit_name(language),
        first=period(codes[0], language),
        last=period(codes[-1], language),
        **ends,
    )
    heads = [context.text("side.municipality"), *(period(code, language) for code in kept)]
    return html.Section(
        [
            html.H2(title, id=MULTIPLES_ID),
            html.P(drawn, className="quiet subtitle"),
            html.Ul(items, className="multiples"),
            html.P(context.text("side.multiples.first", count=MOST_PICTURES), className="quiet small")
            if len(order) > MOST_PICTURES
            else None,
            html.Details(
                [html.Summary(context.text("figures.table")), data_table(caption, heads, rows)],
                className="behind",
            ),
            html.P(
                download_links(
                    context,
                    context.text("figures.download"),
                    csv_address(
                        context, "side_by_side_series", **parameters(choice) | {"mittari": kpi.kpi_id}
                    ),
                    title,
                ),
                className="downloads",
            ),
            source_line(context, list(kpi.sources)),
        ],
        **{"aria-labelledby": MULTIPLES_ID},
    )


def _series(context: RequestContext, kpi_id: str, codes: list[str]) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for code, when, value in context.snapshot.kpi_values_over_time(kpi_id, codes):
        found.setdefault(code, {})[when] = value
    return found


def _picture(
    context: RequestContext,
    one: Comparison,
    code: str,
    points: dict[str, float],
    periods: tuple[str, str],
    ends: tuple[float, float],
) -> html.Li:
    """Name, line and newest value; the line is parted where a period is missing or the meaning changes."""
    first, last = (last_day(when).toordinal() for when in periods)
    own = code == context.municipality_code
    line = line_on_scale(_runs(context, one, points), (first, last), ends, own=own)
    newest = max(points, key=last_day) if points else None
    told = (
        f"{value_text(one.kpi, points[newest], context.language)} · {period(newest, context.language)}"
        if newest
        else context.text("side.multiples.nothing")
    )
    name = context.snapshot.municipality(code).name(context.language)
    return html.Li(
        [
            html.Span(name, className="multiple-name own-row" if own else "multiple-name"),
            line,
            html.Span(told, className="small quiet"),
        ]
    )


def _runs(
    context: RequestContext, one: Comparison, points: dict[str, float]
) -> list[list[tuple[float, float]]]:
    """Stretches of the series that a line may join, as days and values."""
    codes = sorted(points, key=last_day)
    if not codes:
        return []
    breaks = breaks_of(context, one.kpi)
    runs = [[(float(last_day(codes[0]).toordinal()), points[codes[0]])]]
    for before, code in pairwise(codes):
        earlier, later = last_day(before), last_day(code)
        apart = (later - earlier).days > _DAYS_IN_STEP[len(code)]
        if apart or meaning_changes_between(breaks, earlier, later) is not None:
            runs.append([])
        runs[-1].append((float(later.toordinal()), points[code]))
    return runs


def _number(context: RequestContext, one: Comparison, value: float | None) -> str:
    if value is None:
        return context.text("side.missing")
    return value_text(one.kpi, value, context.language)
