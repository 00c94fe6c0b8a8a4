"""Population by age, our forecast, the official projections, and how past forecasts turned out."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd

from dashboards.data.dimensions import Dimensions
from dashboards.data.records import BASE_SCENARIO


class PopulationQueries(Dimensions):
    """Reads the population and projection tables as frames with the published column names."""

    def population_years(self, code: str) -> list[int]:
        """Years with population by age for the municipality or area, oldest first."""
        table, key = self._population_table(code)
        rows = self._rows(
            f"select distinct reference_year from {table} where {key} = ? order by reference_year", [code]
        )
        return [year for (year,) in rows]

    def population_pyramid(self, code: str, year: int) -> pd.DataFrame:
        """sex, age, population_count of one year; empty when the year is not there."""
        table, key = self._population_table(code)
        return self._frame(
            f"select sex, age, population_count from {table} where {key} = ? and reference_year = ? "
            "order by sex, age",
            [code, year],
        )

    def population_history(self, code: str) -> pd.DataFrame:
        """reference_year, population_count: totals of every year with ages, oldest first."""
        table, key = self._population_table(code)
        return self._frame(
            f"select reference_year, sum(population_count) as population_count from {table} "
            f"where {key} = ? group by reference_year order by reference_year",
            [code],
        )

    def population_groups(self, code: str, scheme: str) -> pd.DataFrame:
        """reference_year, age_group, age_from, age_to, sort_order, population_count of measured years."""
        table, key = self._population_table(code)
        return self._frame(
            f"""
            select population.reference_year, groups.age_group, groups.age_from, groups.age_to,
                groups.sort_order, sum(population.population_count) as population_count
            from {table} as population
            inner join dim_age_group as groups
                on population.age between groups.age_from and coalesce(groups.age_to, 999)
            where population.{key} = ? and groups.scheme = ?
            group by all
            order by population.reference_year, groups.sort_order
            """,
            [code, scheme],
        )

    def projection(self, code: str, scheme: str, scenario: str = BASE_SCENARIO) -> pd.DataFrame:
        """base_year, projection_year, age_group, age_from, age_to, sort_order, mean, p10, p50, p90.

        `scheme` is a scheme of dim_age_group, or `total`, whose one group is named `total`.
        """
        table, key = self._by_level(code, "fct_projection", "fct_projection_area")
        return self._frame(
            f"""
            select projection.base_year, projection.projection_year, projection.age_group,
                groups.age_from, groups.age_to, groups.sort_order,
                projection.mean, projection.p10, projection.p50, projection.p90
            from {table} as projection
            left join dim_age_group as groups
                on projection.scheme = groups.scheme and projection.age_group = groups.age_group
            where projection.{key} = ? and projection.scheme = ? and projection.scenario_id = ?
            order by projection.projection_year, groups.sort_order
            """,
            [code, scheme, scenario],
        )

    def projection_age(self, code: str, year: int, scenario: str = BASE_SCENARIO) -> pd.DataFrame:
        """base_year, sex, age, mean, p10, p50, p90 of one projected year; municipalities only."""
        return self._frame(
            """
            select base_year, sex, age, mean, p10, p50, p90 from fct_projection_age
            where municipality_code = ? and projection_year = ? and scenario_id = ? order by sex, age
            """,
            [code, year, scenario],
        )

    def projection_age_peak(self, code: str, scenario: str = BASE_SCENARIO) -> float:
        """The largest upper bound of any sex, age and year of the forecast; 0 without one."""
        rows = self._rows(
            "select max(p90) from fct_projection_age where municipality_code = ? and scenario_id = ?",
            [code, scenario],
        )
        return float(rows[0][0] or 0.0)

    def official_vintages(self, code: str) -> list[int]:
        """Vintages of Statistics Finland's projection that cover the municipality or area, oldest first."""
        table, key = self._by_level(code, "fct_official_projection", "fct_official_projection_area")
        rows = self._rows(f"select distinct vintage from {table} where {key} = ? order by vintage", [code])
        return [vintage for (vintage,) in rows]

    def official_projection(self, code: str, vintage: int) -> pd.DataFrame:
        """published_at, projection_year, age, value of one official projection."""
        table, key = self._by_level(code, "fct_official_projection", "fct_official_projection_area")
        return self._frame(
            f"select published_at, projection_year, age, value from {table} "
            f"where {key} = ? and vintage = ? order by projection_year, age",
            [code, vintage],
        )

    def forecast_scores(self, codes: Collection[str] | None = None) -> pd.DataFrame:
        """fct_forecast_score of the given municipalities (all when not given)."""
        if codes is None:
            return self._frame("select * from fct_forecast_score order by all")
        return self._frame(
            "select * from fct_forecast_score where list_contains(?, municipality_code) order by all",
            [sorted(codes)],
        )

    def _population_table(self, code: str) -> tuple[str, str]:
        return self._by_level(code, "fct_population", "fct_population_area")
