"""Which snapshot is current, pinned, kept."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from contract.snapshot import CURRENT_FILE
from dagster_project.publish.errors import NothingPublished, PublishError
from dagster_project.publish.snapshots import BUILDING, REMOVING, Marts
from tests.unit.publish.conftest import NOW, fill_population, publish_at

Connection = duckdb.DuckDBPyConnection


@pytest.fixture
def three(marts: Marts, nights: list[Path]) -> list[str]:
    """Ids of three snapshots, oldest first."""
    shutil.copytree(nights[2], marts.directory)
    return [manifest.snapshot_id for manifest in marts.finished()][::-1]


def test_rolling_back_shows_the_snapshot_before_the_current(marts: Marts, three: list[str]) -> None:
    assert marts.roll_back() == three[1]
    assert (marts.current_id(), marts.pinned_id()) == (three[1], three[1])


def test_rolling_back_twice_goes_two_snapshots_back(marts: Marts, three: list[str]) -> None:
    marts.roll_back()
    assert marts.roll_back() == three[0]
    with pytest.raises(PublishError, match="oldest snapshot kept"):
        marts.roll_back()


def test_a_night_under_a_pin_builds_but_does_not_switch(
    warehouse: Connection, marts: Marts, three: list[str]
) -> None:
    marts.roll_back(three[0])
    fill_population(warehouse, kuusamo=1.0)

    published = publish_at(warehouse, marts, NOW + timedelta(days=9))

    assert published.is_new
    assert not published.is_current
    assert marts.current_id() == three[0]


def test_releasing_the_pin_shows_the_newest_snapshot(
    warehouse: Connection, marts: Marts, three: list[str]
) -> None:
    marts.roll_back(three[0])
    fill_population(warehouse, kuusamo=1.0)
    built = publish_at(warehouse, marts, NOW + timedelta(days=9)).snapshot_id

    assert marts.release() == built
    assert (marts.current_id(), marts.pinned_id()) == (built, None)


def test_rolling_back_to_a_snapshot_that_is_not_there_names_those_that_are(
    marts: Marts, three: list[str]
) -> None:
    with pytest.raises(PublishError, match=f"no snapshot 2020; on disk: {three[2]}, {three[1]}, {three[0]}"):
        marts.roll_back("2020")
    assert marts.pinned_id() is None


def test_nothing_can_be_rolled_back_before_anything_is_published(marts: Marts) -> None:
    with pytest.raises(NothingPublished, match="run a refresh first"):
        marts.roll_back()
    with pytest.raises(NothingPublished, match="run a refresh first"):
        marts.release()


def test_only_the_newest_snapshots_are_kept(marts: Marts, three: list[str]) -> None:
    assert marts.retire(2) == [three[0]]
    assert [manifest.snapshot_id for manifest in marts.finished()] == [three[2], three[1]]


def test_the_pinned_snapshot_outlives_newer_ones(
    warehouse: Connection, marts: Marts, three: list[str]
) -> None:
    marts.roll_back(three[0])
    for day in range(3, 6):
        fill_population(warehouse, kuusamo=float(day))
        publish_at(warehouse, marts, NOW + timedelta(days=day), keep=2)

    kept = [manifest.snapshot_id for manifest in marts.finished()]
    assert three[0] in kept
    assert len(kept) == 3


@pytest.mark.usefixtures("three")
def test_a_current_that_leads_nowhere_counts_as_nothing_published(marts: Marts) -> None:
    (marts.directory / CURRENT_FILE).write_text("20990101T000000Z\n", "utf-8")
    assert marts.current_id() is None


def test_what_killed_runs_left_is_removed_and_nothing_else(marts: Marts, three: list[str]) -> None:
    for name in (f"{BUILDING}a", f"{REMOVING}b", "20260101T000000Z"):
        (marts.directory / name).mkdir()
        (marts.directory / name / "dim_kpi.parquet").write_bytes(b"half")
    (marts.directory / ".CURRENT.999999999.draft").write_text("half", "utf-8")

    assert marts.clean_leftovers() == 3
    assert [manifest.snapshot_id for manifest in marts.finished()] == three[::-1]
    assert not list(marts.directory.glob("*.draft"))


def test_two_snapshots_of_the_same_second_have_different_names(
    warehouse: Connection, marts: Marts, first: str
) -> None:
    fill_population(warehouse, kuusamo=2.0)
    assert publish_at(warehouse, marts).snapshot_id == f"{first}-1"
