"""The downloads of the data dictionary: KPIs, KPIs waited for, published tables and columns."""

from __future__ import annotations

from collections.abc import Callable

from contract.locale_formats import Language
from dashboards.components.described_kpis import owner_words, rhythm_words
from dashboards.context import RequestContext
from dashboards.data.records import Kpi
from dashboards.download_table import Table


def _kpi_catalogue(context: RequestContext) -> Table:
    """Every KPI with its meaning in the reader's language."""
    columns = (
        "kpi_id", "catalogue_code", "theme", "name", "definition", "formula", "caveat", "unit", "unit_name",
        "direction", "valid_for", "period_type", "published", "owner", "source_tables", "breaks",
        "verification",
    )  # fmt: skip
    rows = [_kpi(context, kpi, context.language) for kpi in context.snapshot.kpis()]
    return Table(context.text("download.title.kpi_catalogue"), columns, rows, ())


def _kpi(context: RequestContext, kpi: Kpi, language: Language) -> tuple[object, ...]:
    breaks = context.snapshot.breaks_of(kpi.kpi_id)
    return (
        kpi.kpi_id,
        kpi.catalogue_code,
        kpi.theme,
        kpi.name(language),
        kpi.description(language),
        kpi.formula(language),
        kpi.caveat(language),
        kpi.unit,
        kpi.unit_name(language),
        kpi.direction,
        kpi.valid_for,
        kpi.period_type,
        rhythm_words(context, kpi),
        owner_words(context, kpi),
        kpi.source_tables,
        "; ".join(f"{found.starts_on.isoformat()} {found.label(language)}" for found in breaks),
        getattr(kpi, "verification", None),
    )


def _kpi_waiting(context: RequestContext) -> Table:
    """Every KPI of the catalogue that is not built yet, and what it lacks."""
    columns = (
        "catalogue_code", "theme", "name", "waits_for", "missing", "register_id", "source_table",
    )  # fmt: skip
    rows = [
        (
            kpi.catalogue_code,
            kpi.theme,
            kpi.name(context.language),
            kpi.waits_for,
            kpi.missing(context.language),
            kpi.register_id,
            kpi.source_table,
        )
        for kpi in context.snapshot.waiting_kpis()
    ]
    return Table(context.text("download.title.kpi_waiting"), columns, rows, ())


def _published_columns(context: RequestContext) -> Table:
    """Every column of every published table; descriptions of columns are in English."""
    columns = (
        "table_name", "table_title", "grain", "rows", "column_name", "data_type", "is_key", "unit",
        "description_en",
    )  # fmt: skip
    rows = [
        (
            table.table_name,
            table.title(context.language),
            table.grain(context.language),
            context.snapshot.published_rows(table.table_name),
            column.column_name,
            column.data_type,
            column.is_key,
            column.unit,
            column.description_en,
        )
        for table in context.snapshot.described_tables()
        for column in context.snapshot.described_columns(table.table_name)
    ]
    return Table(context.text("download.title.published_columns"), columns, rows, ())


DICTIONARY_DATASETS: dict[str, Callable[[RequestContext], Table]] = {
    "kpi_catalogue": _kpi_catalogue,
    "kpi_waiting": _kpi_waiting,
    "published_columns": _published_columns,
}
"""Downloads by name; they need no parameters."""
