"""Backup and restore of what cannot be made again.

Own data, the inbox, what was refused, the current snapshot, Dagster's history and what the engine forecast in
the past.
"""

from __future__ import annotations

import hashlib
import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

import duckdb
from pydantic import BaseModel, ConfigDict, ValidationError

from contract.snapshot import CURRENT_FILE, PIN_FILE, STATUS_FILE
from dagster_project.publish.errors import NothingPublished, PublishError
from dagster_project.publish.exchange import exchange, forget, kept_names, recover, take_back
from dagster_project.publish.files import require_space, sha256_of, space_errors
from dagster_project.publish.snapshots import Marts
from dagster_project.publish.verify import verify_files

INDEX = "backup.json"
VINTAGES = "foresight/forecast_vintage.parquet"
_FORMAT = 1


@dataclass(frozen=True)
class Places:
    """Where the parts lie; `own_dir` holds landed submissions of the municipality itself."""

    data_root: Path
    marts_dir: Path
    own_dir: Path
    inbox_dir: Path
    quarantine_dir: Path
    dagster_home: Path


class AlreadyThere(PublishError):
    """Something stands where a backup or restore would write, and overwriting was not asked for."""


class Index(BaseModel):
    """What a backup holds: its snapshot and the sha256 of every file."""

    model_config = ConfigDict(frozen=True)

    format: int
    created_at: datetime
    snapshot_id: str
    files: dict[str, str]


def back_up(
    places: Places, warehouse: duckdb.DuckDBPyConnection | None, archive: Path, now: datetime
) -> Index:
    """The index of the written archive (tar, gzip). Needs the refresh lock; Dagster and pages may run.

    What a killed restore left half is put right first.
    Raises: NothingPublished; AlreadyThere when the archive exists; NoSpace.
    """
    _recover(places)
    marts = Marts(places.marts_dir)
    snapshot_id = marts.current_id()
    if snapshot_id is None:
        raise NothingPublished(
            f"nothing has been published in {places.marts_dir}; there is nothing to back up"
        )
    if archive.exists():
        raise AlreadyThere(f"{archive} exists already; name a file that does not")
    with tempfile.TemporaryDirectory(dir=places.data_root, prefix=".backup-") as folder:
        staged = Path(folder)
        parts = dict(_parts(places, snapshot_id))
        parts |= dict(_copied_databases(places, staged))
        if warehouse is not None and (vintages := _exported_vintages(warehouse, staged)):
            parts[VINTAGES] = vintages
        require_space(archive.parent, sum(file.stat().st_size for file in parts.values()), "the backup")
        index = Index(
            format=_FORMAT,
            created_at=now,
            snapshot_id=snapshot_id,
            files={name: sha256_of(file) for name, file in sorted(parts.items())},
        )
        _write(archive, index, parts)
    return index


def restore(places: Places, warehouse: duckdb.DuckDBPyConnection, archive: Path, *, overwrite: bool) -> Index:
    """The index of the backup that was brought back; its snapshot is current. Needs the refresh lock.

    Nothing is touched before the whole archive has been verified, and a failure while parts are exchanged
    puts every part back. A kill may leave some parts exchanged and others not, but loses nothing: what was
    replaced is kept in `.replaced-*` under the data root until a restore has run to its end, and the next
    restore or backup first puts back what is missing.
    Raises: PublishError when the archive is damaged; AlreadyThere when the data root holds such data
    already and `overwrite` is false; SnapshotRefused when its snapshot is not whole.
    """
    places.data_root.mkdir(parents=True, exist_ok=True)
    _recover(places)
    with tempfile.TemporaryDirectory(dir=places.data_root, prefix=".restore-") as folder:
        unpacked = Path(folder)
        with space_errors(places.data_root):
            index = _unpack(archive, unpacked)
        verify_files(unpacked / "marts" / index.snapshot_id)
        standing = _standing(places, warehouse)
        if standing and not overwrite:
            raise AlreadyThere(
                f"{places.data_root} already holds {', '.join(standing)}; add --overwrite to replace them"
                " by the backup's"
            )
        _put_back(places, warehouse, unpacked, index)
    return index


def _parts(places: Places, snapshot_id: str) -> Iterator[tuple[str, Path]]:
    for name in (CURRENT_FILE, PIN_FILE, STATUS_FILE):
        if (places.marts_dir / name).exists():
            yield f"marts/{name}", places.marts_dir / name
    folders = {
        f"marts/{snapshot_id}": places.marts_dir / snapshot_id,
        "own": places.own_dir,
        "inbox": places.inbox_dir,
        "quarantine": places.quarantine_dir,
    }
    for prefix, folder in folders.items():
        for file in sorted(folder.rglob("*")):
            if file.is_file():
                yield f"{prefix}/{file.relative_to(folder).as_posix()}", file


def _copied_databases(places: Places, staged: Path) -> Iterator[tuple[str, Path]]:
    """Dagster's files; databases are copied through SQLite, so that they are whole while in use."""
    home = places.dagster_home
    for file in sorted(home.rglob("*")):
        if not file.is_file() or file.name.endswith(("-wal", "-shm", "-journal")):
            continue
        name = f"dagster/{file.relative_to(home).as_posix()}"
        if file.suffix != ".db":
            yield name, file
            continue
        copy = staged / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        source, target = sqlite3.connect(file), sqlite3.connect(copy)
        try:
            source.backup(target)
        finally:
            source.close()
            target.close()
        yield name, copy


def _exported_vintages(warehouse: duckdb.DuckDBPyConnection, staged: Path) -> Path | None:
    if not _has_vintages(warehouse):
        return None
    file = staged / "forecast_vintage.parquet"
    quoted = str(file).replace("'", "''")
    warehouse.execute(
        f"copy (from foresight.forecast_vintage) to '{quoted}' (format parquet, compression zstd)"
    )
    return file


def _has_vintages(warehouse: duckdb.DuckDBPyConnection) -> bool:
    found = warehouse.execute(
        "select 1 from information_schema.tables"
        " where table_schema = 'foresight' and table_name = 'forecast_vintage'"
    ).fetchone()
    return found is not None


def _write(archive: Path, index: Index, parts: dict[str, Path]) -> None:
    draft = archive.with_name(f".{archive.name}.draft")
    try:
        with space_errors(archive.parent), tarfile.open(draft, "w:gz", compresslevel=1) as tar:
            text = index.model_dump_json(indent=2).encode()
            head = tarfile.TarInfo(INDEX)
            head.size, head.mtime = len(text), int(index.created_at.timestamp())
            tar.addfile(head, io.BytesIO(text))
            for name, file in sorted(parts.items()):
                tar.add(file, arcname=name, recursive=False)
        draft.replace(archive)
    finally:
        draft.unlink(missing_ok=True)


def _unpack(archive: Path, folder: Path) -> Index:
    try:
        with tarfile.open(archive, "r:*") as tar:
            first = tar.next()
            stream = tar.extractfile(first) if first is not None and first.name == INDEX else None
            if stream is None:
                raise PublishError(f"{archive} is no backup of kuntaluotsi: it does not begin with {INDEX}")
            index = Index.model_validate(json.load(stream))
            if index.format != _FORMAT:
                raise PublishError(
                    f"{archive} has format {index.format}, expected {_FORMAT}; use a newer version"
                )
            found = {member.name: _unpack_one(tar, member, folder) for member in tar if member.name != INDEX}
    except tarfile.ReadError as error:
        raise PublishError(f"{archive} cannot be read as a backup: it is no whole tar archive") from error
    except (OSError, EOFError, tarfile.TarError, ValidationError, json.JSONDecodeError) as error:
        raise PublishError(f"{archive} cannot be read as a backup: {error}") from error
    if found != index.files:
        wrong = sorted(
            name for name in found.keys() | index.files.keys() if found.get(name) != index.files.get(name)
        )
        raise PublishError(f"{archive} is damaged: {', '.join(wrong[:5])} differ from its index")
    return index


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, folder: Path) -> str:
    path = PurePosixPath(member.name)
    stream = tar.extractfile(member) if member.isreg() else None
    if stream is None or path.is_absolute() or ".." in path.parts:
        raise PublishError(f"the backup holds {member.name}, which is no plain file of the house")
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("wb") as out:
        while chunk := stream.read(1 << 20):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _standing(places: Places, warehouse: duckdb.DuckDBPyConnection) -> list[str]:
    """What a restore would replace, in words."""
    standing = []
    if (current := Marts(places.marts_dir).current_id()) is not None:
        standing.append(f"the published snapshot {current}")
    for words, folder in (
        ("own data", places.own_dir),
        ("an inbox", places.inbox_dir),
        ("refused submissions", places.quarantine_dir),
        ("Dagster's history", places.dagster_home / "history"),
    ):
        if folder.is_dir() and any(folder.iterdir()):
            standing.append(words)
    if _has_vintages(warehouse):
        standing.append("past forecasts")
    return standing


def _put_back(places: Places, warehouse: duckdb.DuckDBPyConnection, unpacked: Path, index: Index) -> None:
    targets = _targets(places, f"marts/{index.snapshot_id}")
    sources = {name: unpacked / name for name in targets if (unpacked / name).is_dir()}
    kept = exchange(places.data_root, sources, targets)
    try:
        _load_vintages(warehouse, unpacked / VINTAGES)
    except BaseException:
        take_back(kept, sources, targets)
        raise
    for name in (STATUS_FILE, PIN_FILE, CURRENT_FILE):
        if (unpacked / "marts" / name).is_file():
            (unpacked / "marts" / name).replace(places.marts_dir / name)
        elif name == PIN_FILE:
            (places.marts_dir / name).unlink(missing_ok=True)
    forget(places.data_root)


def _targets(places: Places, *snapshots: str) -> dict[str, Path]:
    """Where every part that is a folder lies, by its name in the archive."""
    folders = {
        "own": places.own_dir,
        "inbox": places.inbox_dir,
        "quarantine": places.quarantine_dir,
        "dagster": places.dagster_home,
    }
    return folders | {name: places.marts_dir / name.removeprefix("marts/") for name in snapshots}


def _recover(places: Places) -> None:
    recover(places.data_root, _targets(places, *kept_names(places.data_root, "marts")))


def _load_vintages(warehouse: duckdb.DuckDBPyConnection, vintages: Path) -> None:
    if vintages.is_file():
        quoted = str(vintages).replace("'", "''")
        warehouse.execute("create schema if not exists foresight")
        warehouse.execute(
            f"create or replace table foresight.forecast_vintage as from read_parquet('{quoted}')"
        )
