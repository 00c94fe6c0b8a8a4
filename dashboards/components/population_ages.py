"""Population by age: the pyramid, the change of age groups to a chosen year, and the table of horizons."""

from __future__ import annotations

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, UNIT_SPACE, age_group, number, percent, signed
from contract.narrative import SMALLEST_GROUP, GroupOutlook, age_group_of
from dashboards.components.chart_card import chart_card
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.population_outlook import (
    HORIZONS,
    SERVICE_SCHEME,
    band_text,
    born,
    change_pct,
    direction,
    estimate_text,
    persons,
)
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.downloads import csv_address
from dashboards.figures.age_groups import AgeGroupTexts, age_group_figure
from dashboards.figures.pyramid import OLDEST, PyramidTexts, pyramid_figure, widest
from dashboards.theme import LIGHT

PYRAMID_ID = "ikapyramidi"
GROUPS_ID = "ikaryhmat"
HORIZONS_ID = "ikaryhmien-vuodet"
SOURCES = (("statfin", "population_by_age"), ("statfin", "vital_events"))
"""Behind the forecast."""


def pyramid_card(
    context: RequestContext, broad: list[GroupOutlook], base_year: int, year: int | None
) -> html.Section | None:
    """The pyramid of the base year with the forecast of `year` outlined; None without ages.

    `broad`: the forecast of the broad age groups in `year`, from which the finding is said.
    """
    snapshot, code = context.snapshot, context.municipality_code
    now = snapshot.population_pyramid(code, base_year)
    if now.empty:
        return None
    future = _future(context, year)
    scale = max(widest(now), snapshot.projection_age_peak(code))
    texts = _pyramid_texts(context, base_year, year)
    figure = pyramid_figure(now, future, texts, LIGHT, scale=scale)
    subtitle = "population.pyramid.subtitle" if year else "population.pyramid.subtitle_measured"
    csv = [("population.pyramid.csv.measured", "population", base_year)]
    if year:
        csv.append(("population.pyramid.csv.forecast", "projection_age", year))
    return chart_card(
        context,
        PYRAMID_ID,
        title=finding(context, broad) or context.text("population.ages.title.measured", year=base_year),
        subtitle=context.text(subtitle, base_year=base_year, year=year),
        figure=figure,
        table=_pyramid_table(context, now, future, base_year, year),
        csv=[
            (context.text(key, year=of_year), csv_address(context, dataset, vuosi=of_year))
            for key, dataset, of_year in csv
        ],
        sources=SOURCES if year else SOURCES[:1],
    )


def finding(context: RequestContext, groups: list[GroupOutlook]) -> str | None:
    """What changes most among `groups` relative to its size, or that all is within the forecast's band.

    None without groups large enough to be told of.
    """
    large = [item for item in groups if item.now >= SMALLEST_GROUP]
    if not large:
        return None
    differing = [item for item in large if item.differs]
    if not differing:
        return context.text("population.ages.title.same", year=large[0].year)
    chosen = max(differing, key=lambda item: abs(change_pct(item.middle, item.now)))
    group = age_group_of(chosen, context.language)
    return context.text(
        f"population.ages.title.{direction(chosen)}",
        group=f"{group[:1].upper()}{group[1:]}",
        year=chosen.year,
        band=band_text(chosen, context.language),
        share=percent(abs(change_pct(chosen.middle, chosen.now)), context.language, 0),
        base_year=chosen.base_year,
    )


def _future(context: RequestContext, year: int | None) -> pd.DataFrame:
    columns = {"p10": "lower", "p50": "median", "p90": "upper"}
    if year is None:
        return pd.DataFrame(columns=["sex", "age", *columns.values()])
    ages = context.snapshot.projection_age(context.municipality_code, year)
    return ages.rename(columns=columns)


def _pyramid_texts(context: RequestContext, base_year: int, year: int | None) -> PyramidTexts:
    return PyramidTexts(
        empty=context.text("population.none"),
        women=context.text("population.pyramid.women"),
        men=context.text("population.pyramid.men"),
        now=str(base_year),
        future=context.text("population.pyramid.forecast", year=year),
        band=context.text("population.band"),
        age=lambda age: context.text("population.pyramid.years_old", age=_age(age)),
        number=lambda value: persons(value, context.language),
    )


def _age(age: float) -> str:
    return f"{OLDEST}+" if age >= OLDEST else str(int(age))


def _pyramid_table(
    context: RequestContext, now: pd.DataFrame, future: pd.DataFrame, base_year: int, year: int | None
) -> html.Div:
    """Every year of age: men and women in the base year and, with a forecast, in the chosen year."""
    language = context.language
    counts = {(row.sex, row.age): row.population_count for row in now.itertuples()}
    projected = {(row.sex, row.age): (row.median, row.lower, row.upper) for row in future.itertuples()}
    heads = [context.text("population.pyramid.age")]
    for sex in ("men", "women"):
        heads.append(context.text(f"population.pyramid.{sex}_in", year=base_year))
        if year:
            heads.append(context.text(f"population.pyramid.{sex}_in", year=year))
            heads.append(context.text("population.pyramid.band_in", year=year))
    rows = []
    for age in sorted(now["age"].unique()):
        cells = [_age(age)]
        for sex in ("male", "female"):
            cells.append(persons(counts.get((sex, age), 0.0), language))
            if year:
                cells += _projected_cells(projected.get((sex, age)), language)
        rows.append(cells)
    name = context.municipality.name(language)
    return data_table(context.text("population.pyramid.caption", name=name), heads, rows)


def _projected_cells(projected: tuple[float, float, float] | None, language: str) -> list[str]:
    """Median and band of one sex and age; dashes where the forecast has none."""
    if projected is None:
        return [EN_DASH, EN_DASH]
    median, low, high = projected
    return [persons(median, language), f"{persons(low, language)}{EN_DASH}{persons(high, language)}"]


def groups_card(context: RequestContext, groups: list[GroupOutlook]) -> html.Section | None:
    """How much each service age group changes from the base year to one forecast year; None without."""
    told = [item for item in groups if item.now > 0]
    if not told:
        return None
    first, language = told[0], context.language
    changes = pd.DataFrame(
        {
            "label": age_group(item.age_from, item.age_to, language),
            "lower": change_pct(item.low, item.now),
            "median": change_pct(item.middle, item.now),
            "upper": change_pct(item.high, item.now),
        }
        for item in told
    )
    texts = AgeGroupTexts(
        empty=context.text("population.none"),
        change=lambda value: _change(value, language),
        tick=lambda value: signed(value, language),
        unchanged=context.text("population.groups.unchanged"),
        band=context.text("population.band"),
    )
    return chart_card(
        context,
        GROUPS_ID,
        title=finding(context, told) or context.text("population.ages.title.same", year=first.year),
        subtitle=context.text("population.groups.subtitle", base_year=first.base_year, year=first.year),
        figure=age_group_figure(changes, texts, LIGHT, name_width=152),
        table=_groups_table(context, told),
        csv=_group_downloads(context),
        sources=SOURCES,
    )


def _change(value: float, language: str) -> str:
    return signed(value, language) + ("%" if language == "en" else f"{UNIT_SPACE}%")


def _group_downloads(context: RequestContext) -> list[tuple[str, str]]:
    return [
        (context.text(f"population.groups.csv.{key}"), csv_address(context, dataset, jako=SERVICE_SCHEME))
        for key, dataset in (("measured", "population_groups"), ("forecast", "projection"))
    ]


def _groups_table(context: RequestContext, groups: list[GroupOutlook]) -> html.Div:
    language, first = context.language, groups[0]
    heads = [
        context.text("population.groups.group"),
        context.text("population.born.label"),
        str(first.base_year),
        context.text("population.pyramid.forecast", year=first.year),
        context.text("population.band"),
        context.text("population.groups.change"),
    ]
    rows = [
        [
            age_group(item.age_from, item.age_to, language),
            context.text(f"population.born.{born(item)}"),
            number(item.now, language),
            estimate_text(item.middle, language),
            band_text(item, language),
            _change(change_pct(item.middle, item.now), language),
        ]
        for item in groups
    ]
    name = context.municipality.name(language)
    caption = context.text(
        "population.groups.caption_of_year", base_year=first.base_year, year=first.year, name=name
    )
    return data_table(caption, heads, rows, texts=2)


def horizons_section(
    context: RequestContext, by_year: dict[int, list[GroupOutlook]], base_year: int
) -> html.Section | None:
    """The service age groups now and 5, 10 and 20 years on, with bands and who is born; None without."""
    years = [base_year + step for step in HORIZONS if base_year + step in by_year]
    if not years:
        return None
    language = context.language
    by_group = zip(*(by_year[year] for year in years), strict=True)
    rows = [
        [
            age_group(horizons[0].age_from, horizons[0].age_to, language),
            number(horizons[0].now, language),
            *(_horizon_cell(context, item) for item in horizons),
        ]
        for horizons in by_group
    ]
    heads = [context.text("population.groups.group"), str(base_year)]
    heads += [context.text("population.pyramid.forecast", year=year) for year in years]
    title = context.text("population.groups.title")
    title_id = f"{HORIZONS_ID}-title"
    name = context.municipality.name(language)
    return html.Section(
        [
            html.H2(title, id=title_id),
            html.P(context.text("population.groups.lead", base_year=base_year), className="quiet subtitle"),
            data_table(context.text("population.groups.caption", name=name), heads, rows),
            html.P(
                [download_links(context, text, href) for text, href in _group_downloads(context)],
                className="downloads",
            ),
            source_line(context, SOURCES),
        ],
        id=HORIZONS_ID,
        className="chart-card",
        **{"aria-labelledby": title_id},
    )


def _horizon_cell(context: RequestContext, outlook: GroupOutlook) -> html.Div:
    estimate = context.text(
        "population.groups.estimate", value=estimate_text(outlook.middle, context.language)
    )
    status = context.text(f"population.born.{born(outlook)}")
    return html.Div(
        [
            html.Span(band_text(outlook, context.language), className="block strong"),
            html.Span(estimate, className="block quiet"),
            html.Span(status, className=f"block born {born(outlook)}"),
        ]
    )
