"""PxWeb's second interface: its metadata, its questions, its limits; and answers recorded from it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import PxWebEntry, find_entry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.hosts import Host
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.pxweb import fetch_table, parse_table
from dagster_project.sources.pxweb_v2 import PxWebV2, query_body
from dagster_project.sources.resolve import resolve
from dagster_project.sources.transport import DirectoryTransport, WebRequest

HOST = Host(
    key="statfin", publisher="P", base_url="http://h/v2", contract="pxweb-v2", calls=9, seconds=1, cells=1000
)


def dataset(**changed: Any) -> Answer:
    """Metadata of a table with two areas and one contents."""
    document = {
        "class": "dataset",
        "label": "Väkiluku",
        "role": {"time": ["timeperiod_y"], "metric": ["contentscode"]},
        "id": ["alue_23_20270101", "timeperiod_y", "contentscode"],
        "size": [2, 1, 1],
        "dimension": {
            "alue_23_20270101": {
                "label": "Alue",
                "category": {
                    "index": {"KU305": 1, "SSS": 0},
                    "label": {"SSS": "KOKO MAA", "KU305": "Kuusamo"},
                },
                "extension": {"elimination": True},
            },
            "timeperiod_y": {"label": "Vuosi", "category": {"index": ["2026"], "label": {"2026": "2026"}}},
            "contentscode": {"label": "Tiedot", "category": {"label": {"vaerak-vaesto": "Väestö 31.12."}}},
        },
        "value": [],
        **changed,
    }
    return Answer("metadata.json", "http://h/v2/tables/11re/metadata", json.dumps(document).encode())


def answering(answers: dict[str, Any]) -> Any:
    """What asks a publisher that has these answers by path."""
    return lambda request: request.answered("http://h/", json.dumps(answers[request.path]).encode())


def test_variables_are_read_off_a_dataset_without_figures_in_the_publishers_order() -> None:
    metadata = parse_metadata(dataset())
    area, time, contents = metadata.variables
    assert (area.values, area.texts, area.elimination) == (("SSS", "KU305"), ("KOKO MAA", "Kuusamo"), True)
    assert (time.time, contents.time) == (True, False)
    assert (metadata.title, contents.values, contents.text) == ("Väkiluku", ("vaerak-vaesto",), "Tiedot")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ["alue_23_20270101", "alue_23_20270101"]},
        {"id": ["gone"]},
        {"dimension": []},
        {"role": {"time": "timeperiod_y"}},
        {"id": ["x"], "dimension": {"x": {"category": {"index": {"a": 0, "b": 0}, "label": {}}}}},
        {"id": ["x"], "dimension": {"x": {"category": {"index": ["a", "a"], "label": {}}}}},
        {"id": ["x"], "dimension": {"x": {"category": {"index": {"a": "0"}, "label": {}}}}},
    ],
    ids=[
        "twice",
        "undescribed",
        "no dimensions",
        "no list",
        "one place for two",
        "value twice",
        "place in text",
    ],
)
def test_metadata_that_makes_no_sense_is_malformed(changed: dict[str, Any]) -> None:
    with pytest.raises(PermanentSourceError, match="not PxWeb metadata") as raised:
        parse_metadata(dataset(**changed))
    assert raised.value.kind == "malformed"


def test_a_question_names_every_value_and_comes_back_in_parts_below_the_limit() -> None:
    asked: list[WebRequest] = []
    entry = find_entry("population_by_age")
    assert isinstance(entry, PxWebEntry)
    narrow = entry.model_copy(update={"roles": {r: entry.roles[r] for r in ("area", "time", "contents")}})
    selection = resolve(narrow, parse_metadata(dataset()))

    def get(request: WebRequest) -> Answer:
        asked.append(request)
        return request.answered("http://h/", b'{"maxDataCells": 1}')

    PxWebV2(HOST).data(narrow, selection, lambda *_: None, get)
    assert [request.path for request in asked] == ["config", "tables/11re/data", "tables/11re/data"]
    assert asked[1].params == (("lang", "fi"), ("outputFormat", "json-stat2"))
    assert asked[1].body == query_body(
        {"alue_23_20270101": ("SSS",), "timeperiod_y": ("2026",), "contentscode": ("vaerak-vaesto",)}
    )
    assert [request.name for request in asked] == ["", "data-0001.json", "data-0002.json"]


@pytest.mark.parametrize(
    ("told", "cells"),
    [({"maxDataCells": 500}, 500), ({"maxDataCells": 10**6}, 1000), ({"maxDataCells": 0}, 1000), ([], 1000)],
)
def test_the_lower_of_both_limits_holds(told: Any, cells: int) -> None:
    assert PxWebV2(HOST).cells(answering({"config": told})) == cells


@pytest.mark.parametrize(
    ("told", "stamp"),
    [({"updated": "2026-06-08T06:00:00Z"}, "2026-06-08T06:00:00Z"), ({"updated": 5}, None), ([1], None)],
)
def test_a_tables_stamp_is_told_at_its_place_in_the_list(told: Any, stamp: str | None) -> None:
    get = answering({"config": {}, "tables/11re": told})
    assert PxWebV2(HOST).listing_stamp(find_entry("population_by_age"), get) == stamp


@pytest.mark.reference
def test_recorded_answers_of_the_second_interface_are_read(reference_data: Path, tmp_path: Path) -> None:
    """A Swedish table: areas are counties, so the catalogue's entry is made for it here."""
    wire = reference_data / "wire" / "pxweb-v2"
    folder = tmp_path / "scb" / "BE" / "TAB6471"
    folder.mkdir(parents=True)
    (folder / "metadata.json").write_bytes((wire / "TAB6471_metadata.json").read_bytes())
    metadata = parse_metadata(Answer("m", "wire", (folder / "metadata.json").read_bytes()))
    assert {v.code: len(v.values) for v in metadata.variables} == {
        "Region": 312,
        "Alder": 134,
        "Kon": 3,
        "ContentsCode": 1,
        "Tid": 16,
    }
    assert [v.code for v in metadata.variables if v.time] == ["Tid"]
    assert [v.code for v in metadata.variables if v.elimination] == ["Region", "Kon"]

    # The recorded figures are aggregated by a code list, so the metadata they belong to is their own.
    figures = (wire / "TAB6471_data.json").read_bytes()
    (folder / "metadata.json").write_bytes(figures)
    (folder / "data.json").write_bytes(figures)
    entry = PxWebEntry.model_validate(
        find_entry("population_by_age").model_dump()
        | {
            "database": "scb",
            "folder": "BE",
            "table_id": "TAB6471",
            "contents": {"required": ["000007SF"]},
            "border_year": 2025,
            "roles": {
                "area": {"code": "Region"},
                "age": {"code": "Alder"},
                "sex": {"code": "Kon"},
                "contents": {"code": "ContentsCode"},
                "time": {"code": "Tid", "time": True},
            },
        }
    )
    candidate = parse_table(fetch_table(entry, DirectoryTransport(tmp_path)))
    assert len(candidate.frame) == 21 * 11 * 3 * 4
    assert candidate.frame["value"].iloc[:4].tolist() == [245284, 247245, 249358, 251635]
    assert str(candidate.publisher_stamp) == "2026-06-08 06:00:00+00:00"
    code_list = json.loads((wire / "agg_Ålder10årJ.json").read_text(encoding="utf-8"))
    ages = {group["code"]: len(group["valueMap"]) for group in code_list["values"]}
    assert ages == dict.fromkeys(ages, 10) | {"100+": 1}
    listed = json.loads((wire / "tables.json").read_text(encoding="utf-8"))["tables"]
    for place in listed:
        get = answering({"config": {}, f"tables/{place['id']}": place})
        placed = entry.model_copy(update={"table_id": place["id"]})
        assert PxWebV2(HOST).listing_stamp(placed, get) == place["updated"]
