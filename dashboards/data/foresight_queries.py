"""Scenarios beside the base forecast, service need, and how forecasts from earlier years turned out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pandas as pd

from dashboards.data.backtest import (
    COVERAGE_80,
    MAPE,
    SAME_INFORMATION,
    WAPE,
    WITHIN_10,
    About,
    Backtest,
    Score,
    size_bounds,
    size_classes,
)
from dashboards.data.dimensions import Dimensions
from dashboards.data.records import BASE_SCENARIO

OURS_IN_HINDSIGHT, TREND_IN_HINDSIGHT, NO_CHANGE_IN_HINDSIGHT = "kuntaluotsi", "trend", "no_change"
"""Methods of fct_forecast_hindsight."""


@dataclass(frozen=True)
class Scenario:
    """One row of dim_scenario."""

    scenario_id: str
    name_fi: str
    name_sv: str
    name_en: str
    rationale_fi: str
    rationale_sv: str
    rationale_en: str

    def name(self, language: str) -> str:
        return str(getattr(self, f"name_{language}"))

    def rationale(self, language: str) -> str:
        return str(getattr(self, f"rationale_{language}"))


class LookedBack(NamedTuple):
    """One row of fct_forecast_hindsight."""

    base_year: int
    projection_year: int
    horizon_years: int
    method: str
    forecast: float
    actual: float
    error_pct: float | None


class Looked(NamedTuple):
    """Mean absolute error in % of forecasts looked back on, and the share of them within ±10 %."""

    error: float
    within_10: float
    cases: int
    first: int
    last: int
    base_years: int


class Needed(NamedTuple):
    """One row of fct_service_need of the base scenario."""

    measure: str
    base_year: int
    projection_year: int
    base_value: float
    p10: float
    p50: float
    p90: float
    born_share: float


class Participation(NamedTuple):
    """One row of dim_service_need_rate."""

    age_from: int
    age_to: int
    participation_rate: float
    reference_year: int
    source_fi: str
    source_sv: str
    source_en: str
    url: str

    def source(self, language: str) -> str:
        return str(getattr(self, f"source_{language}"))


class NeedOfUnit(NamedTuple):
    """One row of fct_service_need_unit of the base scenario."""

    unit_type: str
    unit_code: str
    unit_name: str
    measure: str
    projection_year: int
    mean: float
    p10: float
    p90: float
    limit_value: float | None
    probability_by_then: float | None


@dataclass(frozen=True)
class NeedEvent:
    """A threshold of service need in one municipality: by year the probability that it has been passed."""

    event_id: str
    measure: str
    side: str
    base_factor: float | None
    rationale_fi: str
    rationale_sv: str
    rationale_en: str
    base_year: int
    base_value: float
    limit_value: float
    by_then: dict[int, float]

    def rationale(self, language: str) -> str:
        return str(getattr(self, f"rationale_{language}"))


class ForesightQueries(Dimensions):
    """Reads the tables of scenarios, service need and past forecasts; each may be empty."""

    @cached_property
    def _scenarios(self) -> list[Scenario]:
        """All but the base, in the order of menus."""
        rows = self._records(Scenario, "select {columns} from dim_scenario order by sort_order, scenario_id")
        return [row for row in rows if row.scenario_id != BASE_SCENARIO]

    def scenarios(self, code: str) -> list[Scenario]:
        """Scenarios with a projection of the municipality or area, the base left out."""
        table, key = self._by_level(code, "fct_projection", "fct_projection_area")
        rows = self._rows(
            f"select distinct scenario_id from {table} where {key} = ? and scheme = 'total'", [code]
        )
        there = {scenario for (scenario,) in rows}
        return [scenario for scenario in self._scenarios if scenario.scenario_id in there]

    def service_need(self, code: str) -> list[Needed]:
        """How many people services will be needed for, by measure and year; municipality or area."""
        table, key = self._by_level(code, "fct_service_need", "fct_service_need_area")
        rows = self._rows(
            f"select {', '.join(Needed._fields)} from {table} "
            f"where {key} = ? and scenario_id = ? order by measure, projection_year",
            [code, BASE_SCENARIO],
        )
        return [Needed(*row) for row in rows]

    def service_need_history(self, code: str, age_from: int, age_to: int) -> dict[int, float]:
        """People of these ages, both included, at the end of each measured year."""
        table, key = self._by_level(code, "fct_population", "fct_population_area")
        rows = self._rows(
            f"select reference_year, sum(population_count) from {table} "
            f"where {key} = ? and age between ? and ? group by reference_year order by reference_year",
            [code, age_from, age_to],
        )
        return {int(year): float(people) for year, people in rows}

    def service_need_events(self, code: str) -> list[NeedEvent]:
        """Thresholds that make sense in the municipality, in the order of their file."""
        told = ("event_id", "measure", "side", "base_factor", "rationale_fi", "rationale_sv", "rationale_en")
        rows = self._rows(
            f"""
            select {", ".join(f"threshold.{name}" for name in told)}, event.base_year, event.base_value,
                event.limit_value, event.projection_year, event.probability_by_then
            from fct_service_need_event as event
            inner join dim_service_need_threshold as threshold on event.event_id = threshold.event_id
            where event.municipality_code = ? and event.scenario_id = ?
            order by threshold.sort_order, event.projection_year
            """,
            [code, BASE_SCENARIO],
        )
        found: dict[str, NeedEvent] = {}
        for *about, year, by_then in rows:
            event = found.setdefault(about[0], NeedEvent(*about, by_then={}))
            event.by_then[int(year)] = float(by_then)
        return list(found.values())

    def service_need_units(self, code: str) -> list[NeedOfUnit]:
        """Schools and day care of a municipality that has given registers, by unit, measure and year."""
        rows = self._rows(
            f"select {', '.join(NeedOfUnit._fields)} from fct_service_need_unit "
            "where municipality_code = ? and scenario_id = ? "
            "order by unit_type, unit_name, unit_code, measure, projection_year",
            [code, BASE_SCENARIO],
        )
        return [NeedOfUnit(*row) for row in rows]

    def service_need_event_rows(self, code: str) -> pd.DataFrame:
        """fct_service_need_event of one municipality with what its thresholds are about."""
        return self._frame(
            """
            select event.scenario_id, event.base_year, event.projection_year, event.event_id,
                threshold.measure, threshold.side, event.base_value, event.limit_value,
                event.probability, event.probability_by_then
            from fct_service_need_event as event
            inner join dim_service_need_threshold as threshold on event.event_id = threshold.event_id
            where event.municipality_code = ?
            order by threshold.sort_order, event.projection_year
            """,
            [code],
        )

    @cached_property
    def participation(self) -> list[Participation]:
        """The country's participation in early education that children in day care are counted with."""
        rows = self._rows(
            f"select {', '.join(Participation._fields)} from dim_service_need_rate order by age_from"
        )
        return [Participation(*row) for row in rows]

    def hindsight(self, code: str) -> list[LookedBack]:
        """What would have been forecast of the municipality, by base year, horizon and method."""
        rows = self._rows(
            f"select {', '.join(LookedBack._fields)} from fct_forecast_hindsight "
            "where municipality_code = ? order by base_year, horizon_years, method",
            [code],
        )
        return [LookedBack(*row) for row in rows]

    def hindsight_of_class(self, label: str) -> dict[tuple[str, int], Looked]:
        """By method and horizon: all municipalities that were of the size class in the base year."""
        return self._hindsight_by_class.get(label, {})

    @cached_property
    def _hindsight_by_class(self) -> dict[str, dict[tuple[str, int], Looked]]:
        """The base year's population is what `no_change` forecast."""
        found: dict[str, dict[tuple[str, int], Looked]] = {}
        for label in size_classes():
            low, high = size_bounds(label)
            rows = self._rows(
                """
                select looked.method, looked.horizon_years, avg(abs(looked.error_pct)),
                    100 * avg((abs(looked.error_pct) <= 10)::int), count(*),
                    min(looked.base_year), max(looked.base_year), count(distinct looked.base_year)
                from fct_forecast_hindsight as looked
                inner join fct_forecast_hindsight as base
                    on looked.municipality_code = base.municipality_code
                    and looked.base_year = base.base_year
                    and looked.horizon_years = base.horizon_years
                    and base.method = ?
                where looked.error_pct is not null
                    and base.forecast >= ? and base.forecast < coalesce(?, 1e12)
                group by looked.method, looked.horizon_years
                """,
                [NO_CHANGE_IN_HINDSIGHT, low, high + 1 if high is not None else None],
            )
            found[label] = {(method, horizon): Looked(*numbers) for method, horizon, *numbers in rows}
        return found

    @cached_property
    def backtest(self) -> Backtest:
        """Scores of fct_backtest_score that pages tell, of forecasts that knew what was known then."""
        rows = self._rows(
            """
            select run, horizon_years, method, measure, size_class, scheme, age_group,
                value, cases, first_base_year, last_base_year, base_years
            from fct_backtest_score
            where protocol = ? and list_contains(?, measure) and value is not null
            """,
            [SAME_INFORMATION, [MAPE, WAPE, WITHIN_10, COVERAGE_80]],
        )
        return Backtest({About(*row[:7]): Score(*row[7:]) for row in rows})

    def backtest_rows(self) -> pd.DataFrame:
        """fct_backtest_score as published."""
        return self._frame("select * from fct_backtest_score order by all")
