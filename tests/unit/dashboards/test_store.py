"""The store: one snapshot per request, switched without a restart, never a half-built or unknown one."""

from __future__ import annotations

import gc
import shutil
import weakref
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import duckdb
import pytest
from published_snapshot import backtest_score, kpi_value, municipality, write_snapshot, write_status

from contract.snapshot import CURRENT_FILE, DATABASE_FILE, MANIFEST_FILE
from dashboards.data.snapshot import Snapshot
from dashboards.data.store import SnapshotStore

NEWER = "20261122T031200Z"
OLDER = "20261120T031200Z"


def current(store: SnapshotStore) -> Snapshot:
    snapshot = store.current()
    assert snapshot is not None
    return snapshot


def test_the_current_snapshot_is_read(store: SnapshotStore) -> None:
    assert current(store).municipality("305").name("fi") == "Kuusamo"
    assert store.problem is None


def test_a_newly_published_snapshot_is_shown_at_the_next_request(
    store: SnapshotStore, marts_dir: Path
) -> None:
    before = current(store)
    write_snapshot(marts_dir, {"dim_municipality": [municipality("305", "Kuusamo")]}, NEWER)
    assert current(store).snapshot_id == NEWER
    assert before.snapshot_id != NEWER


def test_a_request_under_way_keeps_its_snapshot(store: SnapshotStore, marts_dir: Path) -> None:
    held = current(store)
    write_snapshot(marts_dir, {}, NEWER)
    current(store)
    assert len(held.municipalities()) == 5


def test_an_older_snapshot_is_released_when_its_last_request_ends(
    store: SnapshotStore, marts_dir: Path
) -> None:
    released = weakref.ref(current(store))
    write_snapshot(marts_dir, {}, NEWER)
    current(store)
    gc.collect()
    assert released() is None


def test_a_snapshot_read_by_a_waiting_thread_is_released(store: SnapshotStore, marts_dir: Path) -> None:
    with ThreadPoolExecutor(max_workers=1) as waiting:
        assert waiting.submit(lambda: len(current(store).areas())).result() == 3
        released = weakref.ref(current(store))
        write_snapshot(marts_dir, {}, NEWER)
        current(store)
        gc.collect()
        assert released() is None


def test_threads_that_ask_at_once_get_their_own_answers(store: SnapshotStore) -> None:
    snapshot = current(store)
    asked = ["305", "832", "139", "043"] * 25
    with ThreadPoolExecutor(max_workers=8) as threads:
        answers = list(threads.map(snapshot.kpi_latest, asked))
    assert all(
        {point.area_code for point in points.values()} == {code}
        for code, points in zip(asked, answers, strict=True)
    )


def test_what_every_page_needs_is_read_once(store: SnapshotStore, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = current(store)
    wanted = [snapshot.sources(), snapshot.municipalities(), snapshot.areas(), snapshot.kpis()]
    monkeypatch.setattr(snapshot, "_execute", None)
    assert [snapshot.sources(), snapshot.municipalities(), snapshot.areas(), snapshot.kpis()] == wanted


def test_the_same_snapshot_is_opened_once(store: SnapshotStore) -> None:
    assert current(store) is current(store)


def test_an_unknown_contract_version_leaves_the_last_snapshot_in_place(
    store: SnapshotStore, marts_dir: Path
) -> None:
    before = current(store)
    write_snapshot(marts_dir, {}, NEWER, contract_version=99)
    assert current(store) is before
    assert store.problem is not None
    assert store.problem.kind == "unknown_contract"
    assert "version 99" in store.problem.detail


@pytest.mark.parametrize("broken", [MANIFEST_FILE, DATABASE_FILE])
def test_a_damaged_snapshot_leaves_the_last_one_in_place(
    store: SnapshotStore, marts_dir: Path, broken: str
) -> None:
    before = current(store)
    directory = write_snapshot(marts_dir, {}, NEWER)
    (directory / broken).write_bytes(b"\x00 not what it should be")
    assert current(store) is before
    assert store.problem is not None
    assert store.problem.kind == "unreadable"


def test_a_snapshot_without_all_published_tables_is_refused(store: SnapshotStore, marts_dir: Path) -> None:
    before = current(store)
    directory = write_snapshot(marts_dir, {}, NEWER)
    with duckdb.connect(str(directory / DATABASE_FILE)) as connection:
        connection.execute("drop table fct_projection")
    assert current(store) is before
    assert store.problem is not None
    assert "fct_projection" in store.problem.detail


@pytest.mark.parametrize("table", ["dim_scenario", "fct_forecast_hindsight", "fct_backtest_score"])
def test_a_table_added_since_is_read_as_empty_from_an_older_snapshot(
    store: SnapshotStore, marts_dir: Path, table: str
) -> None:
    municipalities = [municipality("305", "Kuusamo", 15213.0)]
    directory = write_snapshot(marts_dir, {"dim_municipality": municipalities}, NEWER)
    with duckdb.connect(str(directory / DATABASE_FILE)) as connection:
        connection.execute(f"drop table {table}")
    snapshot = current(store)
    assert snapshot.snapshot_id == NEWER
    assert snapshot.scenarios("305") == []
    assert snapshot.hindsight("305") == []
    assert snapshot.hindsight_of_class("10000-19999") == {}
    assert not snapshot.backtest


def test_a_table_widened_since_is_read_as_empty_from_an_older_snapshot(
    store: SnapshotStore, marts_dir: Path
) -> None:
    directory = write_snapshot(marts_dir, {"fct_backtest_score": [backtest_score("regions", 5, 1.0)]}, NEWER)
    assert current(store).backtest
    older = write_snapshot(marts_dir, {"fct_backtest_score": [backtest_score("regions", 5, 1.0)]}, OLDER)
    with duckdb.connect(str(older / DATABASE_FILE)) as connection:
        connection.execute("alter table fct_backtest_score drop column protocol")
    assert current(store).directory == older != directory
    assert not current(store).backtest


def test_a_column_added_since_is_missing_in_an_older_snapshot_whose_rows_stay(
    store: SnapshotStore, marts_dir: Path
) -> None:
    directory = marts_dir / (marts_dir / CURRENT_FILE).read_text("utf-8").strip()
    with duckdb.connect(str(directory / DATABASE_FILE)) as connection:
        connection.execute("alter table dim_kpi drop column verification")
        count = connection.execute("select count(*) from dim_kpi").fetchall()
    kpis = current(store).kpis()
    assert store.problem is None
    assert [(len(kpis),)] == count
    assert {kpi.verification for kpi in kpis} == {None}


def test_a_snapshot_that_vanishes_leaves_the_open_one_readable(store: SnapshotStore, marts_dir: Path) -> None:
    before = current(store)
    (marts_dir / CURRENT_FILE).unlink()
    shutil.rmtree(before.directory)
    assert current(store).municipality("832").name("fi") == "Taivalkoski"
    assert store.problem is not None
    assert store.problem.kind == "no_snapshot"


def test_a_problem_is_over_when_the_current_snapshot_is_good_again(
    store: SnapshotStore, marts_dir: Path
) -> None:
    before = current(store)
    write_snapshot(marts_dir, {}, NEWER, contract_version=99)
    current(store)
    (marts_dir / CURRENT_FILE).write_text(before.snapshot_id, encoding="utf-8")
    assert current(store) is before
    assert store.problem is None


@pytest.mark.parametrize("name", ["../elsewhere", "/etc", "a/b"])
def test_current_may_only_name_a_directory_beside_it(marts_dir: Path, name: str) -> None:
    (marts_dir / CURRENT_FILE).write_text(name, encoding="utf-8")
    store = SnapshotStore(marts_dir)
    assert store.current() is None
    assert store.problem is not None


def test_without_any_snapshot_there_is_none(tmp_path: Path) -> None:
    store = SnapshotStore(tmp_path)
    assert store.current() is None
    assert store.problem is not None
    assert store.problem.kind == "no_snapshot"


def test_a_half_written_status_is_as_no_status(store: SnapshotStore, marts_dir: Path) -> None:
    (marts_dir / "STATUS.json").write_text('{"updated_at": "2026-', encoding="utf-8")
    assert store.status() is None
    write_status(marts_dir, [{"source": "statfin", "table_name": "vital_events", "outcome": "loaded"}])
    status = store.status()
    assert status is not None
    assert status.sources[0].outcome == "loaded"


def test_a_rank_says_its_n_and_how_many_there_are(store: SnapshotStore) -> None:
    rank = current(store).kpi_rank("live_births", "2020", "305")
    assert rank is not None
    assert (rank.place, rank.n, rank.members, rank.complete) == (1, 2, 5, False)


def test_equal_values_share_the_better_place(store: SnapshotStore) -> None:
    snapshot = current(store)
    places = {
        code: snapshot.kpi_rank("annual_margin_per_capita", "2020", code)
        for code in ("832", "305", "139", "043")
    }
    assert {code: rank.place for code, rank in places.items() if rank} == {
        "832": 1,
        "305": 2,
        "139": 2,
        "043": 5,
    }


def test_where_less_is_better_the_smallest_is_first(store: SnapshotStore) -> None:
    rank = current(store).kpi_rank("unemployed_jobseeker_share", "2023M10", "305", ["305", "139"])
    assert rank is not None
    assert (rank.place, rank.n, rank.best_is) == (1, 2, "lower")


def test_a_municipality_without_a_value_has_no_rank(store: SnapshotStore) -> None:
    assert current(store).kpi_rank("live_births", "2020", "139") is None


def test_membership_is_that_of_the_day(store: SnapshotStore) -> None:
    snapshot = current(store)
    assert snapshot.members("eps2", date(2018, 12, 31)) == ["139", "305", "615", "832"]
    assert snapshot.members("eps2", date(2019, 1, 1)) == ["139", "305", "615"]
    assert [area.area_code for area in snapshot.networks_of("832", date(2017, 6, 1))] == ["eps2"]
    assert snapshot.networks_of("832", date(2026, 1, 1)) == []


def test_missing_values_keep_their_reason(store: SnapshotStore) -> None:
    values = {point.area_code: point for point in current(store).kpi_values("live_births", "2020")}
    assert (values["139"].value, values["139"].value_status) == (None, "secret")


def test_the_newest_value_is_the_newest_that_is_there(tmp_path: Path) -> None:
    rows = [kpi_value("305", "population", "2019", 1.0), kpi_value("305", "population", "2020", None)]
    write_snapshot(tmp_path, {"fct_kpi_value": rows, "dim_municipality": [municipality("305", "Kuusamo")]})
    latest = current(SnapshotStore(tmp_path)).kpi_latest("305")
    assert latest["population"].period == "2019"


def test_similar_municipalities_come_nearest_first(store: SnapshotStore) -> None:
    similar = current(store).similar_municipalities("305", limit=2)
    assert [item.municipality.municipality_code for item in similar] == ["139", "615"]


def test_population_by_group_adds_the_ages_of_both_sexes(store: SnapshotStore) -> None:
    groups = current(store).population_groups("305", "service").set_index("age_group")
    assert groups.loc["7-12", "population_count"] == 1000.0
    assert groups.loc["85+", "population_count"] == 500.0


def test_an_unknown_code_is_named(store: SnapshotStore) -> None:
    with pytest.raises(KeyError, match="no municipality '999'"):
        current(store).municipality("999")
