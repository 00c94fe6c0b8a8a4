"""Breaks of series, municipalities' histories, borders, corrections, and what is new."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from contract.morning_report import Finding
from dashboards.data.dimensions import Dimensions


@dataclass(frozen=True)
class Break:
    """One row of dim_break: from `starts_on` a series means something else, or is made in another way."""

    break_id: str
    starts_on: date
    changes_meaning: bool
    """True when figures may not be compared, nor lines joined, over it."""
    area_scope: str
    label_fi: str
    label_sv: str
    label_en: str
    description_fi: str
    description_sv: str
    description_en: str
    before_fi: str | None
    before_sv: str | None
    before_en: str | None
    source: str

    def label(self, language: str) -> str:
        return str(getattr(self, f"label_{language}"))

    def description(self, language: str) -> str:
        return str(getattr(self, f"description_{language}"))

    def before(self, language: str) -> str | None:
        """What is said beside a figure from before the break, None where nothing needs to be."""
        return getattr(self, f"before_{language}") or None

    def parts(self, earlier: date, later: date) -> bool:
        """True when it lies after the day `earlier` and no later than `later`: ends of two periods."""
        return earlier < self.starts_on <= later


@dataclass(frozen=True)
class TableBorder:
    """One row of dim_table_border."""

    source: str
    table_name: str
    border_year: int
    division_year: int
    municipalities_in_table: int
    municipalities_today: int
    is_extract: bool
    bridging: str


@dataclass(frozen=True)
class BorderMismatch:
    """One row of fct_border_mismatch: a municipality that only the table or only today's division has."""

    source: str
    table_name: str
    municipality_code: str
    border_year: int
    division_year: int
    kind: str
    name_fi: str | None
    name_sv: str | None
    changed_on: date | None
    receivers: str | None
    todays_municipality_code: str | None

    def name(self, language: str) -> str:
        return (self.name_sv if language == "sv" else self.name_fi) or self.municipality_code


@dataclass(frozen=True)
class Correction:
    """One row of fct_correction."""

    source: str
    table_name: str
    correction_id: str
    action: str
    matched_on: str
    expected: str
    found: str
    corrected_to: str | None
    cells: int
    outcome: str
    reason: str
    link: str | None
    author: str
    decided_on: date
    applied_at: datetime

    @property
    def applied(self) -> bool:
        return self.outcome == "applied"


@dataclass(frozen=True)
class CataloguedTable:
    """One row of dim_source_catalogue: a table that can be read, loaded or not."""

    source: str
    table_name: str
    publisher_table_id: str
    title_fi: str
    title_sv: str
    title_en: str
    publisher: str
    page_url: str | None
    verification: str
    is_loaded: bool

    @property
    def verified(self) -> bool:
        """True when a real answer of the table is tested; else its shape is known from a description."""
        return self.verification == "recorded"

    def title(self, language: str) -> str:
        return str(getattr(self, f"title_{language}"))


@dataclass(frozen=True)
class FormerName:
    """A municipality that became part of another, or an earlier name or code of it."""

    municipality_code: str
    name_fi: str
    name_sv: str
    valid_to: date
    ended_by: str

    def name(self, language: str) -> str:
        return self.name_sv if language == "sv" else self.name_fi


class HistoryQueries(Dimensions):
    """Reads the tables of `contract/published_history.py`; each is small and read once."""

    @cached_property
    def _breaks(self) -> dict[str, Break]:
        rows = self._records(Break, "select {columns} from dim_break order by starts_on, break_id")
        return {row.break_id: row for row in rows}

    @cached_property
    def _breaks_of_kpis(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for break_id, kpi_id in self._rows("select break_id, kpi_id from bridge_break_kpi"):
            found.setdefault(kpi_id, set()).add(break_id)
        return found

    def breaks(self) -> list[Break]:
        """Every break that is known, oldest first."""
        return list(self._breaks.values())

    def breaks_of(self, kpi_id: str) -> list[Break]:
        """The breaks that concern one KPI, oldest first."""
        wanted = self._breaks_of_kpis.get(kpi_id, set())
        return [found for found in self.breaks() if found.break_id in wanted]

    def kpis_of_break(self, break_id: str) -> list[str]:
        """Ids of the KPIs that a break concerns."""
        return sorted(kpi_id for kpi_id, breaks in self._breaks_of_kpis.items() if break_id in breaks)

    @cached_property
    def _table_borders(self) -> list[TableBorder]:
        return self._records(
            TableBorder, "select {columns} from dim_table_border order by border_year, source, table_name"
        )

    def table_borders(self) -> list[TableBorder]:
        """Every table that holds municipalities and the borders it was published on, oldest borders first."""
        return list(self._table_borders)

    @cached_property
    def _catalogued_tables(self) -> list[CataloguedTable]:
        return self._records(
            CataloguedTable, "select {columns} from dim_source_catalogue order by source, table_name"
        )

    def catalogued_tables(self) -> list[CataloguedTable]:
        """Every table of the source catalogue."""
        return list(self._catalogued_tables)

    def border_mismatches(self) -> list[BorderMismatch]:
        """Where tables have other municipalities than today's division, and why."""
        return self._records(
            BorderMismatch,
            "select {columns} from fct_border_mismatch "
            "order by source, table_name, changed_on, municipality_code",
        )

    def corrections(self) -> list[Correction]:
        """Corrections of loaded tables; those whose guard failed first."""
        return self._records(
            Correction,
            "select {columns} from fct_correction where outcome <> 'absent' "
            "order by outcome desc, source, table_name, correction_id",
        )

    def former_names(self, code: str) -> list[FormerName]:
        """What has become part of the municipality since 1971, and its own earlier names, newest first."""
        rows = self._rows(
            """
            select municipality_code, name_fi, name_sv, valid_to, ended_by from dim_municipality_history
            where todays_municipality_code = ? and valid_to is not null and ended_by <> 'code_change'
            order by valid_to desc, name_fi
            """,
            [code],
        )
        return [FormerName(*row) for row in rows]

    @cached_property
    def _findings(self) -> list[Finding]:
        return self._records(Finding, "select {columns} from fct_morning_report order by finding")

    def findings(self) -> list[Finding]:
        """What this snapshot tells anew, in the order of telling."""
        return list(self._findings)
