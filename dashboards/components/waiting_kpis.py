"""The KPIs of the catalogue that are not built yet: what each lacks, and where it would come from."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from contract.registers import registers
from dashboards.components.data_table import data_table
from dashboards.components.described_kpis import in_order, theme_name
from dashboards.context import RequestContext
from dashboards.data.dictionary_queries import WaitingKpi


def waiting_kpis(context: RequestContext) -> list[Component]:
    """A table for each theme, closed until it is opened."""
    by_theme: dict[str, list[WaitingKpi]] = {}
    for kpi in context.snapshot.waiting_kpis():
        by_theme.setdefault(kpi.theme, []).append(kpi)
    return [_theme(context, theme, by_theme[theme]) for theme in in_order(by_theme)]


def origin(context: RequestContext, kpi: WaitingKpi) -> str:
    """The register of own data and the source table that would give it, in words; empty without both."""
    known = registers()
    parts = []
    if kpi.register_id:
        name = known[kpi.register_id].name if kpi.register_id in known else None
        words = str(getattr(name, context.language)) if name else kpi.register_id
        parts.append(context.text("dictionary.waiting.register", register=words))
    if kpi.source_table:
        titles = {
            f"{item.source}.{item.table_name}": item.title(context.language)
            for item in context.snapshot.catalogued_tables()
        }
        words = titles.get(kpi.source_table, kpi.source_table)
        parts.append(context.text("dictionary.waiting.table", table=words))
    return ", ".join(parts)


def _theme(context: RequestContext, theme: str, kpis: list[WaitingKpi]) -> html.Details:
    name = theme_name(context, theme)
    heads = [context.text(f"dictionary.waiting.{head}") for head in ("code", "name", "missing", "where")]
    rows = [
        [
            kpi.catalogue_code,
            kpi.name(context.language),
            kpi.missing(context.language),
            origin(context, kpi) or "–",
        ]
        for kpi in kpis
    ]
    caption = context.text("dictionary.waiting.caption", theme=name)
    return html.Details(
        [html.Summary(f"{name} ({len(kpis)})"), data_table(caption, heads, rows, texts=len(heads))],
        className="checks waiting",
    )
