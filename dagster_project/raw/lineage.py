"""What the warehouse tells of loaded tables beside `raw_meta.load`: their municipalities and corrections."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

import duckdb

from contract.published_history import KPI_REVISION, MORNING_REPORT
from dagster_project.quality.corrections import Corrected, corrections_of
from dagster_project.sources.catalogue import CatalogueEntry, load_catalogue

_TABLES = """
create schema if not exists raw_meta;
create table if not exists raw_meta.municipality (
    source varchar not null,
    table_name varchar not null,
    municipality_code varchar not null,
    primary key (source, table_name, municipality_code)
);
create table if not exists raw_meta.correction (
    source varchar not null,
    table_name varchar not null,
    correction_id varchar not null,
    action varchar not null,
    matched_on varchar not null,
    expected varchar not null,
    found varchar not null,
    corrected_to varchar,
    cells integer not null,
    outcome varchar not null,
    reason varchar not null,
    link varchar,
    author varchar not null,
    decided_on date not null,
    applied_at timestamp not null,
    definition varchar not null,
    primary key (source, table_name, correction_id)
);
"""
_AREA_COLUMN = "area"


def prepare_lineage(con: duckdb.DuckDBPyConnection) -> None:
    """Make the tables of lineage where they are missing; what is in them stays."""
    con.execute(_TABLES)
    from contract.published import published_table

    for name, published in (("morning_report", MORNING_REPORT), ("kpi_revision", KPI_REVISION)):
        columns = published_table(published).columns.items()
        described = ", ".join(f'"{column}" {kind}' for column, kind in columns)
        con.execute(f"create table if not exists raw_meta.{name} ({described})")


def note_municipalities(con: duckdb.DuckDBPyConnection) -> None:
    """Write down which municipalities each loaded table holds, under the codes it was published with.

    Read from the tables themselves, so that it is true also of those loaded by an earlier version.
    """
    prepare_lineage(con)
    con.execute("delete from raw_meta.municipality")
    for source, table, column in _area_columns(con):
        con.execute(
            f"""
            insert into raw_meta.municipality
            select distinct ?, ?, regexp_extract("{column}"::varchar, '^(?:KU)?([0-9]{{3}})$', 1)
            from raw_{source}.{table}
            where regexp_full_match("{column}"::varchar, '(KU)?[0-9]{{3}}')
            """,
            [source, table],
        )


def corrections_differ(con: duckdb.DuckDBPyConnection, entry: CatalogueEntry) -> bool:
    """True when the loaded version of the table was read with other corrections than there are now."""
    prepare_lineage(con)
    noted = con.execute(
        "select definition from raw_meta.correction where source = ? and table_name = ?",
        [entry.source, entry.table_name],
    ).fetchall()
    return {definition for (definition,) in noted} != {item.definition for item in corrections_of(entry)}


def note_corrections(
    con: duckdb.DuckDBPyConnection, entry: CatalogueEntry, ended: Iterable[Corrected], now: datetime
) -> None:
    """Write down how the corrections of a table that is being loaded ended, instead of the earlier ones."""
    prepare_lineage(con)
    table = [entry.source, entry.table_name]
    con.execute("delete from raw_meta.correction where source = ? and table_name = ?", table)
    for item in ended:
        told = item.correction
        con.execute(
            f"insert into raw_meta.correction values ({', '.join('?' * 16)})",
            [
                *table,
                told.id,
                told.action,
                json.dumps(told.match, ensure_ascii=False),
                told.expect.words,
                item.found,
                None if told.value is None else str(told.value),
                item.cells,
                item.outcome,
                told.reason,
                told.link,
                told.author,
                told.date,
                now.replace(tzinfo=None),
                told.definition,
            ],
        )


def _area_columns(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, str]]:
    """(source, table, column) of the loaded tables that have municipalities in a column of their own."""
    named = {entry.key: getattr(entry, "area_column", None) or _AREA_COLUMN for entry in load_catalogue()}
    loaded = con.execute("select source, table_name from raw_meta.load order by all").fetchall()
    there = set(
        con.execute("select table_schema, table_name, column_name from information_schema.columns").fetchall()
    )
    found = []
    for source, table in loaded:
        column = named.get((f"raw_{source}", table), _AREA_COLUMN)
        if (f"raw_{source}", table, column) in there:
            found.append((source, table, column))
    return found
