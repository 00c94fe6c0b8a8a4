"""Where a KPI stands for a municipality: light, trend, change, places in its areas, and goals with targets."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

from dashboards.data.dimensions import Dimensions


@dataclass(frozen=True)
class Light:
    """One row of fct_kpi_light: the state by one criterion, and why."""

    criterion: str
    period: str
    target_year: int | None
    basis: str | None
    state: str
    reason: str | None


@dataclass(frozen=True)
class Trend:
    """One row of fct_kpi_trend: the slope a year with its 95 % interval; none with too few periods."""

    period_type: str
    period: str
    first_period: str | None
    period_count: int
    slope_per_year: float | None
    slope_lower: float | None
    slope_upper: float | None
    trend: str
    meaning: str | None


@dataclass(frozen=True)
class ChangeBefore:
    """One row of fct_kpi_change: the change from the period before and from the year before, or why none."""

    period: str
    previous_period: str | None
    change_from_previous: float | None
    previous_reason: str | None
    change_from_year_before: float | None
    year_reason: str | None


@dataclass(frozen=True)
class AreaPlace:
    """One row of fct_kpi_rank: the place in one area, among `ranked_count` municipalities with a figure."""

    area_code: str
    rank_order: str
    place: int
    tied_count: int
    ranked_count: int


@dataclass(frozen=True)
class GoalMeasure:
    """A measure of dim_goal that is the KPI, with its newest progress; texts in the strategy's language first."""

    goal_name: str | None
    goal_name_sv: str | None
    goal_name_en: str | None
    measure_name: str | None
    measure_name_sv: str | None
    measure_name_en: str | None
    target_year: int | None
    target_value: float | None
    corridor_lower: float | None
    corridor_upper: float | None
    publisher: str | None
    source_title: str | None
    source_url: str | None
    state: str | None
    decided_by: str | None
    reason: str | None

    def name(self, language: str) -> str:
        """The goal and its measure; as the strategy writes them where no translation is known."""
        goal = getattr(self, f"goal_name_{language}", None) or self.goal_name or ""
        measure = getattr(self, f"measure_name_{language}", None) or self.measure_name or ""
        return ": ".join(part for part in (goal, measure) if part)

    @property
    def levels(self) -> list[float]:
        """The target, or both edges of the corridor; empty where neither has been given."""
        if self.target_value is not None:
            return [self.target_value]
        return [edge for edge in (self.corridor_lower, self.corridor_upper) if edge is not None]


class StandingQueries(Dimensions):
    """Reads the tables of comparison and goals; empty where a snapshot is from before them."""

    def kpi_lights(self, kpi_id: str, code: str) -> list[Light]:
        """The newest light by each criterion, the municipality's own target first."""
        return self._standing(
            Light,
            """
            select {columns} from fct_kpi_light
            where kpi_id = ? and municipality_code = ?
            qualify row_number() over (partition by criterion order by period_end desc) = 1
            order by list_position(['target', 'criterion', 'rank'], criterion)
            """,
            [kpi_id, code],
        )

    def kpi_trend(self, kpi_id: str, code: str) -> Trend | None:
        """The trend up to the newest figure."""
        found = self._standing(
            Trend,
            """
            select {columns} from fct_kpi_trend
            where kpi_id = ? and municipality_code = ? order by period desc limit 1
            """,
            [kpi_id, code],
        )
        return next(iter(found), None)

    def kpi_change(self, kpi_id: str, code: str, period: str) -> ChangeBefore | None:
        """The change up to `period`."""
        found = self._standing(
            ChangeBefore,
            """
            select {columns} from fct_kpi_change
            where kpi_id = ? and municipality_code = ? and period = ?
            """,
            [kpi_id, code, period],
        )
        return next(iter(found), None)

    def kpi_places(self, kpi_id: str, code: str, period: str) -> list[AreaPlace]:
        """The places of `period`, largest area first; none where there is no figure."""
        return self._standing(
            AreaPlace,
            """
            select {columns} from fct_kpi_rank
            where kpi_id = ? and municipality_code = ? and period = ? and place is not null
            order by ranked_count desc, area_code
            """,
            [kpi_id, code, period],
        )

    def goal_measures(self, kpi_id: str, code: str) -> list[GoalMeasure]:
        """The goals of the municipality's strategy that are measured by the KPI, in order of code."""
        return self._standing(
            GoalMeasure,
            """
            select {columns}
            from dim_goal
            left join (
                select municipality_code, goal_code, measure_code, state, decided_by, reason
                from fct_goal_progress where is_newest
            ) using (municipality_code, goal_code, measure_code)
            where kpi_id = ? and municipality_code = ?
            order by goal_code, measure_code
            """,
            [kpi_id, code],
        )

    def goal_word(self, kind: str, code: str | None, language: str) -> str:
        """The words of a state, criterion, basis, rule or reason; empty where there is none."""
        return self._goal_words.get((kind, code or "", language), "")

    @cached_property
    def _goal_words(self) -> dict[tuple[str, str, str], str]:
        rows = self._rows("select kind, code, text_fi, text_sv, text_en from dim_goal_word")
        return {
            (kind, code, language): text
            for kind, code, *texts in rows
            for language, text in zip(("fi", "sv", "en"), texts, strict=True)
        }

    def _standing(self, record: type[Any], sql: str, parameters: list[Any]) -> list[Any]:
        columns = ", ".join(field.name for field in fields(record))
        return [record(*row) for row in self._rows(sql.format(columns=columns), parameters)]
