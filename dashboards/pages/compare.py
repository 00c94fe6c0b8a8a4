"""The comparison: one KPI of a municipality among its network, region, similar ones and the country."""

from __future__ import annotations

from dash import Dash, html

from contract.locale_formats import number, ordinal
from dashboards.components.comparison import Comparison, Figures, rank_text, value_text
from dashboards.components.comparison_chooser import GROUP_PARAMETER, chooser
from dashboards.components.comparison_dots import dots_section, is_swarm, status_text, table_section
from dashboards.components.comparison_facts import chosen_kpi, facts_line, unknown_choices
from dashboards.components.comparison_groups import Group, chosen_group, comparison_groups
from dashboards.components.comparison_trend import trend_section
from dashboards.context import RequestContext
from dashboards.data.records import Kpi
from dashboards.data.store import SnapshotStore

PATH = "/vertailu"
TITLE = "page.compare"


class Ids:
    """Element ids of the page."""

    ABOUT = "compare-about"
    PLACES = "compare-places"


def layout(context: RequestContext) -> html.Div:
    """The whole page for the KPI and group of the address, or for the defaults."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    kpi = chosen_kpi(context, latest)
    newest = latest[kpi.kpi_id].period if kpi and kpi.kpi_id in latest else None
    newest = newest or (next(iter(context.snapshot.kpi_periods(kpi.kpi_id)), None) if kpi else None)
    if kpi is None or newest is None:
        return html.Div(
            [html.H1(context.text(TITLE)), html.P(context.text("compare.empty"))], className="compare"
        )
    groups = comparison_groups(context)
    group = chosen_group(groups, context.params.get(GROUP_PARAMETER))
    figures = Figures(context, kpi, newest)
    comparison = figures.among(group)
    offered = [item for item in context.snapshot.kpis() if item.kpi_id in latest or item is kpi]
    darker = groups[0] if group.kind == "country" and groups[0].kind != "country" else None
    return html.Div(
        [
            html.H1(heading(context, comparison)),
            _lead(context, comparison),
            facts_line(context, comparison),
            chooser(context, PATH, offered, kpi, groups, group),
            html.P(
                html.A(context.text("compare.side"), href=context.link("/rinnakkain"), className="forward")
            ),
            *unknown_choices(context, kpi, group),
            _scope(context, comparison),
            html.Div(
                [
                    dots_section(
                        context,
                        comparison,
                        darker.members if darker else frozenset(),
                        darker.name if darker else "",
                    ),
                    trend_section(context, comparison),
                ],
                className="compare-charts wide-charts" if is_swarm(comparison) else "compare-charts",
            ),
            html.Div(
                [
                    table_section(context, comparison),
                    html.Div([_about(context, kpi), _places(context, figures, groups, group)]),
                ],
                className="compare-below",
            ),
        ],
        className="compare",
    )


def register(app: Dash, store: SnapshotStore) -> None:
    """Nothing to register: the page follows from its address alone."""


def heading(context: RequestContext, comparison: Comparison) -> str:
    """The finding: the place in the group, or the value alone where a place would say nothing."""
    kpi, own, language = comparison.kpi, comparison.own, context.language
    names = {"kpi": kpi.name(language), "name": own.name}
    if own.value is None:
        return context.text("compare.heading.missing", **names, status=status_text(context, own.status))
    if own.place is None or not comparison.ranked:
        return context.text("compare.heading.value", **names, value=value_text(kpi, own.value, language))
    place = ordinal(own.place, language)
    return context.text(
        f"compare.heading.{comparison.group.kind}", **names, place=place, n=number(comparison.n, language)
    )


def _lead(context: RequestContext, comparison: Comparison) -> html.P:
    """What the figure is in plain words."""
    return html.P(comparison.kpi.description(context.language), className="lead")


def _scope(context: RequestContext, comparison: Comparison) -> html.P:
    """Why these municipalities, and how many of them have a figure."""
    parts = [comparison.group.reason]
    if comparison.n < len(comparison.places):
        parts.append(context.text("compare.coverage", n=comparison.n, members=len(comparison.places)))
        if context.snapshot.manifest.is_extract and not all(place.loaded for place in comparison.places):
            parts.append(context.text("compare.extract"))
    return html.P(" ".join(filter(None, parts)), className="quiet scope")


def _about(context: RequestContext, kpi: Kpi) -> html.Section:
    language = context.language
    facts = [
        ("compare.about.formula", kpi.formula(language)),
        ("compare.about.caveat", kpi.caveat(language)),
    ]
    return html.Section(
        [
            html.H2(context.text("compare.about.title"), id=Ids.ABOUT),
            html.Dl(
                [html.Div([html.Dt(context.text(key)), html.Dd(words)]) for key, words in facts if words],
                className="about",
            ),
        ],
        **{"aria-labelledby": Ids.ABOUT},
    )


def _places(context: RequestContext, figures: Figures, groups: list[Group], chosen: Group) -> html.Section:
    """The place in every group, each a link to that comparison."""
    items = [html.Li(_place_line(context, figures.among(group), group.key == chosen.key)) for group in groups]
    return html.Section(
        [
            html.H2(context.text("compare.places.title"), id=Ids.PLACES),
            html.Ul(items, className="places"),
        ],
        **{"aria-labelledby": Ids.PLACES},
    )


def _place_line(context: RequestContext, comparison: Comparison, current: bool) -> html.A:
    href = context.link(PATH, mittari=comparison.kpi.kpi_id, ryhma=comparison.group.key)
    place = rank_text(comparison, comparison.own, context)
    loaded = context.text("compare.places.not_ranked", n=comparison.n, members=len(comparison.places))
    return html.A(
        [html.Span(comparison.group.name), " ", html.Span(place or loaded, className="place-text")],
        href=href,
        **({"aria-current": "true"} if current else {}),
    )
