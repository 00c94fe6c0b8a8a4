"""Service need on the population page: children, pupils and elderly, now and in five and ten years."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import UNIT_SPACE, age_group, number, percent
from contract.narrative import SMALLEST_GROUP, GroupOutlook
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.pictures import band_picture
from dashboards.components.population_outlook import band_text, change_pct, direction, estimate_text
from dashboards.components.service_need_chart import need_chart
from dashboards.components.service_need_events import events_part
from dashboards.components.service_need_figures import (
    DAY_CARE_CHILDREN,
    LEAD,
    SHOWN,
    UNBORN_ABLE,
    Figures,
    need_figures,
    tested_years,
)
from dashboards.components.service_need_units import units_part
from dashboards.components.source_line import source_line
from dashboards.components.tested_horizons import Tested
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import Participation
from dashboards.downloads import csv_address

SECTION_ID = "palvelutarve"
HORIZONS = (5, 10)
"""Years ahead of the table: a council's term and the life of a plan."""
SOURCES = (("statfin", "population_by_age"), ("statfin", "vital_events"))
ROOM = 1.08
"""Of a band picture beyond its largest figure."""


def service_need_sections(context: RequestContext, found: Tested | None) -> list[html.Section]:
    """The table with limits, and the chart of one service; what is missing where nothing was counted."""
    figures = need_figures(context)
    if not figures:
        return [_none(context)]
    tested = tested_years(context, found)
    return [_overview(context, figures, tested), need_chart(context, figures, tested)]


def _none(context: RequestContext) -> html.Section:
    return html.Section(
        [
            html.H2(context.text("need.heading"), id=f"{SECTION_ID}-title"),
            html.P(context.text("need.none")),
        ],
        id=SECTION_ID,
        className="chart-card",
        **{"aria-labelledby": f"{SECTION_ID}-title"},
    )


def _overview(context: RequestContext, figures: Figures, tested: int) -> html.Section:
    base_year = figures.base_year
    years = [base_year + ahead for ahead in HORIZONS if base_year + ahead <= figures.last_year]
    units = context.snapshot.service_need_units(context.municipality_code)
    downloads = [("need.csv.need", "service_need"), ("need.csv.events", "service_need_events")]
    if units:
        downloads.append(("need.csv.units", "service_need_units"))
    return html.Section(
        [
            html.H2(finding(context, figures), id=f"{SECTION_ID}-title"),
            html.P(context.text("need.lead", base_year=base_year), className="quiet subtitle"),
            _table(context, figures, years, tested),
            html.P(context.text("need.note_born"), className="quiet small note"),
            *_participation(context),
            None
            if any(unit.unit_type == "school" for unit in units)
            else html.P(context.text("need.pupils_note"), className="quiet small note"),
            *units_part(context, units, years),
            *events_part(context, tested),
            html.P(
                [
                    download_links(context, context.text(key), csv_address(context, name))
                    for key, name in downloads
                ],
                className="downloads",
            ),
            source_line(context, SOURCES),
        ],
        id=SECTION_ID,
        className="chart-card",
        **{"aria-labelledby": f"{SECTION_ID}-title"},
    )


def finding(context: RequestContext, figures: Figures) -> str:
    """What of the leading measures changes most in ten years, or that all is within the forecast's band."""
    year = min(figures.base_year + HORIZONS[-1], figures.last_year)
    there = {one: figures.outlooks[one][year] for one in LEAD if one in figures.outlooks}
    large = {one: item for one, item in there.items() if item.now >= SMALLEST_GROUP and item.differs}
    if not large:
        return context.text("need.title.same", year=year)
    chosen = max(large, key=lambda one: abs(change_pct(large[one].middle, large[one].now)))
    item = large[chosen]
    return context.text(
        f"need.title.{direction(item)}",
        people=context.text(f"need.people.{chosen}"),
        year=year,
        band=band_text(item, context.language),
        share=percent(abs(change_pct(item.middle, item.now)), context.language, 0),
        base_year=item.base_year,
    )


def _table(context: RequestContext, figures: Figures, years: Sequence[int], tested: int) -> html.Div:
    """One row a measure: today's number, and for each horizon the band, the estimate and who is born."""
    heads = [context.text("need.who"), context.text("need.now", year=figures.base_year)]
    for year in years:
        key = "need.ahead" if year - figures.base_year <= tested else "need.ahead_untested"
        heads.append(context.text(key, year=year))
    rows: list[list[str | Component]] = []
    for measure in SHOWN:
        by_year = figures.outlooks.get(measure)
        if by_year is None:
            continue
        now = next(iter(by_year.values())).now
        cells = [_cell(context, measure, by_year[year], figures.born[measure][year]) for year in years]
        rows.append([_who(context, measure, figures.base_year, now), number(now, context.language), *cells])
    name = context.municipality.name(context.language)
    return data_table(context.text("need.caption", name=name), heads, rows)


def _who(context: RequestContext, measure: str, base_year: int, now: float) -> html.Div:
    """Whom the row is about; on narrow screens also today's number, whose column has no room there."""
    rates = context.snapshot.participation
    year = rates[0].reference_year if rates and measure == DAY_CARE_CHILDREN else ""
    return html.Div(
        [
            html.Span(context.text(f"need.people.{measure}"), className="block strong"),
            html.Span(context.text(f"need.ages.{measure}", year=year), className="block quiet"),
            html.Span(f"{base_year}: {number(now, context.language)}", className="narrow"),
        ]
    )


def _cell(context: RequestContext, measure: str, item: GroupOutlook, born: float) -> html.Div:
    language = context.language
    told = [context.text("need.estimate", value=estimate_text(item.middle, language))]
    if measure in UNBORN_ABLE:
        told.append(context.text("need.born", share=percent(100 * born, language, 0)))
    return html.Div(
        [
            html.Span(band_text(item, language), className="block strong"),
            band_picture(item.now, item.low, item.high, max(item.now, item.high) * ROOM),
            html.Span(", ".join(told), className="block quiet"),
        ]
    )


def _participation(context: RequestContext) -> list[html.P]:
    """The rate behind children in day care, by its name: of which year, of which ages, who published it."""
    rates = context.snapshot.participation
    if not rates:
        return []
    language = context.language
    told = "; ".join(
        context.text(
            "need.rate.of_ages",
            ages=age_group(rate.age_from, rate.age_to, language),
            share=percent(100 * rate.participation_rate, language, 0),
        )
        for rate in rates
    )
    note = context.text("need.rate.note", year=rates[0].reference_year, rates=told)
    return [html.P([note, " ", _published(context, rates[0])], className="quiet small note")]


def _published(context: RequestContext, rate: Participation) -> html.A:
    source = context.text("need.rate.source", source=rate.source(context.language))
    return html.A(source.replace(" %", f"{UNIT_SPACE}%"), href=rate.url, rel="noreferrer")
