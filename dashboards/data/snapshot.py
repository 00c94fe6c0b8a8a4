"""One published snapshot, opened for reading: typed queries over its tables.

Everything returned is read from the snapshot's own database file, opened read-only; a snapshot never
changes, so dimensions are read once. Municipality codes are three digits as text. Frames have the
published column names (`contract/published.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pandas as pd

from contract.published import PUBLISHED_TABLES
from contract.snapshot import DATABASE_FILE, Manifest
from dashboards.data.records import (
    BASE_SCENARIO,
    Area,
    Kpi,
    KpiPoint,
    Municipality,
    Rank,
    SimilarMunicipality,
    Source,
)
from dashboards.data.similar import nearest_municipalities

Row = TypeVar("Row")

_KPI_VALUE_COLUMNS = (
    "kpi_id, {key} as area_code, period_type, period, period_end, value, value_status, "
    "numerator, denominator, lower, upper"
)


class SnapshotUnreadable(Exception):
    """The snapshot's database cannot be opened or lacks a published table."""


class Snapshot:
    """A published snapshot. Thread-safe: every query runs on its own cursor.

    Raises: SnapshotUnreadable when the database is missing, damaged or lacks a published table.
    """

    def __init__(self, directory: Path, manifest: Manifest, *, memory_limit: str = "512MB", threads: int = 2):
        self.directory = directory
        self.manifest = manifest
        self._connection = _attach(directory / DATABASE_FILE, memory_limit, threads)

    @property
    def snapshot_id(self) -> str:
        return self.manifest.snapshot_id

    def close(self) -> None:
        """Releases the database file. Happens by itself when the last request lets go of the snapshot."""
        self._connection.close()

    # -- dimensions ---------------------------------------------------------------------------------

    @cached_property
    def _municipalities(self) -> dict[str, Municipality]:
        rows = self._records(Municipality, "select {columns} from dim_municipality order by name_fi")
        return {row.municipality_code: row for row in rows}

    @cached_property
    def _areas(self) -> dict[str, Area]:
        rows = self._records(Area, "select {columns} from dim_area order by area_type, name_fi")
        return {row.area_code: row for row in rows}

    @cached_property
    def _kpis(self) -> dict[str, Kpi]:
        rows = self._records(Kpi, "select {columns} from dim_kpi order by sort_order, kpi_id")
        return {row.kpi_id: row for row in rows}

    @cached_property
    def _memberships(self) -> list[tuple[str, str, date | None, date | None]]:
        return self._rows(
            "select area_code, municipality_code, valid_from, valid_to from bridge_area_municipality"
        )

    def municipalities(self) -> list[Municipality]:
        """All municipalities of the snapshot's division, by Finnish name."""
        return list(self._municipalities.values())

    def municipality(self, code: str) -> Municipality:
        """The municipality with `code`. Raises: KeyError naming the code."""
        try:
            return self._municipalities[code]
        except KeyError:
            raise KeyError(f"no municipality {code!r} in snapshot {self.snapshot_id}") from None

    def areas(self) -> list[Area]:
        """All areas: country, regions, networks, size classes and, with an extract, the residual."""
        return list(self._areas.values())

    def area(self, code: str) -> Area:
        """The area with `code`. Raises: KeyError naming the code."""
        try:
            return self._areas[code]
        except KeyError:
            raise KeyError(f"no area {code!r} in snapshot {self.snapshot_id}") from None

    def members(self, area_code: str, on: date) -> list[str]:
        """Codes of the municipalities that belonged to the area on that day, in order of code.

        Memberships end at `valid_to`, that day included; none means still going on.
        """
        return sorted(
            municipality
            for area, municipality, start, end in self._memberships
            if area == area_code
            and municipality in self._municipalities
            and (start is None or start <= on)
            and (end is None or on <= end)
        )

    def areas_of(self, code: str, on: date, area_type: str | None = None) -> list[Area]:
        """The areas the municipality belonged to on that day, optionally of one type."""
        own = {
            area
            for area, municipality, start, end in self._memberships
            if municipality == code and (start is None or start <= on) and (end is None or on <= end)
        }
        return [
            area for area in self.areas() if area.area_code in own and area_type in (None, area.area_type)
        ]

    def networks_of(self, code: str, on: date) -> list[Area]:
        """The networks the municipality belonged to on that day; may be none."""
        return self.areas_of(code, on, "network")

    def region_of(self, code: str) -> Area | None:
        """The municipality's region, or None where the snapshot holds no such area."""
        return self._areas.get(self.municipality(code).region_code)

    def similar_municipalities(self, code: str, limit: int = 8) -> list[SimilarMunicipality]:
        """The nearest by population and age structure, within the own size class where it holds enough.

        Empty when the municipality's population is not known.
        """
        return nearest_municipalities(code, self._municipalities, self._age_shares, limit)

    @cached_property
    def _age_shares(self) -> dict[str, tuple[float | None, float | None]]:
        """Shares of under 15 and over 64 in the newest year, in percent, by municipality."""
        rows = self._rows(
            """
            select municipality_code,
                100 * sum(population_count) filter (age < 15) / sum(population_count),
                100 * sum(population_count) filter (age > 64) / sum(population_count)
            from fct_population
            where reference_year = (select max(reference_year) from fct_population)
            group by municipality_code
            """
        )
        return {code: (young, old) for code, young, old in rows}

    def age_groups(self, scheme: str) -> pd.DataFrame:
        """dim_age_group of one scheme (`service`, `report`) in its order."""
        return self._frame("select * from dim_age_group where scheme = ? order by sort_order", [scheme])

    def sources(self) -> list[Source]:
        """dim_source: every table behind the figures, by publisher and table."""
        return self._records(
            Source, "select {columns} from dim_source order by publisher, publisher_table_id"
        )

    # -- KPIs ---------------------------------------------------------------------------------------

    def kpis(self) -> list[Kpi]:
        """The KPI catalogue in its order."""
        return list(self._kpis.values())

    def kpi(self, kpi_id: str) -> Kpi:
        """The KPI with `kpi_id`. Raises: KeyError naming the id."""
        try:
            return self._kpis[kpi_id]
        except KeyError:
            raise KeyError(f"no KPI {kpi_id!r} in snapshot {self.snapshot_id}") from None

    def kpi_series(self, kpi_id: str, code: str) -> list[KpiPoint]:
        """All periods of one KPI for a municipality or, with an area's code, for an area; oldest first."""
        table, key = self._value_table(code)
        return self._points(
            f"select {_KPI_VALUE_COLUMNS} from {table} where kpi_id = ? and {{key}} = ? order by period_end",
            key,
            [kpi_id, code],
        )

    def kpi_histories(self, code: str) -> dict[str, list[KpiPoint]]:
        """`kpi_series` of every KPI at once, for a municipality or an area."""
        table, key = self._value_table(code)
        histories: dict[str, list[KpiPoint]] = {}
        for point in self._points(
            f"select {_KPI_VALUE_COLUMNS} from {table} where {{key}} = ? order by kpi_id, period_end",
            key,
            [code],
        ):
            histories.setdefault(point.kpi_id, []).append(point)
        return histories

    def kpi_latest(self, code: str) -> dict[str, KpiPoint]:
        """The newest figure that has a value, by KPI, for a municipality or an area."""
        table, key = self._value_table(code)
        points = self._points(
            f"""
            select {_KPI_VALUE_COLUMNS} from {table} where {{key}} = ? and value is not null
            qualify row_number() over (partition by kpi_id order by period_end desc) = 1
            """,
            key,
            [code],
        )
        return {point.kpi_id: point for point in points}

    def kpi_values(self, kpi_id: str, period: str) -> list[KpiPoint]:
        """One KPI and period for every municipality, in order of code; missing ones keep their status."""
        return self._points(
            f"select {_KPI_VALUE_COLUMNS} from fct_kpi_value "
            "where kpi_id = ? and period = ? order by {key}",
            "municipality_code",
            [kpi_id, period],
        )

    def kpi_area_values(self, kpi_id: str, period: str) -> list[KpiPoint]:
        """One KPI and period for every area that has it."""
        return self._points(
            f"select {_KPI_VALUE_COLUMNS} from fct_kpi_value_area "
            "where kpi_id = ? and period = ? order by {key}",
            "area_code",
            [kpi_id, period],
        )

    def kpi_periods(self, kpi_id: str) -> list[str]:
        """Periods for which any municipality has a value, newest first."""
        rows = self._rows(
            """
            select period from fct_kpi_value where kpi_id = ? and value is not null
            group by period order by max(period_end) desc
            """,
            [kpi_id],
        )
        return [period for (period,) in rows]

    def kpi_rank(
        self, kpi_id: str, period: str, code: str, codes: Collection[str] | None = None
    ) -> Rank | None:
        """The municipality's place among `codes` (all municipalities when not given), always with its n.

        Ties share the better place. None when the municipality has no value in that period.
        """
        return self.kpi_ranks({self.kpi(kpi_id).kpi_id: period}, code, codes).get(kpi_id)

    def kpi_ranks(
        self, periods: Mapping[str, str], code: str, codes: Collection[str] | None = None
    ) -> dict[str, Rank]:
        """Places in several KPIs at once, each in its own period; KPIs without an own value are left out.

        First is the lowest where `direction` is `lower`, else the highest.
        """
        members = set(self._municipalities) if codes is None else set(codes) | {code}
        rows = self._rows(
            """
            with
            wanted as (select unnest(?) as kpi_id, unnest(?) as period),
            compared as (
                select facts.kpi_id, facts.municipality_code, facts.value,
                    dim_kpi.direction = 'lower' as lower_first
                from fct_kpi_value as facts
                inner join wanted on facts.kpi_id = wanted.kpi_id and facts.period = wanted.period
                inner join dim_kpi on facts.kpi_id = dim_kpi.kpi_id
                where facts.value is not null and list_contains(?, facts.municipality_code)
            )
            select
                own.kpi_id, own.lower_first, count(*) as n,
                count(*) filter (
                    if(own.lower_first, other.value < own.value, other.value > own.value)
                ) as ahead
            from compared as own
            inner join compared as other on own.kpi_id = other.kpi_id
            where own.municipality_code = ?
            group by all
            """,
            [list(periods), list(periods.values()), sorted(members), code],
        )
        return {
            kpi_id: Rank(ahead + 1, n, len(members), "lower" if lower_first else "higher")
            for kpi_id, lower_first, n, ahead in rows
        }

    # -- population and forecast --------------------------------------------------------------------

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

    # -- reading ------------------------------------------------------------------------------------

    def is_area(self, code: str) -> bool:
        """True when `code` is an area's and not a municipality's."""
        return code not in self._municipalities and code in self._areas

    def _by_level(self, code: str, municipality_table: str, area_table: str) -> tuple[str, str]:
        return (area_table, "area_code") if self.is_area(code) else (municipality_table, "municipality_code")

    def _value_table(self, code: str) -> tuple[str, str]:
        return self._by_level(code, "fct_kpi_value", "fct_kpi_value_area")

    def _population_table(self, code: str) -> tuple[str, str]:
        return self._by_level(code, "fct_population", "fct_population_area")

    def _execute(self, sql: str, parameters: list[Any] | None) -> duckdb.DuckDBPyConnection:
        cursor = self._connection.cursor()
        cursor.execute("use snapshot")  # a cursor starts in the in-memory database, whatever its parent uses
        return cursor.execute(sql, parameters or [])

    def _rows(self, sql: str, parameters: list[Any] | None = None) -> list[Any]:
        return self._execute(sql, parameters).fetchall()

    def _frame(self, sql: str, parameters: list[Any] | None = None) -> pd.DataFrame:
        return self._execute(sql, parameters).df()

    def _records(self, record: type[Row], sql: str) -> list[Row]:
        columns = ", ".join(field.name for field in fields(record))  # type: ignore[arg-type]
        return [record(*row) for row in self._rows(sql.format(columns=columns))]

    def _points(self, sql: str, key: str, parameters: list[Any]) -> list[KpiPoint]:
        return [KpiPoint(*row) for row in self._rows(sql.format(key=key), parameters)]


def _attach(path: Path, memory_limit: str, threads: int) -> duckdb.DuckDBPyConnection:
    if not path.is_file():
        raise SnapshotUnreadable(f"{path} is missing; publish again or roll back to an earlier snapshot")
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": memory_limit,
            "threads": threads,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    try:
        connection.execute(f"attach '{str(path).replace(chr(39), chr(39) * 2)}' as snapshot (read_only)")
        _require_published_tables(connection, path)
    except (duckdb.Error, SnapshotUnreadable) as reason:
        connection.close()
        raise SnapshotUnreadable(f"{path} cannot be read: {reason}") from reason
    return connection


def _require_published_tables(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = 'snapshot'"
    ).fetchall()
    present = set(rows)
    missing = [
        f"{table.name}.{column}"
        for table in PUBLISHED_TABLES
        for column in table.columns
        if (table.name, column) not in present
    ]
    if missing:
        raise SnapshotUnreadable(f"{path} lacks {', '.join(missing[:5])} ({len(missing)} columns in all)")
