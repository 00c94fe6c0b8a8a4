"""What the gate is told of the version that stands in the warehouse."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from dagster_project.quality.previous import PreviousVersion
from dagster_project.raw.load import Loaded
from dagster_project.sources.candidate import Candidate, municipalities
from dagster_project.sources.catalogue import CatalogueEntry, PxWebEntry


def previous_version(
    con: duckdb.DuckDBPyConnection,
    entry: CatalogueEntry,
    candidate: Candidate,
    standing: Loaded | None,
    areas: Collection[str] | None,
    first_year: int | None,
) -> PreviousVersion | None:
    """The standing version in a few figures; None without one, or when an extract replaces a table.

    `areas` are those asked for, None for all; periods before `first_year` were not asked for again.
    """
    if standing is None or (candidate.is_extract and not standing.is_extract):
        return None
    columns = counted_by(entry)
    there = {row[0] for row in con.execute(f"describe {entry.qualified_name}").fetchall()}
    if not set(columns.values()) <= there:
        return None  # the catalogue has given the table other columns since it was loaded
    told = ", ".join(f'"{column}"::varchar as {role}' for role, column in columns.items())
    counted = "count(value)" if "value" in entry.raw_columns else "count(*)"
    recent = "true"
    if "time" in columns:
        year = f'try_cast(left("{columns["time"]}"::varchar, 4) as integer)'
        recent = f"coalesce({year}, 9999) >= {int(first_year or 0)}"
    cells = con.execute(
        f"select {told + ', ' if told else ''}{counted} as cells from {entry.qualified_name} "
        f"where {recent} group by all"
    ).df()
    known = frozenset(municipalities(cells["area"].unique())) if "area" in cells else frozenset()
    narrowed = areas is not None or candidate.is_extract
    return PreviousVersion(
        cells=cells,
        municipalities=known if entry.keep_all_areas or not narrowed else frozenset(),
        border_year=standing.border_year,
    )


def counted_by(entry: CatalogueEntry) -> dict[str, str]:
    """The columns whose figures are counted, under the names that the gate knows."""
    if isinstance(entry, PxWebEntry):
        return {role: role for role in ("area", "contents", "time") if role in entry.roles}
    named = {"area": entry.area_column, "time": entry.period_column}
    return {role: column for role, column in named.items() if column is not None}
