"""The front page of a municipality: what to talk about, what is coming, and the chosen figures."""

from __future__ import annotations

from collections.abc import Sequence

from dash import Dash, html

from contract.narrative import (
    GroupOutlook,
    Measured,
    Sentence,
    kpi_sentence,
    most_telling,
    outlook_sentence,
    population_sentence,
)
from dashboards.components.download_links import download_links
from dashboards.components.kpi_card import kpi_card
from dashboards.components.kpi_figures import KpiFigure, kpi_figures
from dashboards.components.outlook import group_outlooks, outlook_panel
from dashboards.components.source_line import source_line
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_address
from dashboards.strategy import strategic_set

PATH = "/"
TITLE = "page.front"
POPULATION_PATH = "/vaesto"
KPI_PATH = "/mittari"
POPULATION_KPI = "population"
POPULATION_KPIS = (POPULATION_KPI, "population_change_5y")
"""What the first sentence already tells."""
YEARS_BACK = 5


class Ids:
    """Element ids of the page."""

    TALK = "talk-title"


def layout(context: RequestContext) -> html.Div:
    """The whole page for one municipality and language."""
    figures = kpi_figures(context)
    outlooks = group_outlooks(context)
    return html.Div(
        [
            html.H1(context.municipality.name(context.language)),
            html.Div(
                [
                    _talk(context, _sentences(context, figures, outlooks)),
                    outlook_panel(context, outlooks, context.link(POPULATION_PATH)),
                ],
                className="opening",
            ),
            *_card_groups(context, figures),
            _closing(context, figures),
        ],
        className="front",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def _talk(context: RequestContext, sentences: Sequence[Sentence]) -> html.Section:
    return html.Section(
        [
            html.H2(context.text("front.talk"), id=Ids.TALK),
            html.Ul(
                [html.Li(html.A(item.text, href=_topic_link(context, item.topic))) for item in sentences],
                className="talk",
            )
            if sentences
            else html.P(context.text("front.nothing")),
        ],
        className="panel",
        **{"aria-labelledby": Ids.TALK},
    )


def _sentences(
    context: RequestContext, figures: dict[str, KpiFigure], outlooks: dict[str, GroupOutlook]
) -> list[Sentence]:
    """At most three sentences: population, the change that stands out most, the forecast."""
    language = context.language
    chosen = [kpi for kpi in strategic_set().kpis if kpi in figures and kpi not in POPULATION_KPIS]
    news = [figures[kpi].news(language) for kpi in chosen]
    telling = most_telling([item for item in news if item])
    found = [
        _population_sentence(context),
        kpi_sentence(language, telling) if telling else None,
        outlook_sentence(language, list(outlooks.values())),
    ]
    return [sentence for sentence in found if sentence]


def _population_sentence(context: RequestContext) -> Sentence | None:
    history = context.snapshot.kpi_series(POPULATION_KPI, context.municipality_code)
    points = {point.period_end.year: point.value for point in history if point.value is not None}
    if not points or max(points) - YEARS_BACK not in points:
        return None
    year = max(points)
    municipality = context.municipality
    return population_sentence(
        context.language,
        municipality.name(context.language),
        municipality.name_fi_locative if context.language == "fi" else None,
        Measured(str(year), points[year]),
        Measured(str(year - YEARS_BACK), points[year - YEARS_BACK]),
    )


def _topic_link(context: RequestContext, topic: str) -> str:
    if topic in ("population", "foresight"):
        return context.link(POPULATION_PATH)
    return context.link(KPI_PATH, mittari=topic)


def _card_groups(context: RequestContext, figures: dict[str, KpiFigure]) -> list[html.Section]:
    if not figures:
        return [html.Section(html.P(context.text("front.no_values")))]
    first_view = strategic_set().first_view(figures)
    groups = [_card_group(context, goal, kpis, figures) for goal, kpis in first_view.items()]
    shown = [kpi for kpis in first_view.values() for kpi in kpis]
    rest = strategic_set().rest(figures, shown)
    if rest:
        more = html.Details(
            [
                html.Summary(context.text("front.more", count=len(rest))),
                _cards(context, rest, figures),
            ],
            className="more",
        )
        groups.append(html.Section(more))
    return groups


def _card_group(
    context: RequestContext, goal: str, kpis: Sequence[str], figures: dict[str, KpiFigure]
) -> html.Section:
    title_id = f"goal-{goal}"
    return html.Section(
        [
            html.H2(context.text(f"front.goal.{goal}"), id=title_id),
            _cards(context, kpis, figures),
        ],
        className="goal",
        **{"aria-labelledby": title_id},
    )


def _cards(context: RequestContext, kpis: Sequence[str], figures: dict[str, KpiFigure]) -> html.Ul:
    cards = [html.Li(kpi_card(figures[kpi], context, context.link(KPI_PATH, mittari=kpi))) for kpi in kpis]
    return html.Ul(cards, className="cards")


def _closing(context: RequestContext, figures: dict[str, KpiFigure]) -> html.Section:
    waiting = ", ".join(getattr(item, context.language) for item in strategic_set().waiting)
    sources = dict.fromkeys(pair for figure in figures.values() for pair in figure.kpi.sources)
    return html.Section(
        [
            None
            if context.municipality.has_full_data
            else html.P(context.text("front.only_key_figures"), className="quiet"),
            html.P(context.text("front.waiting", names=waiting), className="quiet"),
            source_line(context, sources),
            html.P(
                download_links(context, context.text("front.download"), csv_address(context, "key_figures"))
            ),
        ],
        className="closing",
    )
