"""Where a KPI stands for a municipality: its trend, its change, and its places in the areas it belongs to."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from dashboards.data.dimensions import Dimensions


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


class StandingQueries(Dimensions):
    """Reads the tables of comparison; empty where a snapshot is from before them."""

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

    def _standing(self, record: type[Any], sql: str, parameters: list[Any]) -> list[Any]:
        columns = ", ".join(field.name for field in fields(record))
        return [record(*row) for row in self._rows(sql.format(columns=columns), parameters)]
