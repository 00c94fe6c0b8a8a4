"""The data dictionary: published tables and columns, and the KPIs that are waited for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from dashboards.data.dimensions import Dimensions


@dataclass(frozen=True)
class DescribedTable:
    """One row of dim_published_table."""

    table_name: str
    topic: str
    title_fi: str | None
    title_sv: str | None
    title_en: str | None
    description_fi: str | None
    description_sv: str | None
    description_en: str | None
    grain_fi: str | None
    grain_sv: str | None
    grain_en: str | None
    key_columns: str
    audience: str

    def title(self, language: str) -> str:
        return getattr(self, f"title_{language}") or self.table_name

    def description(self, language: str) -> str:
        return getattr(self, f"description_{language}") or ""

    def grain(self, language: str) -> str:
        """What one row is, as a sentence."""
        return getattr(self, f"grain_{language}") or ""

    @property
    def keys(self) -> list[str]:
        return self.key_columns.split(",")


@dataclass(frozen=True)
class DescribedColumn:
    """One row of dim_published_column."""

    table_name: str
    column_name: str
    data_type: str
    is_key: bool
    unit: str | None
    description_en: str | None


@dataclass(frozen=True)
class WaitingKpi:
    """One row of dim_kpi_waiting: a KPI of the catalogue that is not built yet."""

    catalogue_code: str
    theme: str
    name_fi: str
    name_sv: str
    name_en: str
    waits_for: str
    register_id: str | None
    source_table: str | None
    missing_fi: str
    missing_sv: str
    missing_en: str

    def name(self, language: str) -> str:
        return str(getattr(self, f"name_{language}"))

    def missing(self, language: str) -> str:
        return str(getattr(self, f"missing_{language}"))


class DictionaryQueries(Dimensions):
    """Reads the tables of `contract/published_dictionary.py`; each is small and read once."""

    @cached_property
    def _described_tables(self) -> list[DescribedTable]:
        return self._records(
            DescribedTable, "select {columns} from dim_published_table order by sort_order, table_name"
        )

    @cached_property
    def _described_columns(self) -> dict[str, list[DescribedColumn]]:
        found: dict[str, list[DescribedColumn]] = {}
        for column in self._records(
            DescribedColumn, "select {columns} from dim_published_column order by table_name, sort_order"
        ):
            found.setdefault(column.table_name, []).append(column)
        return found

    @cached_property
    def _waiting_kpis(self) -> list[WaitingKpi]:
        return self._records(WaitingKpi, "select {columns} from dim_kpi_waiting order by catalogue_code")

    def described_tables(self) -> list[DescribedTable]:
        """Every published table with its meaning, in the order of the contract."""
        return list(self._described_tables)

    def described_columns(self, table_name: str) -> list[DescribedColumn]:
        """The columns of a published table, in published order; none of a table that is not described."""
        return list(self._described_columns.get(table_name, ()))

    def waiting_kpis(self) -> list[WaitingKpi]:
        """KPIs of the catalogue that are not built yet, by code."""
        return list(self._waiting_kpis)

    def published_rows(self, table_name: str) -> int | None:
        """Rows of a published table by the manifest, or None where it does not tell."""
        counted = {table.name: table.rows for table in self.manifest.tables}
        return counted.get(table_name)
