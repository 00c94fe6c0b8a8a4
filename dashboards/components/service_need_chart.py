"""One service over time: the people of its ages as counted so far, and the forecast with its band."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, estimate, interval, number, percent
from contract.narrative import GroupOutlook
from dashboards.components.chart_card import chart_card
from dashboards.components.data_table import data_table
from dashboards.components.population_outlook import USUAL_HORIZON, band_text, estimate_text
from dashboards.components.population_view import SERVICE_PARAMETER, view_link
from dashboards.components.service_need_figures import AGES, SHOWN, UNBORN_ABLE, Figures
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.downloads import csv_address
from dashboards.figures.style import wrapped
from dashboards.figures.trend import Line, Mark, TrendTexts, trend_figure
from dashboards.theme import LIGHT

CARD_ID = "palvelutarpeen-kehitys"
CHOOSER_ID = "palvelun-valinta"
USUAL = "pupils_1_9"
SOURCES = (("statfin", "population_by_age"), ("statfin", "vital_events"))
LABEL_LETTERS = 17


def need_chart(context: RequestContext, figures: Figures, tested: int) -> html.Section:
    """The card of the service that the address chooses (`palvelu`), else of pupils of grades 1–9."""
    there = [one for one in SHOWN if one in figures.outlooks]
    asked = context.params.get(SERVICE_PARAMETER)
    measure = asked if asked in there else USUAL if USUAL in there else there[0]
    by_year = figures.outlooks[measure]
    people = context.text(f"need.people.{measure}")
    measured = _measured(context, measure, figures.base_year, next(iter(by_year.values())).now)
    base_year = figures.base_year
    year = min(base_year + USUAL_HORIZON, figures.last_year)
    title = context.text(
        "need.chart.title",
        people=people,
        base_year=base_year,
        now=number(by_year[year].now, context.language),
        year=year,
        band=band_text(by_year[year], context.language),
    )
    unknown = unknown_choice(context, asked, people, known=asked == measure)
    return chart_card(
        context,
        CARD_ID,
        title=title,
        subtitle=context.text("need.chart.subtitle", base_year=base_year),
        figure=trend_figure(
            *_drawn(people, measured, by_year),
            _texts(context),
            LIGHT,
            band=_band(by_year, base_year, measured[base_year]),
            marks=_marks(context, base_year, tested, figures.last_year),
            height=360,
            label_width=136,
            untested_from=base_year + tested,
        ),
        table=_table(context, figures, measure, measured, tested),
        csv=[(context.text("need.csv.need"), csv_address(context, "service_need"))],
        sources=SOURCES,
        controls=html.Div([_chooser(context, there, measure), unknown]),
    )


def _measured(context: RequestContext, measure: str, base_year: int, now: float) -> dict[int, float]:
    """People counted at the end of each year; of what is no age group the base year's number alone."""
    if measure not in AGES:
        return {base_year: now}
    counted = context.snapshot.service_need_history(context.municipality_code, *AGES[measure])
    return {base_year: now} | {year: people for year, people in counted.items() if year <= base_year}


def _drawn(
    people: str, measured: Mapping[int, float], by_year: Mapping[int, GroupOutlook]
) -> tuple[pd.DataFrame, list[Line]]:
    base_year = next(iter(by_year.values())).base_year
    forecast = {base_year: measured[base_year]} | {year: item.middle for year, item in by_year.items()}
    rows = [
        {"series": series, "x": float(year), "period": str(year), "value": value}
        for series, points in (("measured", measured), ("forecast", forecast))
        for year, value in sorted(points.items())
    ]
    label = wrapped(people, LABEL_LETTERS)
    lines = [Line("measured", "", "own"), Line("forecast", label, "forecast")]
    return pd.DataFrame(rows, columns=["series", "x", "period", "value"]), lines


def _band(by_year: Mapping[int, GroupOutlook], base_year: int, now: float) -> pd.DataFrame:
    rows = [{"x": float(base_year), "period": str(base_year), "lower": now, "upper": now}]
    rows += [
        {"x": float(year), "period": str(year), "lower": estimate(item.low), "upper": estimate(item.high)}
        for year, item in by_year.items()
    ]
    return pd.DataFrame(rows)


def _texts(context: RequestContext) -> TrendTexts:
    return TrendTexts(
        empty=context.text("population.none"),
        number=lambda value: estimate_text(value, context.language),
        tick=lambda value: number(value, context.language),
        band=context.text("population.band"),
        untested=context.text("population.tested.untested"),
    )


def _marks(context: RequestContext, base_year: int, tested: int, last_year: int) -> list[Mark]:
    marks = [Mark(float(base_year), context.text("population.trend.begins", base_year=base_year))]
    if base_year + tested < last_year:
        note = context.text("population.tested.mark_untested", year=base_year + tested + 1)
        marks.append(Mark(float(base_year + tested), note, row=1))
    return marks


def _chooser(context: RequestContext, there: list[str], chosen: str) -> html.Div:
    links = [
        html.A(
            context.text(f"need.people.{measure}"),
            href=view_link(context, CARD_ID, **{SERVICE_PARAMETER: measure}),
            className="choice",
            **({"aria-current": "true"} if measure == chosen else {}),
        )
        for measure in there
    ]
    return html.Div(
        [
            html.Span(context.text("need.chart.choose"), id=CHOOSER_ID, className="quiet"),
            html.Ul([html.Li(link) for link in links], **{"aria-labelledby": CHOOSER_ID}),
        ],
        className="services",
    )


def _table(
    context: RequestContext, figures: Figures, measure: str, measured: Mapping[int, float], tested: int
) -> html.Div:
    """Every year: counted, or the estimate with its band and how many of them are born already."""
    language, nothing = context.language, EN_DASH
    told_born = measure in UNBORN_ABLE
    heads = [context.text(f"population.trend.{key}") for key in ("year", "measured", "forecast")]
    heads += [context.text("population.band")] + ([context.text("need.chart.born")] if told_born else [])
    born_cell = [nothing] if told_born else []
    rows = [
        [str(year), number(people, language), nothing, nothing, *born_cell]
        for year, people in sorted(measured.items())
    ]
    for year, item in sorted(figures.outlooks[measure].items()):
        band = interval(item.low, item.high, language)
        if year - figures.base_year > tested:
            band = f"{band} ({context.text('population.tested.untested')})"
        cells = [str(year), nothing, number(item.middle, language), band]
        rows.append(cells + ([percent(100 * figures.born[measure][year], language, 0)] if told_born else []))
    people, name = context.text(f"need.people.{measure}"), context.municipality.name(language)
    return data_table(context.text("need.chart.caption", people=people, name=name), heads, rows)
