"""One KPI in words: the figure now, how it is computed, what has changed in it, where it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import number, period, with_unit
from contract.morning_report import concerning, finding_words
from dashboards.components.comparison import Comparison, warnings
from dashboards.components.comparison_dots import interval_text, status_text
from dashboards.components.described_kpis import linked_sources, owner_words, rhythm_words
from dashboards.components.known_corrections import correction_details
from dashboards.components.morning_news import ShownNames
from dashboards.components.source_checks import source_checks
from dashboards.context import RequestContext
from dashboards.data.records import Kpi, KpiPoint
from dashboards.lineage import LINEAGE_PATH

STATUSES = ("final", "preliminary")
Fact = tuple[str, object]
"""The message that names it, and what is told."""


def figure_now(context: RequestContext, comparison: Comparison, point: KpiPoint | None) -> html.Section:
    """Value, period, status, range of chance, and what was divided by what."""
    return told_section(context, "now", fact_list(context, _now(context, comparison, point)))


def _now(context: RequestContext, comparison: Comparison, point: KpiPoint | None) -> list[Fact]:
    kpi, own, language = comparison.kpi, comparison.own, context.language
    if own.value is None or point is None:
        return [
            ("kpi.fact.value", status_text(context, own.status)),
            ("kpi.fact.period", period(comparison.period, language)),
        ]
    chance = (
        interval_text(context, kpi, own.lower, own.upper)
        if own.lower is not None and own.upper is not None
        else ""
    )
    return [
        ("kpi.fact.value", with_unit(own.value, kpi.unit, language, kpi.decimals)),
        ("kpi.fact.counted", kpi.unit_name(language)),
        ("kpi.fact.period", period(comparison.period, language)),
        (
            "kpi.fact.status",
            context.text(f"kpi.status.{own.status}") if own.status in STATUSES else own.status,
        ),
        ("kpi.fact.chance", chance),
        ("kpi.fact.numerator", amount_text(point.numerator, language)),
        ("kpi.fact.denominator", amount_text(point.denominator, language)),
        ("kpi.fact.beware", ", ".join(warnings(context, comparison))),
    ]


def amount_text(value: float | None, language: str) -> str:
    """A numerator or denominator as whole, or with at most two decimals; empty when not published."""
    if value is None:
        return ""
    decimals = next((places for places in (0, 1) if round(value, places) == round(value, 2)), 2)
    return number(value, language, decimals)


def how_computed(context: RequestContext, kpi: Kpi) -> html.Section:
    """The exact formula, what to bear in mind, the better direction, the rhythm and who answers for it."""
    language = context.language
    facts: list[Fact] = [
        ("dictionary.kpi.formula", kpi.formula(language)),
        ("dictionary.kpi.caveat", kpi.caveat(language)),
        ("dictionary.kpi.direction", context.text(f"dictionary.direction.{kpi.direction}")),
        ("dictionary.kpi.rhythm", rhythm_words(context, kpi)),
        ("kpi.fact.verification", verification_words(context, kpi)),
        ("dictionary.kpi.owner", owner_words(context, kpi)),
    ]
    return told_section(context, "computed", fact_list(context, facts))


def verification_words(context: RequestContext, kpi: Kpi) -> str:
    """What the KPI's figures are held to; empty where the snapshot does not say."""
    return context.text(f"kpi.verification.{kpi.verification}") if kpi.verification else ""


def what_changed(context: RequestContext, kpi: Kpi) -> html.Section:
    """What this snapshot tells anew of the KPI and its tables, and how these were corrected."""
    names, tables = ShownNames(context), set(kpi.sources)
    findings = [
        finding
        for finding in concerning(context.snapshot.findings(), context.municipality_code)
        if finding.kpi_id == kpi.kpi_id
        or (finding.kpi_id is None and (finding.source, finding.table_name) in tables)
    ]
    corrections = [
        item for item in context.snapshot.corrections() if (item.source, item.table_name) in tables
    ]
    told: list[Component] = [
        html.Ul(
            [html.Li(finding_words(item, names, context.language)) for item in findings], className="told"
        )
        if findings
        else html.P(context.text("kpi.changed.nothing")),
        *(correction_details(context, item, names) for item in corrections),
    ]
    if not corrections:
        told.append(html.P(context.text("kpi.changed.uncorrected")))
    return told_section(context, "changed", told)


def path_of_figure(context: RequestContext, kpi: Kpi) -> html.Section:
    """From the publisher's table through the query to the published row."""
    facts: list[Fact] = [
        ("kpi.fact.tables", linked_sources(context, kpi)),
        ("kpi.fact.query", html.Code(f"dbt/models/marts/{kpi.theme}/kpi_{kpi.kpi_id}.sql")),
        ("kpi.fact.row", html.Code(f"fct_kpi_value, kpi_id = {kpi.kpi_id}")),
        ("kpi.fact.snapshot", context.snapshot.snapshot_id),
    ]
    parts = fact_list(context, facts)
    if context.has_lineage:
        parts.append(
            html.P(html.A(context.text("dictionary.lineage"), href=LINEAGE_PATH, className="forward"))
        )
    return told_section(context, "path", parts)


def checks_of_tables(context: RequestContext, kpi: Kpi) -> html.Section:
    """The newest checks of every table behind the KPI."""
    states = (
        {(item.source, item.table_name): item for item in context.status.sources} if context.status else {}
    )
    parts: list[Component] = [
        source_checks(context, source, states[source.source, source.table_name])
        for source in context.snapshot.sources()
        if (source.source, source.table_name) in kpi.sources and (source.source, source.table_name) in states
    ]
    return told_section(
        context, "checks", parts or [html.P(context.text("data.checks.none"), className="quiet")]
    )


def fact_list(context: RequestContext, facts: Iterable[Fact]) -> list[Component]:
    """Message keys and what is told under each; facts without anything to tell are left out."""
    told = [html.Div([html.Dt(context.text(key)), html.Dd(value)]) for key, value in facts if value]
    return [html.Dl(told, className="facts")]


def told_section(context: RequestContext, key: str, parts: list[Component]) -> html.Section:
    """A part of the page under the heading `kpi.<key>.title`."""
    title_id = f"kpi-{key}-title"
    return html.Section(
        [html.H2(context.text(f"kpi.{key}.title"), id=title_id), *parts],
        className="told-part",
        **{"aria-labelledby": title_id},
    )
