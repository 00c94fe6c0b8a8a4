"""Verifying a written snapshot against its manifest and the contract before any reader sees it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from contract.published import CONTRACT_VERSION, PUBLISHED_TABLES, PublishedTable, published_table
from contract.snapshot import DATABASE_FILE, MANIFEST_FILE, Manifest, TableEntry
from dagster_project.publish.errors import SnapshotRefused
from dagster_project.publish.files import sha256_of

MAY_BE_EMPTY = frozenset(
    {
        "fct_submission",  # a municipality that has handed nothing in yet
        "bridge_break_kpi",
        "fct_border_mismatch",
        "fct_correction",
        "fct_morning_report",
        "fct_kpi_revision",
        "fct_forecast_hindsight",
        "fct_forecast_score",
        "fct_forecast_score_group",
        "fct_forecast_vintage",
        "fct_forecast_vintage_group",
        "fct_kpi_value_area",
        "fct_official_projection",
        "fct_official_projection_area",
        "fct_service_need_unit",
    }
)
"""Tables that are right also without rows: they fill up with the years, or their source may not be loaded."""

COUNTRY = "SSS"
REST = "rest"
_RELATIVE_TOLERANCE = 1e-6

_SUMS_TO_COUNTRY = (
    # (parts, whole, grain, measure): the parts of each grain row add up to the country's row
    ("fct_population", "fct_population_area", ("reference_year", "sex", "age"), "population_count"),
    (
        "fct_projection",
        "fct_projection_area",
        ("scenario_id", "projection_year", "scheme", "age_group"),
        "mean",
    ),
)


def verify_snapshot(directory: Path) -> Manifest:
    """The manifest of a snapshot that keeps every promise: bytes, rows, columns, keys, sums.

    Raises: SnapshotRefused listing every broken promise.
    """
    manifest = Manifest.model_validate_json((directory / MANIFEST_FILE).read_text("utf-8"))
    problems = _table_list_problems(manifest) + _byte_problems(directory, manifest)
    if not problems:
        with duckdb.connect(str(directory / DATABASE_FILE), read_only=True) as database:
            for entry in manifest.tables:
                problems += _table_problems(database, directory, entry)
            if not problems:
                problems += _sum_problems(database)
    if problems:
        raise SnapshotRefused(manifest.snapshot_id, problems)
    return manifest


def verify_files(directory: Path) -> Manifest:
    """The manifest of a snapshot whose files are those it names, byte for byte; its contract may be older.

    Raises: SnapshotRefused listing every file that is missing or differs.
    """
    manifest = Manifest.model_validate_json((directory / MANIFEST_FILE).read_text("utf-8"))
    if problems := _byte_problems(directory, manifest):
        raise SnapshotRefused(manifest.snapshot_id, problems)
    return manifest


def _table_list_problems(manifest: Manifest) -> list[str]:
    problems = []
    if manifest.contract_version != CONTRACT_VERSION:
        problems.append(f"contract version is {manifest.contract_version}, expected {CONTRACT_VERSION}")
    found, expected = {entry.name for entry in manifest.tables}, {table.name for table in PUBLISHED_TABLES}
    if found != expected:
        problems.append(f"tables differ from the contract: {', '.join(sorted(found ^ expected))}")
    return problems


def _byte_problems(directory: Path, manifest: Manifest) -> list[str]:
    expected = {entry.file: entry.sha256 for entry in manifest.tables}
    expected[DATABASE_FILE] = manifest.database_sha256
    problems = []
    for name, sha256 in expected.items():
        file = directory / name
        if not file.is_file():
            problems.append(f"{name} is missing")
        elif sha256_of(file) != sha256:
            problems.append(f"{name} differs from the sha256 in its manifest")
    return problems


def _table_problems(database: duckdb.DuckDBPyConnection, directory: Path, entry: TableEntry) -> list[str]:
    table = published_table(entry.name)
    parquet = str(directory / entry.file).replace("'", "''")
    problems = []
    for place, relation in ((entry.file, f"read_parquet('{parquet}')"), (DATABASE_FILE, entry.name)):
        columns = {
            row[0]: row[1] for row in database.execute(f"describe select * from {relation}").fetchall()
        }
        if list(columns.items()) != list(table.columns.items()):
            problems.append(f"{entry.name} in {place} {_difference(columns, table.columns)}")
        (rows,) = database.execute(f"select count(*) from {relation}").fetchone() or (0,)
        if rows != entry.rows:
            problems.append(f"{entry.name} in {place} has {rows} rows, the manifest says {entry.rows}")
    if entry.rows == 0 and entry.name not in MAY_BE_EMPTY:
        problems.append(f"{entry.name} has no rows")
    return problems or _key_problems(database, table)


def _difference(found: dict[str, str], promised: dict[str, str]) -> str:
    lacking = [f"{name} {kind}" for name, kind in promised.items() if found.get(name) != kind]
    surplus = [f"{name} {kind}" for name, kind in found.items() if promised.get(name) != kind]
    if not lacking and not surplus:
        return "has its columns in another order than the contract"
    return (
        f"lacks the columns {', '.join(lacking) or 'none'} and has beside them {', '.join(surplus) or 'none'}"
    )


def _key_problems(database: duckdb.DuckDBPyConnection, table: PublishedTable) -> list[str]:
    key = ", ".join(f'"{column}"' for column in table.key)
    empty = " or ".join(f'"{column}" is null' for column in table.key)
    problems = []
    twice = database.execute(
        f"select {key} from {table.name} group by {key} having count(*) > 1 order by {key} limit 3"
    ).fetchall()
    if twice:
        problems.append(f"{table.name} has several rows for the same {table.key}, for instance {twice[0]}")
    missing = database.execute(f"select {key} from {table.name} where {empty} limit 1").fetchall()
    if missing:
        problems.append(f"{table.name} has a row whose key {table.key} is incomplete: {missing[0]}")
    return problems


def _sum_problems(database: duckdb.DuckDBPyConnection) -> list[str]:
    problems = []
    for parts, whole, grain, measure in _SUMS_TO_COUNTRY:
        columns = ", ".join(grain)
        off = database.execute(
            f"""
            with parts as (
                select {columns}, {measure} from {parts}
                where municipality_code not in ('{COUNTRY}', '{REST}')
                union all
                select {columns}, {measure} from {whole} where area_code = '{REST}'
            ),
            summed as (select {columns}, sum({measure}) as total from parts group by {columns}),
            country as (select {columns}, {measure} as total from {whole} where area_code = '{COUNTRY}')
            select {columns}, summed.total, country.total
            from summed full join country using ({columns})
            where summed.total is null or country.total is null
                or abs(summed.total - country.total) > {_RELATIVE_TOLERANCE} * greatest(1, abs(country.total))
            order by {columns}
            limit 1
            """
        ).fetchall()
        if off:
            *where, summed, country = off[0]
            named = ", ".join(f"{column} {value}" for column, value in zip(grain, where, strict=True))
            problems.append(f"{parts} with the rest sums to {summed}, the country is {country} ({named})")
    return problems
