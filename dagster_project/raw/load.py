"""Loading: a candidate that passed the gate becomes `raw_<source>.<table>` in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import duckdb
import pandas as pd

from dagster_project.raw.landing import LandingManifest
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.errors import PermanentSourceError

LOAD_TABLE = """
create table if not exists raw_meta.load (
    source varchar not null,
    table_name varchar not null,
    publisher_table_id varchar not null,
    title_fi varchar not null,
    title_sv varchar not null,
    title_en varchar not null,
    publisher varchar not null,
    licence varchar not null,
    page_url varchar not null,
    landing_id varchar not null,
    publisher_stamp timestamp,
    fetched_at timestamp not null,
    first_period varchar,
    last_period varchar,
    border_year integer,
    municipalities integer not null,
    rows_loaded integer not null,
    is_extract boolean not null,
    loaded_at timestamp not null,
    published_at date,
    primary key (source, table_name)
)
"""
_ONCE_NEEDED = ("first_period", "last_period", "border_year")
"""Columns that warehouses of before other protocols hold to be never null."""


@dataclass(frozen=True)
class Loaded:
    """What the warehouse says of a loaded table."""

    landing_id: str
    publisher_stamp: datetime | None
    fetched_at: datetime
    municipalities: int
    rows: int
    border_year: int | None
    is_extract: bool


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """Make the schema and table that tell what is loaded, where they are missing or of an older form."""
    con.execute("create schema if not exists raw_meta")
    con.execute(LOAD_TABLE)
    needed = con.execute("select name from pragma_table_info('raw_meta.load') where \"notnull\"").fetchall()
    for (column,) in needed:
        if column in _ONCE_NEEDED:
            con.execute(f"alter table raw_meta.load alter column {column} drop not null")


def loaded(con: duckdb.DuckDBPyConnection, entry: CatalogueEntry) -> Loaded | None:
    """How the table stands in the warehouse, None when it has never been loaded."""
    prepare(con)
    row = con.execute(
        "select landing_id, publisher_stamp, fetched_at, municipalities, rows_loaded, border_year, "
        "is_extract from raw_meta.load where source = ? and table_name = ?",
        [entry.source, entry.table_name],
    ).fetchone()
    if row is None:
        return None
    landing_id, stamp, fetched_at, municipalities, rows, border_year, is_extract = row
    return Loaded(landing_id, _utc(stamp), _utc(fetched_at), municipalities, rows, border_year, is_extract)


def leave_empty(con: duckdb.DuckDBPyConnection, entry: CatalogueEntry) -> None:
    """Make the table without rows where it is missing, so that what only reads it can be built."""
    schema, table = entry.key
    columns = ", ".join(f'"{column}" {kind}' for column, kind in entry.raw_columns.items())
    con.execute(f"create schema if not exists {schema}")
    con.execute(
        f"create table if not exists {schema}.{table} ({columns}, "
        "_landing_id varchar, _publisher_stamp timestamp, _fetched_at timestamp, _border_year integer)"
    )


def require_columns(entry: CatalogueEntry, candidate: Candidate) -> None:
    """Check that the candidate has exactly the columns that the catalogue promises.

    Raises: PermanentSourceError drifted, naming those that are missing or unknown.
    """
    expected, there = set(entry.raw_columns), set(candidate.frame.columns)
    if expected != there:
        raise PermanentSourceError(
            "drifted",
            f"{entry.qualified_name}: columns missing {sorted(expected - there)}, "
            f"not in the catalogue {sorted(there - expected)}; mend sources/catalogue/{entry.source}.yaml",
        )


def load(
    con: duckdb.DuckDBPyConnection,
    entry: CatalogueEntry,
    candidate: Candidate,
    landing: LandingManifest,
    *,
    now: datetime,
) -> int:
    """Rows in the table after it was replaced by the candidate, lineage columns added; all or nothing.

    Raises: duckdb.Error; the earlier version then stands.
    """
    prepare(con)
    schema, table = entry.key
    columns = ", ".join(_cast(column, kind, candidate.frame) for column, kind in entry.raw_columns.items())
    con.register("candidate_frame", candidate.frame)
    con.execute("begin transaction")
    try:
        con.execute(f"create schema if not exists {schema}")
        con.execute(
            f"create or replace table {schema}.{table} as select {columns}, "
            "$landing_id::varchar as _landing_id, $stamp::timestamp as _publisher_stamp, "
            "$fetched_at::timestamp as _fetched_at, $border_year::integer as _border_year "
            "from candidate_frame",
            {
                "landing_id": landing.landing_id,
                "stamp": _naive(candidate.publisher_stamp),
                "fetched_at": _naive(landing.fetched_at),
                "border_year": candidate.border_year,
            },
        )
        _record(con, entry, candidate, landing, now)
        con.execute("commit")
    except BaseException:
        con.execute("rollback")
        raise
    finally:
        con.unregister("candidate_frame")
    return len(candidate.frame)


def _cast(column: str, kind: str, frame: pd.DataFrame) -> str:
    """One column of the raw table as the catalogue types it; what is not a number is missing."""
    cast = f'"{column}"::{kind}'
    if pd.api.types.is_float_dtype(frame[column].dtype):
        cast = f'case when isnan("{column}") then null else {cast} end'
    return f'{cast} as "{column}"'


def _record(
    con: duckdb.DuckDBPyConnection,
    entry: CatalogueEntry,
    candidate: Candidate,
    landing: LandingManifest,
    now: datetime,
) -> None:
    periods = sorted(candidate.periods)
    row = {
        "source": entry.source,
        "table_name": entry.table_name,
        "publisher_table_id": entry.table_id,
        "title_fi": entry.titles.fi,
        "title_sv": entry.titles.sv,
        "title_en": entry.titles.en,
        "publisher": entry.publisher,
        "licence": entry.licence,
        "page_url": entry.page_url,
        "landing_id": landing.landing_id,
        "publisher_stamp": _naive(candidate.publisher_stamp),
        "fetched_at": _naive(landing.fetched_at),
        "first_period": periods[0] if periods else None,
        "last_period": periods[-1] if periods else None,
        "border_year": candidate.border_year,
        "municipalities": len(candidate.municipalities),
        "rows_loaded": len(candidate.frame),
        "is_extract": candidate.is_extract,
        "loaded_at": _naive(now),
        "published_at": entry.published_at,
    }
    names = ", ".join(row)
    con.execute(
        f"insert or replace into raw_meta.load ({names}) values ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def _naive(moment: datetime | None) -> datetime | None:
    """A UTC moment as DuckDB's TIMESTAMP holds it."""
    return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None)


def _utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)
