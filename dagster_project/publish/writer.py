"""Writing a snapshot: the marts as sorted parquet, one DuckDB file beside them, the manifest last."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb

from contract.published import CONTRACT_VERSION, PUBLISHED_TABLES, PublishedTable
from contract.published_history import MORNING_REPORT
from contract.snapshot import DATABASE_FILE, MANIFEST_FILE, Manifest, SourceEntry, TableEntry
from dagster_project.publish.errors import PublishError
from dagster_project.publish.files import require_space, sha256_of, space_errors, sync
from dagster_project.publish.snapshots import BUILDING, Marts

_LEAST_SPACE = 75_000_000
MARTS_SCHEMA = "marts"

Progress = Callable[[str, float], None]
"""Told the step in words and the share done, 0–1."""


@dataclass(frozen=True)
class Facts:
    """What the manifest says beside the tables."""

    git_revision: str
    engine_version: str
    border_year: int
    is_extract: bool
    sources: tuple[SourceEntry, ...]


@dataclass(frozen=True)
class Draft:
    """A snapshot written under a temporary name; tables in `reused` are links to those of `previous`."""

    directory: Path
    manifest: Manifest
    previous: Manifest | None
    reused: frozenset[str] = field(default_factory=frozenset)

    @property
    def says_nothing_new(self) -> bool:
        """True when the previous snapshot says all of this, however it differed from the one before it."""
        before, now = self.previous, self.manifest
        return (
            before is not None
            and {table.name for table in now.tables} - self.reused <= {MORNING_REPORT}
            and len(now.tables) == len(before.tables)
            and (before.contract_version, before.engine_version, before.border_year, before.is_extract)
            == (now.contract_version, now.engine_version, now.border_year, now.is_extract)
        )


def write_draft(
    connection: duckdb.DuckDBPyConnection, marts: Marts, facts: Facts, now: datetime, progress: Progress
) -> Draft:
    """A complete snapshot of the warehouse's marts in a directory that no reader looks at yet.

    Rows are sorted by key and the parquet bytes depend on the rows alone, so a table whose bytes equal the
    newest snapshot's becomes a hard link to it.
    Raises: NoSpace; PublishError when a table or column of the contract is missing from the warehouse.
    """
    previous = marts.newest()
    require_space(marts.directory, _space_needed(marts, previous), "the new snapshot")
    _require_tables(connection)
    snapshot_id = marts.unused_id(now)
    directory = marts.directory / f"{BUILDING}{snapshot_id}"
    directory.mkdir(parents=True)
    entries: list[TableEntry] = []
    reused: set[str] = set()
    with space_errors(marts.directory):
        for index, table in enumerate(PUBLISHED_TABLES):
            progress(f"writing {table.name}", index / (len(PUBLISHED_TABLES) + 1))
            entry = _write_table(connection, table, directory)
            entries.append(entry)
            if previous and _link_unchanged(entry, previous, marts, directory):
                reused.add(table.name)
        progress(f"writing {DATABASE_FILE}", len(PUBLISHED_TABLES) / (len(PUBLISHED_TABLES) + 1))
        database_sha256 = _write_database(directory, entries)
        manifest = _manifest(snapshot_id, facts, now, entries, database_sha256)
        _write_manifest(directory, manifest)
    progress("written", 1.0)
    return Draft(directory, manifest, previous, frozenset(reused))


def _space_needed(marts: Marts, previous: Manifest | None) -> int:
    if previous is None:
        return _LEAST_SPACE
    before = sum(file.stat().st_size for file in marts.path(previous.snapshot_id).iterdir())
    return max(_LEAST_SPACE, before * 3 // 2)


def _require_tables(connection: duckdb.DuckDBPyConnection) -> None:
    found = {
        name
        for (name,) in connection.execute(
            "select table_name from information_schema.tables where table_schema = ?", [MARTS_SCHEMA]
        ).fetchall()
    }
    missing = [table.name for table in PUBLISHED_TABLES if table.name not in found]
    if missing:
        raise PublishError(
            f"the warehouse lacks {', '.join(missing)} in schema {MARTS_SCHEMA}; every table of"
            " contract/published.py must be built by dbt before publishing"
        )


def _write_table(connection: duckdb.DuckDBPyConnection, table: PublishedTable, directory: Path) -> TableEntry:
    file = directory / f"{table.name}.parquet"
    columns = ", ".join(f'"{column}"' for column in table.columns)
    key = ", ".join(f'"{column}"' for column in table.key)
    try:
        (rows,) = connection.execute(
            f"copy (select {columns} from {MARTS_SCHEMA}.{table.name} order by {key}) to '{_quoted(file)}'"
            " (format parquet, compression zstd)"
        ).fetchone() or (0,)
    except duckdb.BinderException as error:
        raise PublishError(f"{MARTS_SCHEMA}.{table.name} does not keep its contract: {error}") from error
    sync(file)
    return TableEntry(
        name=table.name, file=file.name, rows=rows, sha256=sha256_of(file), audience=table.audience
    )


def _link_unchanged(entry: TableEntry, previous: Manifest, marts: Marts, directory: Path) -> bool:
    """Replace a just written file by a link to the same bytes in `previous`; False when they differ."""
    before = next((table for table in previous.tables if table.name == entry.name), None)
    if before is None or before.sha256 != entry.sha256:
        return False
    source = marts.path(previous.snapshot_id) / before.file
    if not source.is_file() or sha256_of(source) != entry.sha256:
        return False
    link = directory / f".{entry.file}.link"
    os.link(source, link)
    link.replace(directory / entry.file)
    return True


def _write_database(directory: Path, entries: Iterable[TableEntry]) -> str:
    file = directory / DATABASE_FILE
    with duckdb.connect(str(file), config={"threads": 1}) as database:
        for entry in entries:
            parquet = _quoted(directory / entry.file)
            database.execute(f"create table {entry.name} as select * from read_parquet('{parquet}')")
    sync(file)
    return sha256_of(file)


def _manifest(
    snapshot_id: str, facts: Facts, now: datetime, entries: list[TableEntry], database_sha256: str
) -> Manifest:
    return Manifest(
        snapshot_id=snapshot_id,
        created_at=now,
        contract_version=CONTRACT_VERSION,
        git_revision=facts.git_revision,
        engine_version=facts.engine_version,
        border_year=facts.border_year,
        is_extract=facts.is_extract,
        tables=tuple(entries),
        sources=facts.sources,
        database_sha256=database_sha256,
    )


def _write_manifest(directory: Path, manifest: Manifest) -> None:
    file = directory / MANIFEST_FILE
    file.write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    sync(file)
    sync(directory)


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
