"""One KPI over time for many municipalities at once."""

from __future__ import annotations

from collections.abc import Collection

from dashboards.data.dimensions import Dimensions


class CompareQueries(Dimensions):
    """Reads fct_kpi_value for sets of municipalities."""

    def kpi_values_over_time(self, kpi_id: str, codes: Collection[str]) -> list[tuple[str, str, float]]:
        """(municipality_code, period, value) of every period with a value, by code, oldest first."""
        return self._rows(
            """
            select municipality_code, period, value from fct_kpi_value
            where kpi_id = ? and value is not null and municipality_code in (select unnest(?))
            order by municipality_code, period_end
            """,
            [kpi_id, sorted(codes)],
        )
