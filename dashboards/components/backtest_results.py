"""How wrong past forecasts have been: for leaders in three sentences, for analysts in tables."""

from __future__ import annotations

from collections.abc import Sequence

from dash import html

from contract.locale_formats import EN_DASH, age_group, number, percent
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.tested_horizons import size_words
from dashboards.context import RequestContext
from dashboards.data.backtest import (
    CHANCE,
    COVERAGE_80,
    EVERY_SIZE,
    HAMILTON_PERRY,
    MAPE,
    MUNICIPALITIES,
    NO_CHANGE,
    OFFICIAL,
    OFFICIAL_REBASED,
    OURS,
    REGION_RATIOS,
    REGIONS,
    TOTALS,
    TRENDS,
    WAPE,
    WITHIN_10,
    About,
    Backtest,
    size_classes,
)
from dashboards.downloads import csv_address

SECTION_ID = "takautuva-testi"
METHOD_PAGE = "docs/methods/foresight_backtest.md"
COMMAND = "kuntaluotsi backtest"
HORIZONS = (1, 2, 3, 5, 10, 15, 20)
FEW_HORIZONS = (1, 5, 10, 20)
NEAR, FAR = 5, 10
"""Years ahead that the sentences tell of."""
PUPILS, NEWBORN = "7-12", "0"
"""Born, and not yet born, five years ahead."""
COLUMNS = {
    OURS: "ours",
    OFFICIAL: "official",
    OFFICIAL_REBASED: "official_rebased",
    TRENDS[0]: "trend_short",
    TRENDS[1]: "trend_long",
    HAMILTON_PERRY: "hamilton_perry",
    REGION_RATIOS: "region_ratios",
    NO_CHANGE: "no_change",
    CHANCE: "chance",
}
"""Methods in the order of columns, with the keys of their names."""


def backtest_results(context: RequestContext) -> html.Section:
    """The section; where the snapshot holds no results it says how they come about."""
    scores = context.snapshot.backtest
    method = html.P(context.text("data.backtest.method", file=METHOD_PAGE), className="quiet")
    if not scores:
        content = [html.P(context.text("data.backtest.none", command=COMMAND)), method]
    else:
        content = [
            html.Ul([html.Li(said) for said in _sentences(context, scores)], className="three"),
            html.P(context.text("data.backtest.basis"), className="quiet"),
            *_tables(context, scores),
            html.P(
                download_links(
                    context, context.text("data.backtest.csv"), csv_address(context, "backtest_scores")
                )
            ),
            method,
        ]
    return html.Section(
        [html.H2(context.text("data.backtest.title"), id=SECTION_ID), *content], className="backtest"
    )


def _sentences(context: RequestContext, scores: Backtest) -> list[str]:
    """What is known, how wrong we have been, what nobody can beat; each only where there are figures."""
    pupils, newborn = (
        scores.value(About(REGIONS, NEAR, scheme="service", age_group=group)) for group in (PUPILS, NEWBORN)
    )
    ours = [scores.value(About(TOTALS, horizon)) for horizon in (NEAR, FAR)]
    trends = [scores.best(About(TOTALS, horizon), TRENDS) for horizon in (NEAR, FAR)]
    floor = scores.value(About(TOTALS, NEAR, CHANCE))
    said = [
        _said(context, "known", born=pupils, unborn=newborn),
        _said(
            context,
            "wrong",
            near=ours[0],
            far=ours[1],
            trend_near=trends[0][1] if trends[0] else None,
            trend_far=trends[1][1] if trends[1] else None,
        ),
        _said(context, "floor", floor=floor),
    ]
    return [sentence for sentence in said if sentence]


def _said(context: RequestContext, key: str, **figures: float | None) -> str | None:
    known = {name: percent(value, context.language) for name, value in figures.items() if value is not None}
    if len(known) < len(figures):
        return None
    return context.text(f"data.backtest.{key}", years=NEAR, far_years=FAR, **known)


def _tables(context: RequestContext, scores: Backtest) -> list[html.Details]:
    tables = [
        *(_of_totals(context, scores, run) for run in (TOTALS, MUNICIPALITIES, REGIONS)),
        _by_size(context, scores),
        _ages_of_regions(context, scores),
        _ages_of_municipalities(context, scores),
    ]
    told = [(title, heads, rows) for title, heads, rows in tables if rows]
    return [
        html.Details(
            [
                html.Summary(title),
                data_table(context.text("data.backtest.caption", table=title), heads, rows),
            ],
            className="behind",
            open=position == 0,
        )
        for position, (title, heads, rows) in enumerate(told)
    ]


Table = tuple[str, list[str], list[list[str]]]


def _of_totals(context: RequestContext, scores: Backtest, run: str) -> Table:
    """Total population by years ahead, every method of the run, and how often our band held."""
    tested = scores.horizons(About(run, 0))
    there = [horizon for horizon in HORIZONS if horizon in tested]
    methods = [m for m in COLUMNS if any(scores.value(About(run, h, m)) is not None for h in there)]
    heads = [
        _head(context, "ahead"),
        _head(context, "forecasts"),
        *(_head(context, COLUMNS[method]) for method in methods),
        _head(context, "coverage"),
    ]
    rows = [
        [
            str(horizon),
            _basis(context, scores, About(run, horizon)),
            *(_cell(context, scores, About(run, horizon, method), 2) for method in methods),
            _cell(context, scores, About(run, horizon, measure=COVERAGE_80), 0),
        ]
        for horizon in there
    ]
    return context.text(f"data.backtest.table.{run.replace(' ', '_')}"), heads, rows


def _by_size(context: RequestContext, scores: Backtest) -> Table:
    """Total population of municipalities by size class and years ahead."""
    rows = []
    for label in size_classes():
        there = scores.horizons(About(TOTALS, 0, size_class=label))
        for horizon in (h for h in FEW_HORIZONS if h in there):
            about = About(TOTALS, horizon, size_class=label)
            best = scores.best(about, TRENDS)
            rows.append(
                [
                    size_words(context, label),
                    str(horizon),
                    _basis(context, scores, about),
                    _cell(context, scores, about),
                    percent(best[1], context.language) if best else EN_DASH,
                    _cell(context, scores, about._replace(method=NO_CHANGE)),
                    _cell(context, scores, about._replace(method=CHANCE)),
                    _cell(context, scores, about._replace(measure=COVERAGE_80), 0),
                    _cell(context, scores, about._replace(measure=WITHIN_10), 0),
                ]
            )
    heads = ("size", "ahead", "forecasts", "ours", "trend", "no_change", "chance", "coverage", "within")
    return context.text("data.backtest.table.sizes"), [_head(context, head) for head in heads], rows


def _ages_of_regions(context: RequestContext, scores: Backtest) -> Table:
    """Service age groups of regions: ours, Hamilton-Perry and our band, some years ahead."""
    there = [h for h in FEW_HORIZONS if h in scores.horizons(About(REGIONS, 0))]
    kinds = (
        (OURS, MAPE, "ours", 1),
        (HAMILTON_PERRY, MAPE, "hamilton_perry", 1),
        (OURS, COVERAGE_80, "coverage", 0),
    )
    heads = [_head(context, "age")]
    heads += [
        context.text("data.backtest.head.at", years=horizon, what=_head(context, key))
        for horizon in there
        for _, _, key, _ in kinds
    ]
    rows = [
        [
            age_group(low, high, context.language),
            *(
                _cell(
                    context, scores, About(REGIONS, h, method, measure, EVERY_SIZE, "service", group), digits
                )
                for h in there
                for method, measure, _, digits in kinds
            ),
        ]
        for group, low, high in _groups(context, "service")
        if there and scores.value(About(REGIONS, there[0], scheme="service", age_group=group)) is not None
    ]
    return context.text("data.backtest.table.region_ages"), heads, rows


def _ages_of_municipalities(context: RequestContext, scores: Backtest) -> Table:
    """Age groups of municipalities beside the official projection, every person counted the same."""
    methods = (OURS, OFFICIAL, OFFICIAL_REBASED, REGION_RATIOS, NO_CHANGE, CHANCE)
    rows = []
    for group, low, high in _groups(context, "report"):
        about = About(MUNICIPALITIES, 0, OURS, WAPE, EVERY_SIZE, "report", group)
        for horizon in scores.horizons(about):
            at = about._replace(horizon=horizon)
            rows.append(
                [
                    age_group(low, high, context.language),
                    str(horizon),
                    *(_cell(context, scores, at._replace(method=method)) for method in methods),
                    _cell(context, scores, at._replace(measure=COVERAGE_80), 0),
                ]
            )
    heads = ["age", "ahead", *(COLUMNS[method] for method in methods), "coverage"]
    return context.text("data.backtest.table.municipal_ages"), [_head(context, head) for head in heads], rows


def _groups(context: RequestContext, scheme: str) -> Sequence[tuple[str, int, int | None]]:
    groups = context.snapshot.age_groups(scheme)
    return [(row.age_group, int(row.age_from), int(row.age_to)) for row in groups.itertuples()]


def _head(context: RequestContext, key: str) -> str:
    return context.text(f"data.backtest.head.{key}")


def _cell(context: RequestContext, scores: Backtest, about: About, decimals: int = 1) -> str:
    value = scores.value(about)
    return EN_DASH if value is None else percent(value, context.language, decimals)


def _basis(context: RequestContext, scores: Backtest, about: About) -> str:
    """How many forecasts, of which base years: `1 702 (1982–2015)`."""
    score = scores.scores[about]
    years = f"{score.first}{EN_DASH}{score.last}" if score.last > score.first else str(score.first)
    return f"{number(score.cases, context.language)} ({years})"
