"""The population over time: measured, our forecast with its band, and the official projections."""

from __future__ import annotations

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, estimate, interval, number
from contract.narrative import GroupOutlook
from dashboards.components.chart_card import chart_card
from dashboards.components.data_table import data_table
from dashboards.components.population_outlook import band_text, direction, estimate_text
from dashboards.context import RequestContext
from dashboards.downloads import csv_address
from dashboards.figures.trend import Line, Mark, TrendTexts, trend_figure
from dashboards.theme import LIGHT

POPULATION_KPI = "population"
CARD_ID = "vaestonkehitys"
Series = dict[int, float]


def trend_card(context: RequestContext, total: dict[int, GroupOutlook]) -> html.Section | None:
    """The card of total population; `total` is the forecast by year. None without a measured year."""
    measured = measured_population(context)
    if not measured:
        return None
    officials = official_totals(context)
    base_year = next(iter(total.values())).base_year if total else None
    lines, values = _lines(context, measured, total, officials)
    texts = TrendTexts(
        empty=context.text("population.none"),
        number=lambda value: estimate_text(value, context.language),
        tick=lambda value: number(value, context.language),
        band=context.text("population.band"),
    )
    begins = context.text("population.trend.begins", base_year=base_year)
    figure = trend_figure(
        values,
        lines,
        texts,
        LIGHT,
        band=_band(total, measured),
        marks=[Mark(float(base_year), begins)] if base_year else [],
        height=400,
        label_width=136,
    )
    subtitle = "population.trend.subtitle" if total else "population.trend.subtitle_measured"
    return chart_card(
        context,
        CARD_ID,
        title=_finding(context, measured, total),
        subtitle=context.text(subtitle, base_year=base_year),
        figure=figure,
        table=_table(context, measured, total, officials),
        csv=_downloads(context, bool(total), officials),
        sources=_sources(bool(total), officials),
        notes=_single_years(context, officials),
    )


def measured_population(context: RequestContext) -> Series:
    """Population at the end of each measured year."""
    history = context.snapshot.kpi_series(POPULATION_KPI, context.municipality_code)
    return {point.period_end.year: point.value for point in history if point.value is not None}


def official_totals(context: RequestContext) -> dict[int, Series]:
    """By vintage: Statistics Finland's projected population by year."""
    snapshot, code = context.snapshot, context.municipality_code
    return {
        vintage: {
            int(year): float(value)
            for year, value in snapshot.official_projection(code, vintage)
            .groupby("projection_year")["value"]
            .sum()
            .items()
        }
        for vintage in snapshot.official_vintages(code)
    }


def _finding(context: RequestContext, measured: Series, total: dict[int, GroupOutlook]) -> str:
    language = context.language
    if not total:
        year = max(measured)
        return context.text(
            "population.trend.title.measured", year=year, now=number(measured[year], language)
        )
    last = total[max(total)]
    return context.text(
        f"population.trend.title.{direction(last)}",
        year=last.year,
        band=band_text(last, language),
        base_year=last.base_year,
        now=number(last.now, language),
    )


def _lines(
    context: RequestContext,
    measured: Series,
    total: dict[int, GroupOutlook],
    officials: dict[int, Series],
) -> tuple[list[Line], pd.DataFrame]:
    """The lines and their points; the forecast starts at the measured point of its base year."""
    drawn: list[tuple[Line, Series]] = [(Line("measured", "", "own"), measured)]
    if total:
        base_year = next(iter(total.values())).base_year
        start = {base_year: measured[base_year]} if base_year in measured else {}
        label = context.text("population.trend.forecast")
        forecast = start | {year: item.middle for year, item in total.items()}
        drawn.append((Line("forecast", label, "forecast"), forecast))
    for vintage, series in officials.items():
        label = "<br>".join(context.text("population.trend.official", vintage=vintage).rsplit(" ", 1))
        drawn.append((Line(f"official_{vintage}", label, "official"), series))
    rows = [
        {"series": line.series, "x": float(year), "period": str(year), "value": value}
        for line, series in drawn
        for year, value in series.items()
    ]
    return [line for line, _ in drawn], pd.DataFrame(rows, columns=["series", "x", "period", "value"])


def _band(total: dict[int, GroupOutlook], measured: Series) -> pd.DataFrame:
    rows = [
        {"x": float(year), "period": str(year), "lower": estimate(item.low), "upper": estimate(item.high)}
        for year, item in total.items()
    ]
    if total:
        base_year = next(iter(total.values())).base_year
        start = measured.get(base_year)
        if start is not None:
            rows.insert(0, {"x": float(base_year), "period": str(base_year), "lower": start, "upper": start})
    return pd.DataFrame(rows, columns=["x", "period", "lower", "upper"])


def _table(
    context: RequestContext,
    measured: Series,
    total: dict[int, GroupOutlook],
    officials: dict[int, Series],
) -> html.Div:
    language = context.language
    heads = [context.text("population.trend.year"), context.text("population.trend.measured")]
    if total:
        heads += [context.text("population.trend.forecast"), context.text("population.band")]
    heads += [context.text("population.trend.official", vintage=vintage) for vintage in officials]
    years = sorted({*measured, *total, *(year for series in officials.values() for year in series)})
    rows = []
    for year in years:
        cells = [str(year), _cell(measured.get(year), language)]
        if total:
            outlook = total.get(year)
            cells += [
                _cell(outlook.middle if outlook else None, language),
                interval(outlook.low, outlook.high, language) if outlook else EN_DASH,
            ]
        rows.append(cells + [_cell(series.get(year), language) for series in officials.values()])
    name = context.municipality.name(language)
    return data_table(context.text("population.trend.caption", name=name), heads, rows)


def _cell(value: float | None, language: str) -> str:
    return EN_DASH if value is None else number(value, language)


def _single_years(context: RequestContext, officials: dict[int, Series]) -> list[str]:
    """Which years there are of a projection that is known for some years only."""
    return [
        context.text(
            "population.trend.single_years", vintage=vintage, years=", ".join(map(str, sorted(series)))
        )
        for vintage, series in officials.items()
        if len(series) <= max(series) - min(series)
    ]


def _downloads(
    context: RequestContext, has_forecast: bool, officials: dict[int, Series]
) -> list[tuple[str, str]]:
    found = [
        (
            context.text("population.trend.csv.measured"),
            csv_address(context, "kpi_series", mittari=POPULATION_KPI),
        )
    ]
    if has_forecast:
        found.append(
            (
                context.text("population.trend.csv.forecast"),
                csv_address(context, "projection", jako="total"),
            )
        )
    return found + [
        (
            context.text("population.trend.csv.official", vintage=vintage),
            csv_address(context, "official_projection", laadittu=vintage),
        )
        for vintage in officials
    ]


def _sources(has_forecast: bool, officials: dict[int, Series]) -> list[tuple[str, str]]:
    tables = ["vital_events"] + (["population_by_age"] if has_forecast else [])
    tables += [f"population_projection_{vintage}" for vintage in officials]
    return [("statfin", table) for table in tables]
