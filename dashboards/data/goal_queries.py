"""Strategies, how far their goals have come, and the lights of key figures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboards.data.dimensions import Dimensions


@dataclass(frozen=True)
class GoalMeasure:
    """One row of dim_goal: a measure of a goal, or a goal without a measure (`measure_code` empty)."""

    municipality_code: str
    strategy_name: str | None
    strategy_name_sv: str | None
    strategy_name_en: str | None
    theme_name: str
    theme_name_sv: str | None
    theme_name_en: str | None
    goal_code: str
    goal_name: str | None
    goal_name_sv: str | None
    goal_name_en: str | None
    measure_code: str
    measure_name: str | None
    measure_name_sv: str | None
    measure_name_en: str | None
    kpi_id: str | None
    measure_unit: str | None
    base_year: int | None
    base_value: float | None
    target_year: int | None
    target_value: float | None
    corridor_lower: float | None
    corridor_upper: float | None
    action: str | None
    action_sv: str | None
    action_en: str | None
    owner_role: str | None
    owner_role_sv: str | None
    owner_role_en: str | None
    publisher: str | None
    source_title: str | None
    source_url: str | None
    retrieved_on: date | None

    def words(self, field: str, language: str) -> str:
        """A text in the reader's language; as the municipality wrote it where there is no translation."""
        translated = None if language == "fi" else getattr(self, f"{field}_{language}")
        return translated or getattr(self, field) or ""


@dataclass(frozen=True)
class GoalProgress:
    """A newest row of fct_goal_progress."""

    municipality_code: str
    goal_code: str
    measure_code: str
    period: str
    value: float | None
    lower: float | None
    upper: float | None
    state: str
    decided_by: str | None
    reason: str | None


@dataclass(frozen=True)
class KpiLight:
    """A row of fct_kpi_light."""

    municipality_code: str
    kpi_id: str
    period: str
    criterion: str
    value: float | None
    lower: float | None
    upper: float | None
    basis: str
    state: str
    reason: str


def _in_order(code: str) -> list[tuple[int, str]]:
    """Sorts 2 before 10, and 2.1 after 2."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|[^\d.]+", code)]


class GoalQueries(Dimensions):
    """Reads the tables of `contract/published_goals.py`; each is read once."""

    @cached_property
    def _goal_words(self) -> dict[tuple[str, str], dict[str, str]]:
        rows = self._rows("select kind, code, text_fi, text_sv, text_en from dim_goal_word")
        return {(kind, code): {"fi": fi, "sv": sv, "en": en} for kind, code, fi, sv, en in rows}

    @cached_property
    def _goals(self) -> dict[str, list[GoalMeasure]]:
        found: dict[str, list[GoalMeasure]] = {}
        goals = self._records(GoalMeasure, "select {columns} from dim_goal")
        for goal in sorted(goals, key=lambda goal: (_in_order(goal.goal_code), _in_order(goal.measure_code))):
            found.setdefault(goal.municipality_code, []).append(goal)
        return found

    @cached_property
    def _goal_progress(self) -> dict[tuple[str, str, str], GoalProgress]:
        rows = self._records(GoalProgress, "select {columns} from fct_goal_progress where is_newest")
        return {(row.municipality_code, row.goal_code, row.measure_code): row for row in rows}

    @cached_property
    def _lights(self) -> dict[str, list[KpiLight]]:
        found: dict[str, list[KpiLight]] = {}
        query = (
            "select {columns} from fct_kpi_light where value is not null"
            " qualify row_number() over"
            " (partition by municipality_code, kpi_id, criterion order by period_end desc) = 1"
            " order by municipality_code, kpi_id, criterion desc"
        )
        for light in self._records(KpiLight, query):
            found.setdefault(light.municipality_code, []).append(light)
        return found

    def goal_word(self, kind: str, code: str, language: str) -> str:
        """A state, rule or reason in words. Raises: KeyError when the snapshot has no words for it."""
        return self._goal_words[kind, code][language]

    def goals(self, municipality_code: str) -> list[GoalMeasure]:
        """The municipality's strategy, by goal and measure; empty where none is known."""
        return list(self._goals.get(municipality_code, ()))

    def goal_progress(self, goal: GoalMeasure) -> GoalProgress | None:
        """How far the goal has come by its newest figure."""
        return self._goal_progress.get((goal.municipality_code, goal.goal_code, goal.measure_code))

    def kpi_lights(self, municipality_code: str) -> list[KpiLight]:
        """The newest row of every KPI and criterion that has a figure."""
        return list(self._lights.get(municipality_code, ()))
