"""Every KPI as the dictionary tells it, by theme: meaning, formula, unit, direction, sources, breaks."""

from __future__ import annotations

from collections.abc import Iterable

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import day
from contract.messages import has_message
from contract.registers import roles
from contract.themes import THEMES
from dashboards.context import RequestContext
from dashboards.data.records import Kpi

KPI_PATH = "/mittari"


def kpi_anchor(kpi_id: str) -> str:
    """The id of a KPI's place on the page, for links to it."""
    return f"kpi-{kpi_id}"


def described_kpis(context: RequestContext) -> list[Component]:
    """A heading for each theme and the KPIs under it."""
    by_theme: dict[str, list[Kpi]] = {}
    for kpi in context.snapshot.kpis():
        by_theme.setdefault(kpi.theme, []).append(kpi)
    return [
        html.Div([html.H3(theme_name(context, theme)), *(_kpi(context, kpi) for kpi in by_theme[theme])])
        for theme in in_order(by_theme)
    ]


def in_order(themes: Iterable[str]) -> list[str]:
    """Themes in the catalogue's order, unknown ones last."""
    return sorted(themes, key=lambda theme: (THEMES.index(theme) if theme in THEMES else len(THEMES), theme))


def theme_name(context: RequestContext, theme: str) -> str:
    """The theme in the reader's words; one added since by its own name."""
    key = f"compare.theme.{theme}"
    return context.text(key) if has_message(context.language, key) else theme.replace("_", " ")


def _kpi(context: RequestContext, kpi: Kpi) -> html.Details:
    facts = [(key, value) for key, value in _facts(context, kpi) if value]
    return html.Details(
        [
            html.Summary(
                [kpi.name(context.language), html.Span(_unit(context, kpi), className="quiet small")]
            ),
            html.Dl(
                [
                    html.Div([html.Dt(context.text(f"dictionary.kpi.{key}")), html.Dd(value)])
                    for key, value in facts
                ],
                className="facts meaning",
            ),
            html.P(
                html.A(
                    context.text("dictionary.kpi.open"),
                    href=context.link(KPI_PATH, mittari=kpi.kpi_id),
                    className="forward",
                )
            ),
        ],
        id=kpi_anchor(kpi.kpi_id),
        className="checks",
    )


def _facts(context: RequestContext, kpi: Kpi) -> list[tuple[str, object]]:
    language = context.language
    return [
        ("definition", kpi.description(language)),
        ("formula", kpi.formula(language)),
        ("caveat", kpi.caveat(language)),
        ("unit", _unit(context, kpi)),
        ("direction", context.text(f"dictionary.direction.{kpi.direction}")),
        ("valid_for", context.text(f"dictionary.valid_for.{kpi.valid_for}") if kpi.valid_for else ""),
        ("rhythm", rhythm_words(context, kpi)),
        ("owner", owner_words(context, kpi)),
        ("sources", linked_sources(context, kpi)),
        ("breaks", _breaks(context, kpi)),
        ("verification", getattr(kpi, "verification", None)),
        ("code", [html.Code(kpi.kpi_id), f", {kpi.catalogue_code}" if kpi.catalogue_code else ""]),
    ]


def _unit(context: RequestContext, kpi: Kpi) -> str:
    """The unit in words; of a percentage its sign."""
    return kpi.unit_name(context.language) or ("%" if kpi.unit == "pct" else kpi.unit)


def rhythm_words(context: RequestContext, kpi: Kpi) -> str:
    """How often it is published, and how long after the period."""
    if kpi.normal_lag_months is None:
        return ""
    return context.text(f"dictionary.rhythm.{kpi.period_type}", count=kpi.normal_lag_months)


def owner_words(context: RequestContext, kpi: Kpi) -> str:
    """Who answers for the definition: the role in words, or as written where it is none of the registers'."""
    if not kpi.owner:
        return ""
    role = roles().get(kpi.owner)
    return str(getattr(role, context.language)) if role else kpi.owner.replace("_", " ")


def linked_sources(context: RequestContext, kpi: Kpi) -> list[object]:
    """Titles with links; a source that is not loaded by its title in the source catalogue."""
    known = {(item.source, item.table_name): item for item in context.snapshot.catalogued_tables()}
    known |= {(item.source, item.table_name): item for item in context.snapshot.sources()}
    parts: list[object] = []
    for source, table_name in kpi.sources:
        found = known.get((source, table_name))
        words = (
            f"{found.title(context.language)} ({found.publisher_table_id})"
            if found
            else f"{source}.{table_name}"
        )
        link = found.page_url if found else None
        parts += [html.Br()] if parts else []
        parts.append(html.A(words, href=link, rel="noreferrer") if link else words)
    return parts


def _breaks(context: RequestContext, kpi: Kpi) -> list[object]:
    language, parts = context.language, []
    for found in context.snapshot.breaks_of(kpi.kpi_id):
        compared = context.text("break.not_compared" if found.changes_meaning else "break.compared")
        parts += [html.Br()] if parts else []
        parts.append(f"{day(found.starts_on, language)}: {found.description(language)} {compared}")
    return parts
