"""One KPI whole: what it means, its course, where we stand among all, the map, the path from the source."""

from __future__ import annotations

from dash import Dash, html

from contract.locale_formats import period, with_unit
from dashboards.components.comparison import Comparison, Figures
from dashboards.components.comparison_chooser import GROUP_PARAMETER, chooser
from dashboards.components.comparison_dots import dots_section, status_text, table_section
from dashboards.components.comparison_facts import chosen_kpi, facts_line, unknown_choices
from dashboards.components.comparison_groups import chosen_group, comparison_groups
from dashboards.components.comparison_trend import trend_section
from dashboards.components.download_links import download_links
from dashboards.components.kpi_facts import (
    checks_of_tables,
    figure_now,
    how_computed,
    path_of_figure,
    what_changed,
)
from dashboards.components.kpi_forecast import forecast_parts
from dashboards.components.kpi_standing import standing_section, target_levels
from dashboards.components.kpi_tiles import tiles_section
from dashboards.context import RequestContext
from dashboards.data.records import COUNTRY
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_address

PATH = "/mittari"
TITLE = "page.kpi"
COMPARE_PATH = "/vertailu"


def layout(context: RequestContext) -> html.Div:
    """The whole page for the KPI and group of the address, or for the defaults."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    kpi = chosen_kpi(context, latest)
    newest = latest[kpi.kpi_id].period if kpi and kpi.kpi_id in latest else None
    newest = newest or (next(iter(context.snapshot.kpi_periods(kpi.kpi_id)), None) if kpi else None)
    if kpi is None or newest is None:
        return html.Div([html.H1(context.text(TITLE)), html.P(context.text("compare.empty"))])
    groups = comparison_groups(context)
    group = chosen_group(groups, context.params.get(GROUP_PARAMETER))
    figures = Figures(context, kpi, newest)
    comparison = figures.among(group)
    country = figures.among(next(item for item in groups if item.key == COUNTRY))
    marked = group if group.kind != "country" else groups[0]
    darker = marked.members if marked.kind != "country" else frozenset[str]()
    return html.Div(
        [
            html.H1(heading(context, comparison)),
            html.P(kpi.description(context.language), className="lead"),
            facts_line(context, comparison),
            chooser(context, PATH, context.snapshot.kpis(), kpi, groups, group),
            *unknown_choices(context, kpi, group),
            html.P(group.reason, className="quiet small") if group.reason else None,
            html.Div(
                [figure_now(context, comparison, latest.get(kpi.kpi_id)), how_computed(context, kpi)],
                className="kpi-words",
            ),
            standing_section(context, comparison),
            trend_section(context, comparison, target_levels(context, kpi)),
            *forecast_parts(context, kpi),
            dots_section(context, country, darker, marked.name),
            tiles_section(context, country),
            table_section(context, country),
            html.Div([path_of_figure(context, kpi), what_changed(context, kpi)], className="kpi-words"),
            checks_of_tables(context, kpi),
            _onwards(context, comparison),
        ],
        className="compare kpi-page",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def heading(context: RequestContext, comparison: Comparison) -> str:
    """The figure with its unit and period, or why there is none."""
    kpi, own, language = comparison.kpi, comparison.own, context.language
    names = {"kpi": kpi.name(language), "name": own.name}
    if own.value is None:
        return context.text("compare.heading.missing", **names, status=status_text(context, own.status))
    value = with_unit(own.value, kpi.unit, language, kpi.decimals)
    return context.text("kpi.heading", **names, value=value, period=period(comparison.period, language))


def _onwards(context: RequestContext, comparison: Comparison) -> html.P:
    """The ways on: both downloads, and the comparison of the same KPI and group."""
    kpi_id = comparison.kpi.kpi_id
    files = [
        ("kpi.download.series", csv_address(context, "kpi_series", mittari=kpi_id)),
        ("kpi.download.values", csv_address(context, "kpi_values", mittari=kpi_id, jakso=comparison.period)),
    ]
    compared = context.link(COMPARE_PATH, mittari=kpi_id, ryhma=comparison.group.key)
    return html.P(
        [
            *(download_links(context, context.text(key), href) for key, href in files),
            html.A(context.text("dictionary.kpi.compare"), href=compared, className="forward"),
        ],
        className="downloads",
    )
