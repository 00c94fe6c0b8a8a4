"""Publishing writes, verifies and switches; what readers see changes whole or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from contract.published import PublishedTable
from contract.snapshot import MANIFEST_FILE
from dagster_project.publish import files, publisher, writer
from dagster_project.publish.errors import NoSpace, PublishError, SnapshotRefused
from dagster_project.publish.snapshots import BUILDING, Marts
from dagster_project.publish.verify import verify_snapshot
from tests.unit.publish.conftest import FACTS, NOW, fill_population, publish_at

Connection = duckdb.DuckDBPyConnection


def test_a_published_snapshot_is_current_and_keeps_every_promise(
    warehouse: Connection, marts: Marts, some_tables: tuple[PublishedTable, ...]
) -> None:
    published = publish_at(warehouse, marts)

    assert marts.current_id() == published.snapshot_id == "20261121T050000Z"
    manifest = verify_snapshot(marts.path(published.snapshot_id))
    assert [entry.name for entry in manifest.tables] == [table.name for table in some_tables]


def test_publishing_the_same_figures_again_keeps_the_snapshot_and_rewrites_nothing(
    warehouse: Connection, marts: Marts, first: str
) -> None:
    before = _inodes(marts.directory)

    second = publish_at(warehouse, marts, NOW + timedelta(days=1))

    assert second.snapshot_id == first
    assert not second.is_new
    assert _inodes(marts.path(first)) == {file: inode for file, inode in before.items() if first in str(file)}
    assert [path.name for path in marts.directory.iterdir() if path.name.startswith(BUILDING)] == []


def test_unchanged_tables_are_hard_links_to_the_previous_snapshot(
    warehouse: Connection, marts: Marts, first: str
) -> None:
    fill_population(warehouse, kuusamo=15001.0)

    second = publish_at(warehouse, marts, NOW + timedelta(days=1))

    assert second.is_new
    assert "dim_kpi" in second.reused
    assert "fct_population" not in second.reused
    kept, changed = "dim_kpi.parquet", "fct_population.parquet"
    before, after = marts.path(first), marts.path(second.snapshot_id)
    assert (before / kept).samefile(after / kept)
    assert not (before / changed).samefile(after / changed)


@pytest.mark.usefixtures("first")
def test_row_order_in_the_warehouse_does_not_change_the_bytes(warehouse: Connection, marts: Marts) -> None:
    warehouse.execute(
        "create or replace table marts.fct_population as from marts.fct_population order by all desc"
    )

    assert not publish_at(warehouse, marts, NOW + timedelta(days=1)).is_new


@pytest.mark.usefixtures("first")
def test_a_changed_engine_version_makes_a_new_snapshot_of_the_same_tables(
    warehouse: Connection, marts: Marts, some_tables: tuple[PublishedTable, ...]
) -> None:
    published = publish_at(warehouse, marts, facts=replace(FACTS, engine_version="2"))

    assert published.is_new
    assert published.reused == {table.name for table in some_tables}


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("delete from marts.fct_population", "fct_population has no rows"),
        ("insert into marts.dim_kpi from marts.dim_kpi", "several rows for the same"),
        ("update marts.dim_kpi set kpi_id = null", "key .* is incomplete"),
        (
            "update marts.fct_population set population_count = 1 where municipality_code = '305'",
            "fct_population with the rest sums to 4101.0, the country is 19100.0",
        ),
        (
            "update marts.fct_projection_area set mean = 1 where area_code = 'SSS'",
            "fct_projection with the rest sums to",
        ),
        (
            "alter table marts.dim_area alter column name_fi set data type integer using 1",
            "lacks the columns name_fi VARCHAR and has beside them name_fi INTEGER",
        ),
    ],
)
def test_a_snapshot_that_breaks_its_contract_is_refused_and_the_old_one_stays_current(
    warehouse: Connection, marts: Marts, first: str, statement: str, complaint: str
) -> None:
    warehouse.execute(statement)

    with pytest.raises(SnapshotRefused, match=complaint):
        publish_at(warehouse, marts, NOW + timedelta(days=1))

    assert marts.current_id() == first
    assert [manifest.snapshot_id for manifest in marts.finished()] == [first]


def test_a_table_that_dbt_did_not_build_is_named(warehouse: Connection, marts: Marts) -> None:
    warehouse.execute("drop table marts.dim_area")

    with pytest.raises(PublishError, match="the warehouse lacks dim_area"):
        publish_at(warehouse, marts)


def test_bytes_that_changed_on_disk_are_found(warehouse: Connection, marts: Marts) -> None:
    published = publish_at(warehouse, marts)
    file = marts.path(published.snapshot_id) / "dim_kpi.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")

    with pytest.raises(SnapshotRefused, match=r"dim_kpi.parquet differs from the sha256"):
        verify_snapshot(marts.path(published.snapshot_id))


def test_a_damaged_file_of_the_previous_snapshot_is_not_taken_over(
    warehouse: Connection, marts: Marts, first: str
) -> None:
    (marts.path(first) / "dim_kpi.parquet").write_bytes(b"damaged")

    second = publish_at(warehouse, marts, NOW + timedelta(days=1))

    assert second.is_new
    assert "dim_kpi" not in second.reused


@pytest.mark.parametrize(
    "moment",
    [
        (writer, "_write_table"),
        (writer, "_write_database"),
        (writer, "_write_manifest"),
        (publisher, "verify_snapshot"),
        (publisher, "_settle"),
        (publisher, "sync"),
        (Marts, "switch"),
        (Marts, "_point_to"),
        (Marts, "retire"),
    ],
    ids=lambda moment: moment[1],
)
def test_dying_at_any_step_leaves_a_whole_snapshot_current_and_the_next_run_succeeds(
    warehouse: Connection,
    marts: Marts,
    first: str,
    monkeypatch: pytest.MonkeyPatch,
    moment: tuple[object, str],
) -> None:
    fill_population(warehouse, kuusamo=15001.0)

    with monkeypatch.context() as patch:
        patch.setattr(*moment, _die)
        with pytest.raises(_Death):
            publish_at(warehouse, marts, NOW + timedelta(days=1))
    current = marts.current_id()
    assert current is not None
    verify_snapshot(marts.path(current))

    published = publish_at(warehouse, marts, NOW + timedelta(days=2))

    assert published.is_current
    assert published.snapshot_id != first
    assert all((marts.path(entry.name) / MANIFEST_FILE).exists() for entry in _snapshot_directories(marts))


def test_too_little_disk_is_said_before_anything_is_written(
    warehouse: Connection, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "free_bytes", lambda _: 1_000_000)

    with pytest.raises(NoSpace, match="75 MB needed, 1 MB free"):
        publish_at(warehouse, marts)

    assert list(marts.directory.iterdir()) == []


def test_a_disk_that_fills_up_while_writing_is_said_in_words(
    warehouse: Connection, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "_write_database", _fill_the_disk)

    with pytest.raises(NoSpace, match="the disk became full"):
        publish_at(warehouse, marts)

    assert marts.current_id() is None


class _Death(BaseException):
    """Like SIGKILL for the code under test: nothing catches it."""


def _die(*_: object, **__: object) -> None:
    raise _Death


def _fill_the_disk(*_: object) -> None:
    raise duckdb.IOException('Could not write to file "snapshot.duckdb": No space left on device')


def _inodes(directory: Path) -> dict[Path, tuple[int, int]]:
    return {
        file: (file.stat().st_ino, file.stat().st_mtime_ns)
        for file in directory.rglob("*")
        if file.is_file() and not file.name.endswith(".lock")
    }


def _snapshot_directories(marts: Marts) -> list[Path]:
    return [entry for entry in marts.directory.iterdir() if entry.is_dir()]
