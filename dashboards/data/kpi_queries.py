"""KPI values: series, newest figures, all municipalities at once, places."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any

from dashboards.data.dimensions import Dimensions
from dashboards.data.records import Kpi, KpiPoint, Rank

_KPI_VALUE_COLUMNS = (
    "kpi_id, {key} as area_code, period_type, period, period_end, value, value_status, "
    "numerator, denominator, lower, upper"
)


KEPT_LIMIT = 512
"""KPI and period pairs whose values are kept in memory: about 10 MB for the whole country."""


class KpiQueries(Dimensions):
    """Reads fct_kpi_value and fct_kpi_value_area; a code is a municipality's or an area's."""

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
        ranks = {}
        for kpi_id, values in self._values_of(periods).items():
            if code in values:
                compared = [value for member, value in values.items() if member in members]
                ranks[kpi_id] = _rank(values[code], compared, len(members), self.kpi(kpi_id).direction)
        return ranks

    def _values_of(self, periods: Mapping[str, str]) -> dict[str, dict[str, float]]:
        """Values by municipality for each KPI in its period; kept, since every reader asks for the same."""
        missing = {kpi_id: period for kpi_id, period in periods.items() if (kpi_id, period) not in self._kept}
        found = self._read_values(missing) if missing else {}
        if len(self._kept) + len(found) <= KEPT_LIMIT:
            self._kept.update(found)
        return {
            kpi_id: found[kpi_id, period] if kpi_id in missing else self._kept[kpi_id, period]
            for kpi_id, period in periods.items()
        }

    def _read_values(self, periods: Mapping[str, str]) -> dict[tuple[str, str], dict[str, float]]:
        found: dict[tuple[str, str], dict[str, float]] = {pair: {} for pair in periods.items()}
        for kpi_id, period, municipality, value in self._rows(
            """
            select kpi_id, period, municipality_code, value from fct_kpi_value
            where value is not null and (kpi_id, period) in (select unnest(?), unnest(?))
            """,
            [list(periods), list(periods.values())],
        ):
            found[kpi_id, period][municipality] = value
        return found

    @cached_property
    def _kept(self) -> dict[tuple[str, str], dict[str, float]]:
        return {}

    def _value_table(self, code: str) -> tuple[str, str]:
        return self._by_level(code, "fct_kpi_value", "fct_kpi_value_area")

    def _points(self, sql: str, key: str, parameters: list[Any]) -> list[KpiPoint]:
        return [KpiPoint(*row) for row in self._rows(sql.format(key=key), parameters)]


def _rank(own: float, values: list[float], members: int, direction: str) -> Rank:
    lower_first = direction == "lower"
    ahead = sum(1 for value in values if (value < own if lower_first else value > own))
    return Rank(ahead + 1, len(values), members, "lower" if lower_first else "higher")
