"""Divisions are found in the service's list; pairs of codes are read whichever way they are written."""

from __future__ import annotations

import pytest

from dagster_project.sources.errors import PermanentSourceError
from tests.unit.sources.rest_examples import read, replacing


def test_every_listed_year_is_read_with_its_names() -> None:
    candidate = read("classifications.municipality")
    rows = candidate.frame.to_dict("records")
    assert candidate.periods == ("2025", "2026")
    assert candidate.border_year == 2026
    assert {
        "year": "2026",
        "code": "305",
        "name_fi": "Kuusamo",
        "name_sv": "Kuusamo",
        "name_en": "Kuusamo",
    } in rows


def test_next_januarys_division_needs_no_change() -> None:
    newer = replacing("kunta_1_2026", "kunta_1_2027")
    with pytest.raises(PermanentSourceError) as gone:  # asked for, though the example has no such answer
        read("classifications.municipality", "classifications.json", newer)
    assert gone.value.kind == "missing_file"
    assert "kunta_1_20270101" in gone.value.message


def test_a_list_without_any_division_says_what_it_has_now() -> None:
    with pytest.raises(PermanentSourceError) as drifted:
        read("classifications.municipality", "classifications.json", replacing("kunta_1", "kunta_7"))
    assert drifted.value.kind == "drifted"
    assert "kunta_7_20260101" in drifted.value.message


def test_pairs_written_as_local_ids_are_read_too() -> None:
    plain = read("classifications.municipality_change").frame
    assert plain.iloc[0].tolist() == ["2025", "305", "2026", "305"]

    def as_local_ids(body: bytes) -> bytes:
        for code in ("305", "832"):
            old = (
                f'{{"sourceItem":{{"localId":"kunta_1_20250101/{code}","code":"{code}"}},'
                f'"targetItem":{{"localId":"kunta_1_20260101/{code}","code":"{code}"}}}}'
            )
            new = f'{{"sourceLocalId":"kunta_1_20250101/{code}","targetLocalId":"kunta_1_20260101/{code}"}}'
            assert old.encode() in body
            body = body.replace(old.encode(), new.encode())
        return body

    assert read("classifications.municipality_change", "maps", as_local_ids).frame.equals(plain)


def test_an_item_without_a_name_in_one_language_stops_the_table() -> None:
    with pytest.raises(PermanentSourceError, match="lacks `code` or a name in 'sv'"):
        read("classifications.municipality", "lang-sv", replacing('"name":"Kuusamo"', '"name":""'))


def test_every_municipality_has_its_areas_of_each_kind() -> None:
    frame = read("classifications.municipality_region").frame
    mine = frame[(frame["municipality_code"] == "305") & (frame["year"] == "2026")]
    assert dict(zip(mine["classification"], mine["parent_code"], strict=True)) == {
        "maakunta": "17",
        "seutukunta": "178",
        "hyvinvointialue": "19",
    }
