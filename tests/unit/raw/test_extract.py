"""Extracts: real figures for some municipalities in the publisher's layout, marked as what they are."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.raw.extract import ExtractError, make_extract
from dagster_project.raw.landed import LandedTransport
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.pxweb import fetch_table, parse_table
from dagster_project.sources.transport import DirectoryTransport

EVENTS, JOBS = find_entry("vital_events"), find_entry("unemployment_monthly")
EDITION = find_entry("key_figures_edition_2021")
ENTRIES = (EVENTS, JOBS, EDITION)


@pytest.fixture
def bundled(project_root: Path) -> DirectoryTransport:
    return DirectoryTransport(project_root / "data" / "raw" / "bundled")


def candidate(entry: Any, folder: Path) -> Candidate:
    return parse_table(fetch_table(entry, DirectoryTransport(folder)))


def test_an_extract_reads_back_the_same_figures(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    made = make_extract(bundled, tmp_path / "out", ["305", "832"], now=house.now, entries=ENTRIES)
    assert [table.municipalities for table in made] == [2, 2, 309]
    for entry in ENTRIES:
        original = parse_table(fetch_table(entry, bundled, areas=["305", "832"])).frame
        written = candidate(entry, tmp_path / "out").frame
        keys = list(entry.key_columns)
        left, right = (
            frame.astype(dict.fromkeys(keys, object)).sort_values(keys) for frame in (original, written)
        )
        assert left["value"].to_list() == pytest.approx(right["value"].to_list(), nan_ok=True)
        assert (
            left["symbol"].astype(object).fillna("").to_list()
            == right["symbol"].astype(object).fillna("").to_list()
        )


def test_an_extract_says_what_it_is_and_whose_figures_it_holds(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    make_extract(bundled, tmp_path / "out", ["305"], now=house.now, entries=[EVENTS])
    document = json.loads((tmp_path / "out" / EVENTS.path / "data.json").read_text(encoding="utf-8"))
    assert document["extension"]["kuntaluotsi"] == {
        "extract": True,
        "publisher": "Tilastokeskus",
        "licence": "CC BY 4.0",
        "table_id": "11ae",
        "areas": ["305"],
        "years": ["2010", "2020"],
        "made_at": "2026-11-21T06:00:00Z",
    }
    assert document["updated"] == "2026-04-01T05:00:00Z"
    assert candidate(EVENTS, tmp_path / "out").is_extract
    readme = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    assert "https://creativecommons.org/licenses/by/4.0/" in readme
    assert "StatFin/muutl/11ae" in readme


def test_an_extract_can_be_made_of_what_is_loaded(house: Any, tmp_path: Path) -> None:
    house.ingest()
    transport = LandedTransport(house.con, house.store)
    make_extract(transport, tmp_path / "out", ["305"], now=house.now, entries=[EVENTS])
    assert candidate(EVENTS, tmp_path / "out").municipalities == ("305",)


def test_a_table_that_was_never_loaded_cannot_be_extracted(house: Any, tmp_path: Path) -> None:
    transport = LandedTransport(house.con, house.store)
    with pytest.raises(PermanentSourceError, match="kuntaluotsi refresh"):
        make_extract(transport, tmp_path / "out", ["305"], now=house.now, entries=[EVENTS])


def test_a_municipality_comes_with_those_that_have_merged_into_it(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    entry = find_entry("key_figures_series_2017")
    narrowed = entry.model_copy(update={"keep_all_areas": False})
    made = make_extract(bundled, tmp_path / "out", ["541"], now=house.now, entries=[narrowed])
    assert made[0].municipalities == 2
    assert candidate(narrowed, tmp_path / "out").municipalities == ("541", "911")


def test_tables_that_the_folder_does_not_have_are_left_out_of_the_extract(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    gone = EDITION.model_copy(update={"table_id": "nowhere"})
    made = make_extract(bundled, tmp_path / "out", ["305"], now=house.now, entries=[EVENTS, gone])
    assert [table.entry for table in made] == [EVENTS]


@pytest.mark.parametrize(
    ("areas", "message"),
    [
        (["Kuusamo"], "three-digit"),
        ([], "three-digit"),
        (["305", "998"], "no table has the municipalities 998"),
    ],
)
def test_areas_that_are_no_municipalities_are_refused(
    house: Any, bundled: DirectoryTransport, tmp_path: Path, areas: list[str], message: str
) -> None:
    with pytest.raises(ExtractError, match=message):
        make_extract(bundled, tmp_path / "out", areas, now=house.now, entries=[EVENTS])
    assert not (tmp_path / "out").exists()


def test_a_folder_that_holds_something_is_left_alone(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(ExtractError, match="is not empty"):
        make_extract(bundled, tmp_path, ["305"], now=house.now, entries=[EVENTS])


def test_an_extract_that_breaks_off_leaves_nothing_behind(
    house: Any, bundled: DirectoryTransport, tmp_path: Path
) -> None:
    class Breaking(DirectoryTransport):
        def data(self, entry: Any, *asked: Any) -> Any:
            if entry is EDITION:
                raise PermanentSourceError("missing_file", "the disk went away")
            return super().data(entry, *asked)

    with pytest.raises(PermanentSourceError):
        make_extract(
            Breaking(bundled.root),
            tmp_path / "out" / "new",
            ["305"],
            now=house.now,
            entries=[EVENTS, EDITION],
        )
    assert list((tmp_path / "out").glob("*")) == []
