"""What population change is made of: births, natural increase and moves, each with the range of chance."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, interval, number, signed, with_unit
from contract.narrative import Measured, change_between, change_words
from dashboards.components.chart_card import chart, chart_card
from dashboards.components.data_table import data_table
from dashboards.components.picture_button import SMALL_WIDTH, Picture
from dashboards.components.population_trend import measured_population
from dashboards.context import RequestContext
from dashboards.data.records import Kpi, KpiPoint
from dashboards.downloads import csv_address
from dashboards.figures.trend import Line, TrendTexts, trend_figure
from dashboards.theme import LIGHT

CARD_ID = "vaestonmuutos"
BIRTHS = "live_births"
COMPONENTS = ("natural_increase", "net_internal_migration", "net_immigration")
"""Their sum, with the publisher's small corrections, is the change of population."""


@dataclass(frozen=True)
class Component:
    """A component's yearly figures in persons, oldest first."""

    kpi: Kpi
    years: tuple[Measured, ...]

    @property
    def newest(self) -> Measured:
        return self.years[-1]

    @property
    def is_signed(self) -> bool:
        """True for differences, which may be negative."""
        return self.kpi.kpi_id != BIRTHS


def components(context: RequestContext) -> list[Component]:
    """Births and the components that have figures, in persons."""
    histories = context.snapshot.kpi_histories(context.municipality_code)
    known = {kpi.kpi_id for kpi in context.snapshot.kpis()}
    found = []
    for kpi_id in (BIRTHS, *COMPONENTS):
        years = [item for point in histories.get(kpi_id, []) if (item := _in_persons(point)) is not None]
        if kpi_id in known and years:
            found.append(Component(context.snapshot.kpi(kpi_id), tuple(years)))
    return found


def _in_persons(point: KpiPoint) -> Measured | None:
    """The figure as persons: rates are told by their numerator, their interval scaled alike.

    None when the publisher has no figure.
    """
    if point.value is None:
        return None
    if not point.denominator or point.numerator is None:
        return Measured(point.period, point.value, point.lower, point.upper)
    persons_of_rate = point.denominator / 1000
    return Measured(
        point.period,
        point.numerator,
        None if point.lower is None else point.lower * persons_of_rate,
        None if point.upper is None else point.upper * persons_of_rate,
    )


def change_card(context: RequestContext) -> html.Section | None:
    """The card of components, one small chart each; None when no component has a figure."""
    parts = components(context)
    if not parts:
        return None
    return chart_card(
        context,
        CARD_ID,
        title=_finding(context, parts),
        subtitle=context.text("population.change.subtitle"),
        figure=html.Div([_small_chart(context, part) for part in parts], className="small-charts"),
        table=_table(context, parts),
        csv=[
            (
                context.text("population.change.csv", name=part.kpi.name(context.language)),
                csv_address(context, "kpi_series", mittari=part.kpi.kpi_id),
            )
            for part in parts
        ],
        sources=dict.fromkeys(source for part in parts for source in part.kpi.sources),
        notes=[context.text("population.change.note")],
        pictures=[_picture(context, part) for part in parts],
    )


def _finding(context: RequestContext, parts: list[Component]) -> str:
    """The year's change and the component furthest from what chance alone could make."""
    language = context.language
    newest = max(part.newest.period for part in parts)
    population = measured_population(context)
    change = population.get(int(newest), 0.0) - population.get(int(newest) - 1, 0.0)
    known = int(newest) in population and int(newest) - 1 in population
    total = f"{signed(change, language)}" if known else EN_DASH
    telling = [
        part for part in parts if part.is_signed and part.newest.period == newest and _excludes_zero(part)
    ]
    if not telling:
        return context.text("population.change.title.within_chance", year=newest, total=total)
    chosen = max(telling, key=lambda part: abs(part.newest.value))
    name = chosen.kpi.name(language)
    return context.text(
        "population.change.title.stands_out",
        year=newest,
        total=total,
        part=f"{name[:1].lower()}{name[1:]}",
        amount=signed(chosen.newest.value, language),
    )


def _excludes_zero(part: Component) -> bool:
    now = part.newest
    return now.lower is not None and now.upper is not None and (now.lower > 0 or now.upper < 0)


def _small_chart(context: RequestContext, part: Component) -> html.Div:
    language = context.language
    name = part.kpi.name(language)
    values = pd.DataFrame(
        {"series": "own", "x": float(item.period), "period": item.period, "value": item.value}
        for item in part.years
    )
    band = pd.DataFrame(
        [
            {"x": float(item.period), "period": item.period, "lower": item.lower, "upper": item.upper}
            for item in part.years
            if item.lower is not None and item.upper is not None
        ],
        columns=["x", "period", "lower", "upper"],
    )
    texts = TrendTexts(
        empty=context.text("population.none"),
        number=lambda value: _written(part, value, language),
        tick=lambda value: number(value, language),
        band=context.text("population.change.band"),
    )
    figure = trend_figure(
        values,
        [Line("own", "", "own")],
        texts,
        LIGHT,
        band=band,
        height=200,
        label_width=16,
        zero=part.is_signed,
    )
    said = _said(context, part)
    return html.Div(
        [
            html.H3(name),
            html.P(said, className="small quiet"),
            chart(context, _graph_id(part), figure, f"{name}: {said}"),
        ]
    )


def _picture(context: RequestContext, part: Component) -> Picture:
    name = part.kpi.name(context.language)
    return Picture(
        _graph_id(part),
        f"{name}: {_said(context, part)}",
        context.text("population.change.subtitle"),
        text=context.text("population.change.picture", name=name),
        width=SMALL_WIDTH,
    )


def _graph_id(part: Component) -> str:
    return f"{CARD_ID}-{part.kpi.kpi_id}"


def _written(part: Component, value: float, language: str) -> str:
    return signed(value, language) if part.is_signed else number(value, language)


def _said(context: RequestContext, part: Component) -> str:
    """`122 vuonna 2020, ennallaan vuodesta 2019`, or only the figure of a first year."""
    language = context.language
    persons = with_unit(part.newest.value, "persons", language)
    value = f"+{persons}" if part.is_signed and part.newest.value > 0 else persons
    if len(part.years) < 2:
        return context.text("population.change.first", value=value, year=part.newest.period)
    change = change_between(part.newest, part.years[-2], 0)
    return context.text(
        "population.change.figure",
        value=value,
        year=part.newest.period,
        change=change_words(change, "persons", 0, language),
    )


def _table(context: RequestContext, parts: list[Component]) -> html.Div:
    language = context.language
    by_part = [{item.period: item for item in part.years} for part in parts]
    periods = sorted({period for years in by_part for period in years}, reverse=True)
    rows = [
        [
            period,
            *(_cell(part, years.get(period), language) for part, years in zip(parts, by_part, strict=True)),
        ]
        for period in periods
    ]
    heads = [context.text("population.change.year"), *(part.kpi.name(language) for part in parts)]
    name = context.municipality.name(language)
    return data_table(context.text("population.change.caption", name=name), heads, rows)


def _cell(part: Component, item: Measured | None, language: str) -> str:
    if item is None:
        return EN_DASH
    value = _written(part, item.value, language)
    if item.lower is None or item.upper is None:
        return value
    return f"{value} ({_range(item.lower, item.upper, language)})"


def _range(low: float, high: float, language: str) -> str:
    """`101–146`; with negative ends `−76…−10`, since a dash and a minus side by side are misread."""
    if low < 0:
        return f"{number(low, language)}…{number(high, language)}"
    return interval(low, high, language)
