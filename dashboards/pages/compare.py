"""The comparison: one KPI of a municipality among its network, region, similar ones and the country."""

from __future__ import annotations

from dash import Dash, html

from contract.locale_formats import number, ordinal, period
from contract.narrative import change_words
from dashboards.components.comparison import Comparison, Figures, rank_text, value_text, warnings
from dashboards.components.comparison_chooser import GROUP_PARAMETER, KPI_PARAMETER, chooser
from dashboards.components.comparison_dots import dots_section, is_swarm, status_text, table_section
from dashboards.components.comparison_groups import Group, chosen_group, comparison_groups
from dashboards.components.comparison_trend import trend_section
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.data.records import COUNTRY, Kpi, KpiPoint
from dashboards.data.store import SnapshotStore
from dashboards.strategy import strategic_set

PATH = "/vertailu"
TITLE = "page.compare"


class Ids:
    """Element ids of the page."""

    ABOUT = "compare-about"
    PLACES = "compare-places"


def layout(context: RequestContext) -> html.Div:
    """The whole page for the KPI and group of the address, or for the defaults."""
    latest = context.snapshot.kpi_latest(context.municipality_code)
    kpi = _chosen_kpi(context, latest)
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
            _chips(context, comparison),
            chooser(context, PATH, offered, kpi, groups, group),
            html.P(
                html.A(context.text("compare.side"), href=context.link("/rinnakkain"), className="forward")
            ),
            *_unknown(context, kpi, group),
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


def _chosen_kpi(context: RequestContext, latest: dict[str, KpiPoint]) -> Kpi | None:
    """The KPI of the address; else the first chosen one with a value that compares unlike sizes."""
    known = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    asked = context.params.get(KPI_PARAMETER)
    if asked in known:
        return known[asked]
    order = [*strategic_set().kpis, *known]
    with_value = [known[kpi_id] for kpi_id in order if kpi_id in known and kpi_id in latest]
    rates = [kpi for kpi in with_value if kpi.unit != "persons"]
    return next(iter([*rates, *with_value, *known.values()]), None)


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


def _chips(context: RequestContext, comparison: Comparison) -> html.P:
    """Value, change, median and country side by side, then what to beware of."""
    kpi, own, language = comparison.kpi, comparison.own, context.language
    facts = []
    if own.value is not None:
        unit = kpi.unit_name(language)
        value = " ".join(filter(None, (own.name, value_text(kpi, own.value, language), unit)))
        facts.append(f"{value}, {period(comparison.period, language)}")
    if own.change is not None:
        facts.append(change_words(own.change, kpi.unit, kpi.decimals, language))
    if comparison.median is not None and comparison.n > 1:
        facts.append(context.text("compare.median", value=value_text(kpi, comparison.median, language)))
    country = {
        point.area_code: point for point in context.snapshot.kpi_area_values(kpi.kpi_id, comparison.period)
    }
    whole = country.get(COUNTRY)
    if whole is not None and whole.value is not None:
        facts.append(context.text("compare.country", value=value_text(kpi, whole.value, language)))
    return html.P(
        [
            *[html.Span(fact, className="fact") for fact in facts],
            *[html.Span(warning, className="chip") for warning in warnings(context, comparison)],
        ],
        className="compare-facts",
    )


def _unknown(context: RequestContext, kpi: Kpi, group: Group) -> list[html.P | None]:
    """What the address asked for in vain: a KPI that is not there, a group of other municipalities."""
    asked_kpi, asked_group = context.params.get(KPI_PARAMETER), context.params.get(GROUP_PARAMETER)
    name = asked_group
    if asked_group and context.snapshot.is_area(asked_group):
        name = context.snapshot.area(asked_group).name(context.language)
    return [
        unknown_choice(context, asked_kpi, kpi.name(context.language), known=asked_kpi == kpi.kpi_id),
        unknown_choice(context, name, group.name, known=asked_group == group.key),
    ]


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
