"""The figures behind the trend of total population: table, downloads, forecasts of earlier years."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, interval, number
from contract.narrative import GroupOutlook
from dashboards.components.data_table import data_table
from dashboards.components.population_scenarios import Choice, table_cells, table_heads
from dashboards.components.tested_horizons import Tested
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NO_CHANGE_IN_HINDSIGHT, OURS_IN_HINDSIGHT, LookedBack
from dashboards.downloads import csv_address

POPULATION_KPI = "population"
Series = dict[int, float]
"""Population by year."""


def past_forecasts(looked: Sequence[LookedBack]) -> dict[int, Series]:
    """By base year: what the method would have said then, from the base year's own figure on."""
    found: dict[int, Series] = {}
    for row in looked:
        line = found.setdefault(row.base_year, {})
        if row.method == NO_CHANGE_IN_HINDSIGHT:
            line[row.base_year] = row.forecast
        elif row.method == OURS_IN_HINDSIGHT:
            line[row.projection_year] = row.forecast
    return found


def past_lines(context: RequestContext, past: dict[int, Series]) -> pd.DataFrame:
    """The same as rows to be drawn: name, x, period, value."""
    rows = [
        {"name": name, "x": float(year), "period": str(year), "value": value}
        for base_year, line in past.items()
        for name in (context.text("population.past.line", base_year=base_year),)
        for year, value in line.items()
    ]
    return pd.DataFrame(rows, columns=["name", "x", "period", "value"])


def trend_table(
    context: RequestContext,
    measured: Series,
    total: dict[int, GroupOutlook],
    officials: dict[int, Series],
    choice: Choice,
    found: Tested | None,
) -> html.Div:
    """Measured, forecast and band, scenarios and their bands, official projections, by year."""
    language = context.language
    heads = [context.text("population.trend.year"), context.text("population.trend.measured")]
    if total:
        heads += [context.text("population.trend.forecast"), context.text("population.band")]
    heads += table_heads(context, choice)
    heads += [context.text("population.trend.official", vintage=vintage) for vintage in officials]
    years = sorted({*measured, *total, *(year for series in officials.values() for year in series)})
    rows = []
    for year in years:
        cells = [str(year), _cell(measured.get(year), language)]
        if total:
            outlook = total.get(year)
            cells += [
                _cell(outlook.middle if outlook else None, language),
                _band_cell(context, outlook, found) if outlook else EN_DASH,
            ]
        cells += table_cells(context, choice, year, EN_DASH)
        rows.append(cells + [_cell(series.get(year), language) for series in officials.values()])
    name = context.municipality.name(language)
    return data_table(context.text("population.trend.caption", name=name), heads, rows)


def _band_cell(context: RequestContext, outlook: GroupOutlook, found: Tested | None) -> str:
    """The band, with a word where nothing that far ahead has been tested."""
    band = interval(outlook.low, outlook.high, context.language)
    if found is None or outlook.year - outlook.base_year <= found.longest:
        return band
    return f"{band} ({context.text('population.tested.untested')})"


def _cell(value: float | None, language: str) -> str:
    return EN_DASH if value is None else number(value, language)


def trend_downloads(
    context: RequestContext,
    has_forecast: bool,
    officials: dict[int, Series],
    choice: Choice,
    past: bool,
) -> list[tuple[str, str]]:
    """Name and address of a file for everything that is drawn."""
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
    for item in choice.shown:
        address = csv_address(context, "projection", jako="total", skenaario=item.scenario.scenario_id)
        name = item.scenario.name(context.language)
        found.append((context.text("population.scenarios.csv", name=name), address))
    if past:
        found.append((context.text("population.past.csv.hindsight"), csv_address(context, "hindsight")))
    return found + [
        (
            context.text("population.trend.csv.official", vintage=vintage),
            csv_address(context, "official_projection", laadittu=vintage),
        )
        for vintage in officials
    ]
