"""Sections 110 and 118 of the Local Government Act: conditions, criteria, limits and the clock of a deficit.

Only a condition that is met gets a status sign. One criterion past its limit is told in words alone.
"""

from __future__ import annotations

from collections.abc import Sequence

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import with_unit
from contract.narrative_economy import cover_sentence, criterion_value, distance_words, limit_words
from dashboards.components.data_table import Cell, data_table
from dashboards.components.download_links import download_links
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.data.statutory_queries import Criterion, CriterionYear, DeficitCover, RuleState
from dashboards.downloads import csv_address
from dashboards.statutory_downloads import STATUTORY_SOURCES

TWO_YEAR_RULES = ("C", "B")
"""The rules of 118 § 3 mom. in the order of the page; rule A stands with the 110 § clock."""


def statutory_watch(context: RequestContext) -> list[Component]:
    """The sections of the watch; a sentence alone in Åland and where the snapshot has none."""
    snapshot, code = context.snapshot, context.municipality_code
    states = snapshot.rule_states(code)
    if context.municipality.is_aland:
        return [_section(context, "watch", [html.P(context.text("economy.watch.aland"))])]
    if not states:
        return [_section(context, "watch", [html.P(context.text("economy.watch.none"))])]
    year = states[0].reference_year
    newest = {state.rule: state for state in states if state.reference_year == year}
    lead = html.P(context.text("economy.watch.lead"), className="wide-text")
    return [
        _section(
            context,
            "watch",
            [lead, *(_rule(context, rule, newest, year) for rule in TWO_YEAR_RULES), _closing(context)],
        ),
        _section(context, "cover", _cover(context, newest.get("A"))),
    ]


def _section(context: RequestContext, key: str, parts: Sequence[Component | None]) -> html.Section:
    title_id = f"economy-{key}"
    heading = html.H2(context.text(f"economy.{key}.title"), id=title_id)
    return html.Section([heading, *parts], className="watch", **{"aria-labelledby": title_id})


def _rule(context: RequestContext, rule: str, states: dict[str, RuleState], year: int) -> html.Div | None:
    """A condition: its state in words, its criteria this year, and the years before."""
    state = states.get(rule)
    criteria = [item for item in context.snapshot.statutory_criteria() if item.rule == rule]
    if state is None or not criteria:
        return None
    ids = {item.criterion_id for item in criteria}
    years = [
        item
        for item in context.snapshot.criterion_years(context.municipality_code)
        if item.criterion_id in ids
    ]
    now = {item.criterion_id: item for item in years if item.reference_year == year}
    name = context.snapshot.statutory_words("rule", rule, context.language)
    return html.Div(
        [
            html.H3(context.text("economy.watch.rule", name=name)),
            *_state(context, state),
            data_table(
                context.text("economy.watch.caption", name=name, year=year),
                [context.text(f"economy.watch.{head}") for head in _HEADS],
                [_row(context, item, now.get(item.criterion_id)) for item in criteria],
                texts=len(_HEADS),
            ),
            *_missing(context, criteria, now),
            _meanings(context, criteria),
            _history(context, name, criteria, years),
        ]
    )


_HEADS = ("criterion", "value", "limit", "distance", "this_year", "year_before")


def _state(context: RequestContext, state: RuleState) -> list[html.P]:
    """Whether the condition is met, of which accounts, and why; a sign only when it is."""
    words = context.snapshot.statutory_words
    told = words("state", state.state, context.language)
    met = state.state == "condition_met"
    said = context.text("economy.watch.state", state=told, year=state.reference_year)
    reason = words("reason", state.reason, context.language)
    counts = context.text(
        "economy.watch.counts",
        all=state.criteria_count,
        past=state.past_limit_count,
        unknown=state.unknown_count,
    )
    lines = [
        html.P(said, className="sign bad" if met else "watch-state"),
        html.P(reason, className="wide-text"),
    ]
    if state.criteria_count > 1:
        lines.append(html.P(counts, className="quiet small"))
    return lines


def _row(context: RequestContext, criterion: Criterion, year: CriterionYear | None) -> list[Cell]:
    return [
        criterion.name(context.language),
        *_figures(context, criterion, year),
        _past(context, year.is_past_limit if year else None),
        _past(context, year.is_past_limit_previous_year if year else None),
    ]


def _figures(context: RequestContext, criterion: Criterion, year: CriterionYear | None) -> list[str]:
    """The figure or its bounds, the limit, and the distance between them."""
    language, unit = context.language, criterion.unit
    limit = year.limit_value if year and year.limit_value is not None else criterion.limit_value
    limit_text = "–" if limit is None else limit_words(limit, unit, criterion.comparison, language)
    if year is None or year.distance is None:
        return [_value(context, criterion, year), limit_text, "–"]
    return [_value(context, criterion, year), limit_text, distance_words(year.distance, unit, language)]


def _value(context: RequestContext, criterion: Criterion, year: CriterionYear | None) -> str:
    if year is None:
        return context.text("compare.status.not_available")
    language, unit = context.language, criterion.unit
    if year.value is not None:
        told = criterion_value(year.value, unit, language, year.limit_value)
        preliminary = f" ({context.text('card.preliminary')})" if year.value_status == "preliminary" else ""
        return f"{told}{preliminary}"
    for key, bound in (("at_most", year.upper), ("at_least", year.lower)):
        if bound is not None:
            return context.text(
                f"economy.watch.{key}", value=criterion_value(bound, unit, language, year.limit_value)
            )
    known = year.value_status in ("secret", "not_applicable")
    return context.text(f"compare.status.{year.value_status if known else 'not_available'}")


def _past(context: RequestContext, is_past: bool | None) -> str:
    key = "unknown" if is_past is None else "yes" if is_past else "no"
    return context.text(f"economy.watch.past.{key}")


def _missing(
    context: RequestContext, criteria: Sequence[Criterion], now: dict[str, CriterionYear]
) -> list[html.Details]:
    """What is missing of each criterion, where it would come from, and the nearest figure there is."""
    lacking = [(item, now[item.criterion_id]) for item in criteria if item.criterion_id in now]
    lacking = [(item, year) for item, year in lacking if year.missing(context.language)]
    if not lacking:
        return []
    items = [
        html.Li(
            [
                html.B(item.name(context.language)),
                f": {year.missing(context.language)}",
                _nearest(context, year),
            ]
        )
        for item, year in lacking
    ]
    own = html.P(
        [context.text("economy.watch.own"), " ", html.Code(_template(context))], className="wide-text"
    )
    summary = context.text("economy.watch.missing", count=len(lacking))
    return [html.Details([html.Summary(summary), html.Ul(items, className="three"), own], open=True)]


def _nearest(context: RequestContext, year: CriterionYear) -> str:
    kpis = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    kpi = kpis.get(year.nearest_kpi_id or "")
    if kpi is None or year.nearest_value is None:
        return ""
    value = with_unit(year.nearest_value, kpi.unit, context.language, kpi.decimals)
    return " " + context.text(
        "economy.watch.nearest", name=kpi.name(context.language), value=value, year=year.nearest_year
    )


def _template(context: RequestContext) -> str:
    code = context.municipality_code
    return f"kuntaluotsi template group_accounts --language {context.language} --municipality {code}"


def _meanings(context: RequestContext, criteria: Sequence[Criterion]) -> html.Details:
    """Each criterion in plain words, with its formula and section of the Act."""
    language = context.language
    items = []
    for item in criteria:
        unverified = context.text("economy.watch.unverified") if item.verification != "verified" else None
        said = [item.description(language), " ", html.Span(item.formula(language), className="quiet"), " "]
        law = html.Span(item.law_reference, className="quiet small", lang="fi")
        items.append(html.Div([html.Dt(item.name(language)), html.Dd([*said, law, unverified])]))
    return html.Details(
        [html.Summary(context.text("economy.watch.meaning")), html.Dl(items, className="about")],
        className="behind",
    )


def _history(
    context: RequestContext, name: str, criteria: Sequence[Criterion], years: Sequence[CriterionYear]
) -> html.Details:
    """Every criterion by year of accounts, newest first."""
    by_id = {item.criterion_id: item for item in criteria}
    order = {item.criterion_id: place for place, item in enumerate(criteria)}
    rows = [
        [
            str(year.reference_year),
            by_id[year.criterion_id].name(context.language),
            *_figures(context, by_id[year.criterion_id], year),
            _past(context, year.is_past_limit),
        ]
        for year in sorted(years, key=lambda item: (-item.reference_year, order[item.criterion_id]))
    ]
    heads = ("accounts", "criterion", "value", "limit", "distance", "past_limit")
    caption = context.text("economy.watch.history_caption", name=name)
    table = data_table(
        caption, [context.text(f"economy.watch.{head}") for head in heads], rows, texts=len(heads)
    )
    return html.Details([html.Summary(context.text("economy.watch.history")), table], className="behind")


def _cover(context: RequestContext, state: RuleState | None) -> list[Component]:
    """The clock of section 110: the deficit, the last year to cover it, and the years before."""
    language = context.language
    covers = context.snapshot.deficit_covers(context.municipality_code)
    parts: list[Component] = [html.P(context.text("economy.cover.lead"), className="wide-text")]
    if covers:
        newest = covers[0]
        said = cover_sentence(
            language,
            newest.reference_year,
            newest.accumulated_surplus_eur,
            newest.deadline_year,
            newest.latest_deadline_year,
        )
        parts.append(html.P(said, className="wide-text"))
    if state is not None:
        parts += _state(context, state)
    if covers and covers[0].missing(language):
        missing = context.text("economy.cover.missing", missing=covers[0].missing(language))
        parts.append(html.P(missing, className="wide-text quiet"))
    parts.append(
        data_table(
            context.text("economy.cover.caption"),
            [
                context.text(f"economy.cover.{head}")
                for head in ("accounts", "surplus", "deadline", "left", "state")
            ],
            [_cover_row(context, item) for item in covers],
            texts=5,
        )
    )
    parts.append(html.P(_download(context, "deficit_cover"), className="downloads"))
    return [*parts, *_sources(context, covers)]


def _cover_row(context: RequestContext, cover: DeficitCover) -> list[Cell]:
    language, surplus = context.language, cover.accumulated_surplus_eur
    shown = (
        context.text("compare.status.not_available")
        if surplus is None
        else with_unit(surplus, "eur", language)
    )
    if surplus is not None and cover.value_status == "preliminary":
        shown = f"{shown} ({context.text('card.preliminary')})"
    deadline = "–" if cover.deadline_year is None else str(cover.deadline_year)
    if cover.deadline_year is None and cover.latest_deadline_year is not None:
        deadline = context.text("economy.cover.at_latest", year=cover.latest_deadline_year)
    left = "–" if cover.years_left is None else with_unit(cover.years_left, "years", language)
    reason = context.snapshot.statutory_words("reason", cover.reason, language)
    return [str(cover.reference_year), shown, deadline, left, reason]


def _closing(context: RequestContext) -> html.Div:
    links = [_download(context, "statutory_criteria"), _download(context, "statutory_states")]
    years = context.snapshot.criterion_years(context.municipality_code)
    return html.Div([html.P(links, className="downloads"), *_sources(context, years)])


def _download(context: RequestContext, dataset: str) -> html.Span:
    return download_links(context, context.text(f"economy.download.{dataset}"), csv_address(context, dataset))


def _sources(context: RequestContext, rows: Sequence[CriterionYear | DeficitCover]) -> list[html.P]:
    """Where the shown figures come from; nothing where there are none."""
    bases = {row.basis for row in rows if row.basis}
    lines = (
        [html.P(context.text("economy.watch.from_own"), className="source quiet small")]
        if "own" in bases
        else []
    )
    return [*lines, *([source_line(context, STATUTORY_SOURCES)] if bases else [])]
