"""A folder of official answers reads like the publisher's interface, and says what is wrong with it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.pxweb import fetch_table, parse_table
from dagster_project.sources.transport import DirectoryTransport

EVENTS = find_entry("vital_events")


@pytest.fixture
def folder(tmp_path: Path, project_root: Path) -> Path:
    """A copy of the recorded example of vital events, alone in a folder."""
    source = project_root / "tests" / "recorded" / "statfin" / EVENTS.path
    shutil.copytree(source, tmp_path / EVENTS.path)
    return tmp_path


def read(folder: Path, **asked: Any) -> Candidate:
    return parse_table(fetch_table(EVENTS, DirectoryTransport(folder), **asked))


def edit(folder: Path, name: str, change: Callable[[dict[str, Any]], None]) -> None:
    path = folder / EVENTS.path / name
    document = json.loads(path.read_text(encoding="utf-8"))
    change(document)
    path.write_text(json.dumps(document), encoding="utf-8")


def test_figures_are_long_with_the_publishers_codes_and_labels(folder: Path) -> None:
    candidate = read(folder)
    frame = candidate.frame
    assert list(frame.columns) == [
        "area",
        "time",
        "contents",
        "area_text",
        "contents_text",
        "value",
        "symbol",
    ]
    row = frame[(frame.area == "KU305") & (frame.time == "2020") & (frame.contents == "muutl-vm01")]
    assert row.area_text.item() == "Kuusamo"
    assert row.contents_text.item() == "Elävänä syntyneet"
    assert candidate.municipalities == ("305", "832")
    assert candidate.periods == ("2010", "2011", "2019", "2020")


def test_areas_that_are_named_are_the_only_ones_read(folder: Path) -> None:
    assert read(folder, areas=["832"]).areas == ("SSS", "KU832")


def test_figures_in_several_files_are_read_together(folder: Path) -> None:
    whole = read(folder).frame
    directory = folder / EVENTS.path
    document = json.loads((directory / "data.json").read_text(encoding="utf-8"))
    years = ["2010", "2011", "2019", "2020"]
    areas, contents = document["size"][0], document["size"][2]
    for position, year in enumerate(years):
        part = json.loads(json.dumps(document))
        part["size"][1] = 1
        part["dimension"]["timeperiod_y"]["category"] = {"index": [year]}
        part["value"] = [
            document["value"][(area * len(years) + position) * contents + number]
            for area in range(areas)
            for number in range(contents)
        ]
        (directory / f"data-{year}.json").write_text(json.dumps(part), encoding="utf-8")
    (directory / "data.json").unlink()
    keys = ["area", "time", "contents"]
    assert read(folder).frame.sort_values(keys)["value"].tolist() == whole.sort_values(keys)["value"].tolist()


def test_a_table_folder_may_be_named_without_px(folder: Path) -> None:
    table = folder / EVENTS.path
    table.rename(table.with_suffix(""))
    assert len(read(folder).frame) == 3 * 4 * 11


def test_a_path_that_is_no_folder_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PermanentSourceError, match="is not a folder"):
        DirectoryTransport(tmp_path / "nowhere")


def test_a_folder_without_answers_is_told_the_layout_expected(tmp_path: Path) -> None:
    with pytest.raises(PermanentSourceError, match=r"StatFin/vaerak/11re\.px/metadata\.json"):
        DirectoryTransport(tmp_path)


def test_a_table_that_is_not_in_the_folder_is_named(folder: Path) -> None:
    with pytest.raises(PermanentSourceError, match=r"no answer for raw_statfin\.population_by_age") as raised:
        fetch_table(find_entry("population_by_age"), DirectoryTransport(folder))
    assert raised.value.kind == "missing_file"


def test_metadata_without_figures_is_a_missing_file(folder: Path) -> None:
    (folder / EVENTS.path / "data.json").unlink()
    with pytest.raises(PermanentSourceError, match=r"no data\*\.json") as raised:
        read(folder)
    assert raised.value.kind == "missing_file"


def test_another_tables_figures_are_refused(folder: Path) -> None:
    edit(folder, "data.json", lambda d: d["extension"]["px"].update(tableid="11re"))
    with pytest.raises(PermanentSourceError, match="is table '11re', expected '11ae'") as raised:
        read(folder)
    assert raised.value.kind == "wrong_table"


def test_an_archive_id_that_ends_in_the_short_one_is_the_same_table(folder: Path) -> None:
    edit(folder, "data.json", lambda d: d["extension"]["px"].update(tableid="statfin_muutl_pxt_11ae"))
    assert len(read(folder).frame) > 0


def test_figures_on_other_variables_than_the_metadata_are_another_tables(folder: Path) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["id"][0] = "alue_23_20260101"
        document["dimension"]["alue_23_20260101"] = document["dimension"].pop("alue_23_20210101")

    edit(folder, "data.json", rename)
    with pytest.raises(PermanentSourceError) as raised:
        read(folder)
    assert raised.value.kind == "wrong_table"


def test_a_value_that_the_metadata_does_not_list_is_drift(folder: Path) -> None:
    def rename(document: dict[str, Any]) -> None:
        document["dimension"]["timeperiod_y"]["category"]["index"] = ["2010", "2011", "2019", "2021"]

    edit(folder, "data.json", rename)
    with pytest.raises(PermanentSourceError, match="'2021'") as raised:
        read(folder)
    assert raised.value.kind == "drifted"


def test_a_year_that_the_metadata_lists_and_the_figures_lack_is_a_truncated_answer(folder: Path) -> None:
    def promise(document: dict[str, Any]) -> None:
        document["variables"][1]["values"].append("2021")
        document["variables"][1]["valueTexts"].append("2021")

    edit(folder, "metadata.json", promise)
    with pytest.raises(PermanentSourceError, match="first '2021'") as raised:
        read(folder)
    assert raised.value.kind == "truncated"


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"<html>503</html>", "html_answer"), (b'{"title": "V', "truncated"), (b'{"title": "V"}', "malformed")],
)
def test_metadata_that_is_not_metadata_is_named_for_what_it_is(folder: Path, body: bytes, kind: str) -> None:
    (folder / EVENTS.path / "metadata.json").write_bytes(body)
    with pytest.raises(PermanentSourceError) as raised:
        read(folder)
    assert raised.value.kind == kind
