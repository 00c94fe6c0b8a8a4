"""Sections 110 and 118 of the Local Government Act: limits, where a municipality stands, and the words of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from typing import Any

from dashboards.data.dimensions import Dimensions


@dataclass(frozen=True)
class Criterion:
    """One row of dim_statutory_criterion: a criterion with its limit from `valid_from` on."""

    criterion_id: str
    valid_from: date
    rule: str
    sort_order: int
    name_fi: str
    name_sv: str
    name_en: str
    description_fi: str
    description_sv: str
    description_en: str
    formula_fi: str
    formula_sv: str
    formula_en: str
    unit: str
    comparison: str
    limit_value: float | None
    previous_year_limit_value: float | None
    law_reference: str
    verification: str

    def name(self, language: str) -> str:
        return str(getattr(self, f"name_{language}"))

    def description(self, language: str) -> str:
        return str(getattr(self, f"description_{language}"))

    def formula(self, language: str) -> str:
        return str(getattr(self, f"formula_{language}"))


@dataclass(frozen=True)
class CriterionYear:
    """One row of fct_statutory_criterion: the figure or its bounds, and whether it is past its limit."""

    municipality_code: str
    criterion_id: str
    reference_year: int
    value: float | None
    lower: float | None
    upper: float | None
    limit_value: float | None
    distance: float | None
    is_past_limit: bool | None
    is_past_limit_previous_year: bool | None
    is_past_limit_two_years: bool | None
    value_status: str
    basis: str | None
    missing_fi: str | None
    missing_sv: str | None
    missing_en: str | None
    nearest_kpi_id: str | None
    nearest_value: float | None
    nearest_year: int | None

    def missing(self, language: str) -> str:
        """What is not there and where it would come from; empty when nothing is missing."""
        return getattr(self, f"missing_{language}") or ""


@dataclass(frozen=True)
class RuleState:
    """One row of fct_statutory_state; the only place that says whether a condition is met."""

    municipality_code: str
    reference_year: int
    rule: str
    state: str
    reason: str
    criteria_count: int
    past_limit_count: int
    unknown_count: int


@dataclass(frozen=True)
class DeficitCover:
    """One row of fct_deficit_cover: the deficit and the year by whose accounts it must be covered."""

    municipality_code: str
    reference_year: int
    accumulated_surplus_eur: float | None
    value_status: str
    basis: str | None
    first_deficit_year: int | None
    deadline_year: int | None
    latest_deadline_year: int | None
    years_left: int | None
    state: str
    reason: str
    missing_fi: str | None
    missing_sv: str | None
    missing_en: str | None

    def missing(self, language: str) -> str:
        return getattr(self, f"missing_{language}") or ""


class StatutoryQueries(Dimensions):
    """Reads the tables of `contract/published_statutory.py`; empty where a snapshot is from before them."""

    @cached_property
    def _criteria(self) -> list[Criterion]:
        return self._records(
            Criterion, "select {columns} from dim_statutory_criterion order by sort_order, valid_from desc"
        )

    @cached_property
    def _statutory_words(self) -> dict[tuple[str, str], dict[str, str]]:
        rows = self._rows("select kind, code, text_fi, text_sv, text_en from dim_statutory_word")
        return {(kind, code): {"fi": fi, "sv": sv, "en": en} for kind, code, fi, sv, en in rows}

    def statutory_criteria(self) -> list[Criterion]:
        """Every criterion once, with its newest limit, in order."""
        newest = {item.criterion_id: item for item in reversed(self._criteria)}
        return sorted(newest.values(), key=lambda item: item.sort_order)

    def statutory_words(self, kind: str, code: str, language: str) -> str:
        """Words of a `rule`, `state` or `reason`. Raises: KeyError when the snapshot has none."""
        return self._statutory_words[kind, code][language]

    def criterion_years(self, code: str) -> list[CriterionYear]:
        """Where the municipality stands by criterion and year of accounts, newest year first."""
        return self._of(CriterionYear, "fct_statutory_criterion", code, "criterion_id")

    def rule_states(self, code: str) -> list[RuleState]:
        """Whether the conditions are met, newest year first."""
        return self._of(RuleState, "fct_statutory_state", code, "rule")

    def deficit_covers(self, code: str) -> list[DeficitCover]:
        """The municipality's deficit and its time limit by year of accounts, newest first."""
        return self._of(DeficitCover, "fct_deficit_cover", code, "municipality_code")

    def _of(self, record: type[Any], table: str, code: str, order: str) -> list[Any]:
        columns = ", ".join(field.name for field in fields(record))
        rows = self._rows(
            f"select {columns} from {table} where municipality_code = ? order by reference_year desc, {order}",
            [code],
        )
        return [record(*row) for row in rows]
