"""The population over time: measured, our forecast with its band, and the official projections."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from dash import html

from contract.locale_formats import estimate, number
from contract.narrative import GroupOutlook
from dashboards.components.chart_card import chart_card
from dashboards.components.population_outlook import band_text, direction, estimate_text
from dashboards.components.population_scenarios import (
    SHOWN,
    Choice,
    chooser,
    reasons,
    scenario_choice,
    subtitle_words,
)
from dashboards.components.population_trend_table import (
    POPULATION_KPI,
    Series,
    past_forecasts,
    past_lines,
    trend_downloads,
    trend_table,
)
from dashboards.components.population_view import PAST_PARAMETER
from dashboards.components.tested_horizons import Tested, shelf_life_words
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import LookedBack
from dashboards.figures.style import wrapped
from dashboards.figures.trend import Line, Mark, TrendTexts, trend_figure
from dashboards.theme import LIGHT

CARD_ID = "vaestonkehitys"
LABEL_LETTERS = 17
"""Letters of a scenario's name on one line beside its end."""


def trend_card(
    context: RequestContext,
    total: dict[int, GroupOutlook],
    found: Tested | None = None,
    looked: Sequence[LookedBack] = (),
    *,
    choosable: bool = True,
) -> html.Section | None:
    """The card of total population; `total` is the forecast by year. None without a measured year.

    `found` says how far ahead such forecasts have been tested, `looked` holds those of earlier years, and
    the address chooses which scenarios are drawn; without `choosable` there is no form to choose them by.
    """
    measured = measured_population(context)
    if not measured:
        return None
    officials = official_totals(context)
    base_year = next(iter(total.values())).base_year if total else None
    choice = scenario_choice(context, total)
    past = past_forecasts(looked) if total else {}
    past_shown = past if context.params.get(PAST_PARAMETER) == SHOWN else {}
    lines, values = _lines(context, measured, total, officials, choice)
    texts = TrendTexts(
        empty=context.text("population.none"),
        number=lambda value: estimate_text(value, context.language),
        tick=lambda value: number(value, context.language),
        band=context.text("population.band"),
        untested=context.text("population.tested.untested"),
    )
    figure = trend_figure(
        values,
        lines,
        texts,
        LIGHT,
        band=_band(total, measured),
        marks=_marks(context, base_year, max(total, default=0), found),
        height=400,
        label_width=136,
        past=past_lines(context, past_shown),
        untested_from=base_year + found.longest if base_year and found else None,
    )
    return chart_card(
        context,
        CARD_ID,
        title=_finding(context, measured, total),
        subtitle=_subtitle(context, base_year, choice, bool(past_shown)),
        figure=figure,
        table=trend_table(context, measured, total, officials, choice, found),
        csv=trend_downloads(context, bool(total), officials, choice, bool(past_shown)),
        sources=_sources(bool(total), officials),
        controls=_controls(context, choice, past, bool(past_shown)) if total and choosable else None,
        notes=[
            *reasons(context, choice, total),
            *([shelf_life_words(context, found, base_year, max(total))] if base_year and found else []),
            *_single_years(context, officials),
        ],
    )


def _subtitle(context: RequestContext, base_year: int | None, choice: Choice, past: bool) -> str:
    key = "population.trend.subtitle" if base_year else "population.trend.subtitle_measured"
    parts = [
        context.text(key, base_year=base_year),
        subtitle_words(context, choice),
        context.text("population.past.subtitle") if past else "",
    ]
    return " ".join(part for part in parts if part)


def _marks(
    context: RequestContext, base_year: int | None, last_year: int, found: Tested | None
) -> list[Mark]:
    """Where the forecast begins, how long such forecasts have held, and from where none has been tested."""
    if base_year is None:
        return []
    begins = Mark(float(base_year), context.text("population.trend.begins", base_year=base_year))
    marks = [begins]
    if found is None:
        return marks
    held = base_year + found.shelf_life
    if found.shelf_life and held < last_year:
        key = "population.tested.mark" if found.ended else "population.tested.mark_at_least"
        marks.append(Mark(float(held), context.text(key, year=held), row=1))
    if base_year + found.longest < last_year:
        note = context.text("population.tested.mark_untested", year=base_year + found.longest + 1)
        marks.append(Mark(float(base_year + found.longest), note, row=len(marks)))
    return marks


def _controls(context: RequestContext, choice: Choice, past: dict[int, Series], past_shown: bool) -> html.Div:
    """The switches, and what the address asked for in vain."""
    names = [forecast.scenario.name(context.language) for forecast in choice.shown]
    shown = ", ".join(names) or context.text("population.scenarios.only_base")
    unknown = unknown_choice(context, ", ".join(choice.unknown), shown, known=not choice.unknown)
    return html.Div([chooser(context, choice, has_past=bool(past), past=past_shown), unknown])


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
    choice: Choice,
) -> tuple[list[Line], pd.DataFrame]:
    """The lines and their points; the forecast starts at the measured point of its base year."""
    drawn: list[tuple[Line, Series]] = [(Line("measured", "", "own"), measured)]
    if total:
        base_year = next(iter(total.values())).base_year
        start = {base_year: measured[base_year]} if base_year in measured else {}
        label = context.text("population.trend.forecast")
        forecast = start | {year: item.middle for year, item in total.items()}
        drawn.append((Line("forecast", label, "forecast"), forecast))
        for item in choice.shown:
            name = wrapped(item.scenario.name(context.language), LABEL_LETTERS)
            line = Line(f"scenario_{item.scenario.scenario_id}", name, "scenario")
            drawn.append((line, start | {year: told.middle for year, told in item.by_year.items()}))
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


def _single_years(context: RequestContext, officials: dict[int, Series]) -> list[str]:
    """Which years there are of a projection that is known for some years only."""
    return [
        context.text(
            "population.trend.single_years", vintage=vintage, years=", ".join(map(str, sorted(series)))
        )
        for vintage, series in officials.items()
        if len(series) <= max(series) - min(series)
    ]


def _sources(has_forecast: bool, officials: dict[int, Series]) -> list[tuple[str, str]]:
    tables = ["vital_events"] + (["population_by_age"] if has_forecast else [])
    tables += [f"population_projection_{vintage}" for vintage in officials]
    return [("statfin", table) for table in tables]
