"""Who and what a snapshot is about: municipalities, areas and their members, KPIs, age groups, sources."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import pandas as pd

from dashboards.data.reader import SnapshotReader
from dashboards.data.records import Area, Kpi, Municipality, SimilarMunicipality, Source
from dashboards.data.similar import nearest_municipalities


class Dimensions(SnapshotReader):
    """The dimensions; a snapshot never changes, so each is read once."""

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

    @cached_property
    def _sources(self) -> list[Source]:
        return self._records(
            Source, "select {columns} from dim_source order by publisher, publisher_table_id"
        )

    def sources(self) -> list[Source]:
        """dim_source: every table behind the figures, by publisher and table."""
        return list(self._sources)

    def is_area(self, code: str) -> bool:
        """True when `code` is an area's and not a municipality's."""
        return code not in self._municipalities and code in self._areas

    def _by_level(self, code: str, municipality_table: str, area_table: str) -> tuple[str, str]:
        return (area_table, "area_code") if self.is_area(code) else (municipality_table, "municipality_code")
