"""The economy's key figures over time: the municipality beside the whole country, one card for each."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from dash import html

from contract.locale_formats import number, period
from contract.narrative import kpi_sentence
from contract.narrative_economy import beside_country_sentence
from dashboards.components.breaks import break_marks, break_notes, breaks_of, first_periods
from dashboards.components.chart_card import chart_card
from dashboards.components.comparison import value_text
from dashboards.components.data_table import data_table
from dashboards.components.kpi_figures import KpiFigure, caveats, measured
from dashboards.components.picture_button import sentences
from dashboards.context import RequestContext
from dashboards.data.records import COUNTRY, Kpi, KpiPoint
from dashboards.downloads import csv_address
from dashboards.figures.canvas import Figure
from dashboards.figures.style import wrapped
from dashboards.figures.trend import Line, TrendTexts, trend_figure
from dashboards.theme import LIGHT

TREND_KPIS = ("annual_margin_per_capita", "loans_per_capita", "group_loans_per_capita")
"""Figures of the municipality's economy that are published today, in the order of the page."""
LABEL_LETTERS = 15
LETTER_WIDTH = 8


def trend_cards(context: RequestContext, figures: Mapping[str, KpiFigure]) -> list[html.Section]:
    """A card for each figure that the municipality has."""
    return [_card(context, figures[kpi_id]) for kpi_id in TREND_KPIS if kpi_id in figures]


def without_figure(context: RequestContext, figures: Mapping[str, KpiFigure]) -> list[str]:
    """A sentence for each figure that the municipality does not have, with the reason."""
    known = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    found = []
    for kpi_id in TREND_KPIS:
        if kpi_id in known and kpi_id not in figures:
            series = context.snapshot.kpi_series(kpi_id, context.municipality_code)
            status = series[-1].value_status if series else "not_available"
            name = known[kpi_id].name(context.language)
            said = context.text(f"compare.status.{status}")
            found.append(context.text("economy.trends.missing", name=name, status=said))
    return found


def _card(context: RequestContext, figure: KpiFigure) -> html.Section:
    kpi = figure.kpi
    own = _values(context.snapshot.kpi_series(kpi.kpi_id, context.municipality_code))
    country = _values(context.snapshot.kpi_series(kpi.kpi_id, COUNTRY))
    series = {"own": own, "country": country}
    names = {
        "own": context.municipality.name(context.language),
        "country": context.text("compare.group.country"),
    }
    drawn = context.text("economy.trends.drawn", name=kpi.name(context.language))
    notes = [
        *_beside_country(context, figure, country),
        *sentences(caveats(kpi, figure.point, context)),
        *break_notes(context, breaks_of(context, kpi), own),
        *([context.text("economy.trends.gap")] if _has_gap(own) else []),
    ]
    return chart_card(
        context,
        f"economy-{kpi.kpi_id.replace('_', '-')}",
        title=_finding(context, figure),
        subtitle=f"{drawn} {kpi.description(context.language)}",
        figure=_figure(context, kpi, series, names),
        table=_table(context, kpi, series, names),
        csv=[("", csv_address(context, "kpi_series", mittari=kpi.kpi_id))],
        sources=kpi.sources,
        notes=notes,
    )


def _finding(context: RequestContext, figure: KpiFigure) -> str:
    """The newest figure and its change; the figure alone where there is nothing to compare with."""
    language, kpi = context.language, figure.kpi
    news = figure.news(language)
    if news is not None:
        return kpi_sentence(language, news).text
    return context.text(
        "economy.trends.value",
        name=kpi.name(language),
        value=value_text(kpi, figure.point.value or 0.0, language),
        unit=kpi.unit_name(language),
        period=period(figure.point.period, language),
    )


def _beside_country(context: RequestContext, figure: KpiFigure, country: Mapping[str, KpiPoint]) -> list[str]:
    point = country.get(figure.point.period)
    if point is None:
        return []
    kpi = figure.kpi
    own = measured(figure.point)
    return [
        beside_country_sentence(
            context.language, kpi.kpi_id, kpi.unit, kpi.decimals, own, measured(point)
        ).text
    ]


def _values(points: list[KpiPoint]) -> dict[str, KpiPoint]:
    return {point.period: point for point in points if point.value is not None}


def _has_gap(values: Mapping[str, KpiPoint]) -> bool:
    years = {int(code[:4]) for code in values}
    return len(years) <= max(years) - min(years)


def _figure(
    context: RequestContext, kpi: Kpi, series: Mapping[str, Mapping[str, KpiPoint]], names: Mapping[str, str]
) -> Figure:
    language = context.language
    texts = TrendTexts(
        empty=context.text("compare.empty"),
        number=lambda value: number(value, language, kpi.decimals),
        tick=lambda value: number(value, language, 0),
    )
    values = pd.DataFrame(
        [
            (key, names[key], float(code[:4]), period(code, language), point.value)
            for key, points in series.items()
            for code, point in points.items()
        ],
        columns=["series", "name", "x", "period", "value"],
    )
    labels = {key: wrapped(name, LABEL_LETTERS) for key, name in names.items()}
    longest = max(len(line) for label in labels.values() for line in label.split("<br>"))
    return trend_figure(
        values,
        [Line("own", labels["own"], "own"), Line("country", labels["country"], "country")],
        texts,
        LIGHT,
        marks=break_marks(
            context, breaks_of(context, kpi), {code for found in series.values() for code in found}
        ),
        label_width=LETTER_WIDTH * longest + 16,
        zero=True,
    )


def _table(
    context: RequestContext, kpi: Kpi, series: Mapping[str, Mapping[str, KpiPoint]], names: Mapping[str, str]
) -> html.Div:
    """Both lines by year, newest first, with the breaks between."""
    language = context.language
    codes = sorted({code for points in series.values() for code in points}, reverse=True)
    broken = first_periods(breaks_of(context, kpi), codes)
    rows = []
    for code in codes:
        told = period(code, language)
        told = f"{told} ({broken[code].label(language)})" if code in broken else told
        rows.append([told, *(_cell(kpi, points.get(code), language) for points in series.values())])
    caption = f"{kpi.name(language)}, {kpi.unit_name(language)}"
    return data_table(caption, [context.text("compare.trend.period"), *(names[key] for key in series)], rows)


def _cell(kpi: Kpi, point: KpiPoint | None, language: str) -> str:
    return "–" if point is None or point.value is None else value_text(kpi, point.value, language)
