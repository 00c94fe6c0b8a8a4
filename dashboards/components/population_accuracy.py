"""Past accuracy in one municipality: how far off forecasts from earlier years would have been, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

import pandas as pd
from dash import html

from contract.locale_formats import EN_DASH, number, percent
from dashboards.components.data_table import data_table
from dashboards.components.download_links import download_links
from dashboards.components.forecast_accuracy import accuracy_table
from dashboards.components.source_line import source_line
from dashboards.components.tested_horizons import FEWEST_CASES, Tested, base_years_words, size_words
from dashboards.context import RequestContext
from dashboards.data.backtest import CHANCE, OURS, Score
from dashboards.data.foresight_queries import (
    NO_CHANGE_IN_HINDSIGHT,
    OURS_IN_HINDSIGHT,
    TREND_IN_HINDSIGHT,
    LookedBack,
)
from dashboards.downloads import csv_address

SECTION_ID = "osuvuus"
OFFICIAL_ID = "osuvuus-tilastokeskus"
LEADERS_HORIZON = 5
"""Years ahead that leaders ask for: a council's term and the next budget."""
METHODS = (OURS_IN_HINDSIGHT, TREND_IN_HINDSIGHT, NO_CHANGE_IN_HINDSIGHT)


@dataclass(frozen=True)
class Ahead:
    """Forecasts so many years ahead: how many, from which base years, mean absolute error in % by method."""

    horizon: int
    cases: int
    first: int
    last: int
    base_years: int
    errors: dict[str, float]

    @property
    def enough(self) -> bool:
        """True when there are so many that their mean is worth telling."""
        return self.cases >= FEWEST_CASES


def accuracy_section(
    context: RequestContext, found: Tested | None, looked: Sequence[LookedBack]
) -> html.Section:
    """Words, a table by years ahead, and the official projections' own errors; says what is missing."""
    horizons = by_horizon(looked)
    official = context.snapshot.forecast_scores([context.municipality_code])
    title, *sentences = _told(context, horizons, found)
    return html.Section(
        [
            html.H2(title, id=f"{SECTION_ID}-title"),
            *[html.P(sentence, className="told") for sentence in sentences],
            _table(context, horizons, found) if horizons else None,
            *_official(context, official),
            html.P(_downloads(context, bool(horizons), not official.empty), className="downloads"),
            source_line(context, _sources(horizons, official)),
        ],
        id=SECTION_ID,
        className="chart-card",
        **{"aria-labelledby": f"{SECTION_ID}-title"},
    )


def by_horizon(looked: Sequence[LookedBack]) -> list[Ahead]:
    """What was looked back on, gathered by years ahead, nearest first; unknown errors are left out."""
    errors: dict[int, dict[str, list[float]]] = {}
    years: dict[int, list[int]] = {}
    for row in looked:
        if row.error_pct is None:
            continue
        errors.setdefault(row.horizon_years, {}).setdefault(row.method, []).append(abs(row.error_pct))
        if row.method == OURS_IN_HINDSIGHT:
            years.setdefault(row.horizon_years, []).append(row.base_year)
    return [
        Ahead(
            horizon,
            cases=len(known),
            first=min(known),
            last=max(known),
            base_years=len(set(known)),
            errors={method: fmean(sizes) for method, sizes in errors[horizon].items()},
        )
        for horizon, known in sorted(years.items())
    ]


def _told(context: RequestContext, horizons: Sequence[Ahead], found: Tested | None) -> list[str]:
    """The finding first, then what it rests on and what it may be held against."""
    enough = [item for item in horizons if item.enough and item.horizon <= LEADERS_HORIZON]
    if not enough:
        title = "population.past.title.too_few" if horizons else "population.past.title.none"
        return [context.text(title), _of_class(context, horizons, found)]
    lead = enough[-1]
    language = context.language
    finding = context.text(
        "population.past.title.told",
        span=_span(context, lead.horizon),
        own=percent(lead.errors[OURS_IN_HINDSIGHT], language),
        trend=percent(lead.errors[TREND_IN_HINDSIGHT], language),
    )
    basis = context.text(
        "population.past.basis", forecasts=lead.cases, base_years=base_years_words(context, lead)
    )
    told = [_capital(finding), basis]
    if lead.horizon < LEADERS_HORIZON:
        told.append(_of_class(context, horizons, found))
    return [*told, *_chance(context, lead.horizon, found)]


def _of_class(context: RequestContext, horizons: Sequence[Ahead], found: Tested | None) -> str:
    """What is usual five years ahead in municipalities of this size, because here are too few forecasts."""
    here = next((item.cases for item in horizons if item.horizon == LEADERS_HORIZON), 0)
    key = "population.past.few_here" if here else "population.past.none_here"
    few = _capital(context.text(key, span=_span(context, LEADERS_HORIZON), count=here))
    score = _usual(context, LEADERS_HORIZON, found)
    if found is None or score is None:
        return f"{few} {context.text('population.past.no_class')}"
    said = context.text(
        "population.past.of_class",
        size=size_words(context, found.size_class),
        error=percent(score.value, context.language),
        forecasts=number(score.cases, context.language),
        base_years=base_years_words(context, score),
    )
    return f"{few} {said}"


def _span(context: RequestContext, horizon: int) -> str:
    """`viiden vuoden`, `fem års`, `five-year`."""
    return context.text(f"population.past.span.{horizon}")


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _chance(context: RequestContext, horizon: int, found: Tested | None) -> list[str]:
    score = found.usual(horizon, CHANCE) if found else None
    if score is None:
        return []
    return [
        context.text(
            "population.past.chance",
            span=_span(context, horizon),
            share=percent(score.value, context.language),
        )
    ]


def _usual(context: RequestContext, horizon: int, found: Tested | None) -> Score | None:
    """The size class's mean error, by the backtest or else by what the method would have said earlier."""
    if found is None:
        return None
    score = found.usual(horizon, OURS)
    looked = context.snapshot.hindsight_of_class(found.size_class).get((OURS_IN_HINDSIGHT, horizon))
    if score is None and looked is not None and looked.cases >= FEWEST_CASES:
        return Score(looked.error, looked.cases, looked.first, looked.last, looked.base_years)
    return score


def _table(context: RequestContext, horizons: Sequence[Ahead], found: Tested | None) -> html.Div:
    language = context.language
    heads = [
        context.text(f"population.past.head.{key}")
        for key in ("ahead", "forecasts", *METHODS, "of_class", "chance")
    ]
    rows = []
    for item in horizons:
        usual = _usual(context, item.horizon, found)
        chance = found.usual(item.horizon, CHANCE) if found else None
        years = f"{item.first}{EN_DASH}{item.last}" if item.last > item.first else str(item.first)
        rows.append(
            [
                str(item.horizon),
                f"{item.cases} ({years})",
                *(_error(item.errors.get(method) if item.enough else None, language) for method in METHODS),
                _error(usual.value if usual else None, language),
                _error(chance.value if chance else None, language),
            ]
        )
    caption = context.text("population.past.caption", name=context.municipality.name(language))
    few = context.text("population.past.few_note", fewest=FEWEST_CASES)
    note = html.P(few, className="quiet small note") if any(not item.enough for item in horizons) else None
    return html.Div([data_table(caption, heads, rows), note])


def _error(value: float | None, language: str) -> str:
    return EN_DASH if value is None else percent(value, language)


def _official(context: RequestContext, scores: pd.DataFrame) -> list[html.H3 | html.P | html.Div]:
    """Forecasts that were published, by whoever made them, and how they turned out here."""
    heading = html.H3(context.text("population.past.official"), id=OFFICIAL_ID)
    if scores.empty:
        return [heading, html.P(context.text("data.accuracy.none"))]
    return [heading, accuracy_table(context, scores, OFFICIAL_ID)]


def _downloads(context: RequestContext, has_horizons: bool, has_official: bool) -> list[html.Span]:
    there = (("hindsight", has_horizons), ("forecast_scores", has_official))
    return [
        download_links(context, context.text(f"population.past.csv.{dataset}"), csv_address(context, dataset))
        for dataset, has_rows in there
        if has_rows
    ]


def _sources(horizons: Sequence[Ahead], official: pd.DataFrame) -> list[tuple[str, str]]:
    tables = ["vital_events"] if horizons or not official.empty else []
    issued = official[official["issuer"] == "statistics_finland"]["vintage"] if not official.empty else []
    return [
        ("statfin", name) for name in [*tables, *(f"population_projection_{v}" for v in sorted(set(issued)))]
    ]
