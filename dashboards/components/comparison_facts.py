"""What stands above a KPI's charts: which KPI was asked for, its facts in a line, what was asked in vain."""

from __future__ import annotations

from dash import html

from contract.locale_formats import period
from contract.narrative import change_words
from dashboards.components.comparison import Comparison, value_text, warnings
from dashboards.components.comparison_chooser import GROUP_PARAMETER, KPI_PARAMETER
from dashboards.components.comparison_groups import Group
from dashboards.components.unknown_choice import unknown_choice
from dashboards.context import RequestContext
from dashboards.data.records import COUNTRY, Kpi, KpiPoint
from dashboards.strategy import strategic_set


def chosen_kpi(context: RequestContext, latest: dict[str, KpiPoint]) -> Kpi | None:
    """The KPI of the address; else the first chosen one with a value that compares unlike sizes."""
    known = {kpi.kpi_id: kpi for kpi in context.snapshot.kpis()}
    asked = context.params.get(KPI_PARAMETER)
    if asked in known:
        return known[asked]
    order = [*strategic_set().kpis, *known]
    with_value = [known[kpi_id] for kpi_id in order if kpi_id in known and kpi_id in latest]
    rates = [kpi for kpi in with_value if kpi.unit != "persons"]
    return next(iter([*rates, *with_value, *known.values()]), None)


def facts_line(context: RequestContext, comparison: Comparison) -> html.P:
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


def unknown_choices(context: RequestContext, kpi: Kpi, group: Group) -> list[html.P | None]:
    """What the address asked for in vain: a KPI that is not there, a group of other municipalities."""
    asked_kpi, asked_group = context.params.get(KPI_PARAMETER), context.params.get(GROUP_PARAMETER)
    name = asked_group
    if asked_group and context.snapshot.is_area(asked_group):
        name = context.snapshot.area(asked_group).name(context.language)
    return [
        unknown_choice(context, asked_kpi, kpi.name(context.language), known=asked_kpi == kpi.kpi_id),
        unknown_choice(context, name, group.name, known=asked_group == group.key),
    ]
