"""The data page: where the figures come from, when, what was checked, and how past forecasts turned out."""

from __future__ import annotations

from datetime import datetime

from dash import Dash, html

from contract.locale_formats import moment, number
from contract.snapshot import RunStatus, SourceStatus
from dashboards.components.backtest_results import backtest_results
from dashboards.components.download_links import download_links
from dashboards.components.forecast_accuracy import forecast_accuracy
from dashboards.components.known_breaks import known_breaks
from dashboards.components.known_corrections import known_corrections
from dashboards.components.morning_news import morning_news
from dashboards.components.own_submissions import own_submissions
from dashboards.components.source_catalogue import source_catalogue
from dashboards.components.source_checks import source_checks, verdict
from dashboards.components.source_periods import source_periods
from dashboards.components.table_borders import table_borders
from dashboards.context import RequestContext
from dashboards.data.records import Source
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_address

PATH = "/tiedot"
TITLE = "page.data"


class Ids:
    """Element ids of the page; the last is the footer's target."""

    NOW = "data-now"
    SOURCES = "data-sources"
    CHECKS = "data-checks"
    NEWS = "data-news"
    CATALOGUE = "data-catalogue"
    OWN = "data-own"
    CORRECTIONS = "data-corrections"
    BORDERS = "data-borders"
    BREAKS = "data-breaks"
    ACCESSIBILITY = "saavutettavuus"


def layout(context: RequestContext) -> html.Div:
    """The whole page; the forecast part is the municipality's, the rest concerns all."""
    by_table = (
        {(item.source, item.table_name): item for item in context.status.sources} if context.status else {}
    )
    sources = context.snapshot.sources()
    return html.Div(
        [
            html.H1(context.text(TITLE)),
            html.P(context.text("data.lead"), className="lead"),
            _now(context),
            morning_news(context, Ids.NEWS),
            _sources(context, sources, by_table),
            own_submissions(context, Ids.OWN),
            source_catalogue(context, Ids.CATALOGUE),
            _checks(context, sources, by_table),
            known_corrections(context, Ids.CORRECTIONS),
            table_borders(context, Ids.BORDERS),
            known_breaks(context, Ids.BREAKS),
            backtest_results(context),
            forecast_accuracy(context),
            html.Section(
                [
                    html.H2(context.text("data.accessibility.title"), id=Ids.ACCESSIBILITY),
                    html.P(context.text("data.accessibility.text")),
                ]
            ),
        ],
        className="data-page",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _now(context: RequestContext) -> html.Section:
    manifest, language = context.snapshot.manifest, context.language
    facts = [
        ("data.now.snapshot", manifest.snapshot_id),
        ("data.now.published", moment(manifest.created_at, language)),
        ("data.now.run", _run_words(context, context.status.run if context.status else None)),
        ("data.now.scope", context.text(f"data.now.{'extract' if manifest.is_extract else 'complete'}")),
        ("data.now.borders", context.text("data.now.borders_year", year=manifest.border_year)),
        ("data.now.revision", manifest.git_revision),
        ("data.now.engine", manifest.engine_version),
    ]
    return html.Section(
        [
            html.H2(context.text("data.now.title"), id=Ids.NOW),
            html.Dl(
                [html.Div([html.Dt(context.text(key)), html.Dd(value)]) for key, value in facts],
                className="facts",
            ),
        ]
    )


def _run_words(context: RequestContext, run: RunStatus | None) -> str:
    if run is None:
        return context.text("data.run.unknown")
    at = run.started_at if run.state == "running" else run.finished_at or run.started_at
    return context.text(f"data.run.{run.state}", time=moment(at, context.language))


def _sources(
    context: RequestContext, sources: list[Source], by_table: dict[tuple[str, str], SourceStatus]
) -> html.Section:
    heads = ("source", "periods", "released", "fetched", "borders", "rows", "checks")
    rows = [
        _source_row(context, source, by_table.get((source.source, source.table_name))) for source in sources
    ]
    table = html.Table(
        [
            html.Caption(context.text("data.sources.title"), className="hidden"),
            html.Thead(
                html.Tr(
                    [
                        html.Th(
                            context.text(f"data.sources.{head}"),
                            scope="col",
                            className="number" if head == "rows" else None,
                        )
                        for head in heads
                    ]
                )
            ),
            html.Tbody(rows),
        ]
    )
    return html.Section(
        [
            html.H2(context.text("data.sources.title"), id=Ids.SOURCES),
            html.Div(
                table, className="scroll", tabIndex=0, role="region", **{"aria-labelledby": Ids.SOURCES}
            ),
            html.P(
                download_links(
                    context, context.text("data.sources.download"), csv_address(context, "sources")
                )
            ),
        ]
    )


def _source_row(context: RequestContext, source: Source, status: SourceStatus | None) -> html.Tr:
    language = context.language
    is_own = source.source == "own"
    table = context.text("data.sources.table", table=source.publisher_table_id)
    issued = f"{context.publisher(source)}, {table}, {source.licence}"
    name = html.A(source.title(language), href=source.page_url, rel="noreferrer") if source.page_url else None
    return html.Tr(
        [
            html.Th(
                [
                    name or source.title(language),
                    html.Span(
                        context.text("data.sources.own") if is_own else issued, className="quiet small block"
                    ),
                ],
                scope="row",
            ),
            html.Td(source_periods(context, source)),
            html.Td(_when(source.publisher_stamp, language), className="time"),
            html.Td(_when(source.fetched_at, language), className="time"),
            html.Td(str(source.border_year or "–")),
            html.Td(number(source.rows_loaded, language), className="number"),
            html.Td(verdict(context, status, is_own=is_own), className="time"),
        ]
    )


def _when(value: datetime | None, language: str) -> str:
    return moment(value, language) if value else "–"


def _checks(
    context: RequestContext, sources: list[Source], by_table: dict[tuple[str, str], SourceStatus]
) -> html.Section:
    parts = [
        source_checks(context, source, by_table[(source.source, source.table_name)])
        for source in sources
        if (source.source, source.table_name) in by_table
    ]
    return html.Section(
        [
            html.H2(context.text("data.checks.title"), id=Ids.CHECKS),
            html.P(context.text("data.checks.lead")),
            *(parts or [html.P(context.text("data.checks.none"), className="quiet")]),
        ]
    )
