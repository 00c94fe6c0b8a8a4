"""Features page by page, from the newest layer, with geometry that is geometry."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from dagster_project.sources.wfs import CLIENT, layer_names
from tests.unit.sources.rest_examples import read, replacing

TABLE = "statgeo.municipality_boundaries"


def test_the_newest_vintage_is_read_and_its_year_is_the_border_year() -> None:
    candidate = read(TABLE)
    assert candidate.border_year == 2026
    assert candidate.municipalities == ("305", "832")
    assert json.loads(candidate.frame["geometry"][0])["type"] == "Polygon"


def test_areas_that_were_named_and_are_not_there_are_told() -> None:
    candidate = read(TABLE, areas=("305", "999"))
    assert (candidate.municipalities, candidate.missing_areas) == (("305",), ("999",))
    with pytest.raises(PermanentSourceError) as wrong:
        read(TABLE, areas=("999",))
    assert wrong.value.kind == "wrong_areas"


def test_a_layer_that_is_gone_and_a_property_that_is_renamed_list_what_is_there_now() -> None:
    with pytest.raises(PermanentSourceError, match="kunta9000k_2026"):
        read(TABLE, "GetCapabilities", replacing("kunta1000k", "kunta9000k"))
    with pytest.raises(PermanentSourceError, match=r"no property 'namn'.*nimi"):
        read(TABLE, "GetFeature", replacing('"namn"', '"ruotsiksi"'))


def test_a_server_that_does_not_know_how_many_there_are_is_asked_until_a_page_is_empty() -> None:
    with pytest.raises(PermanentSourceError) as next_page:
        read(TABLE, "GetFeature", replacing('"numberMatched":2', '"numberMatched":"unknown"'))
    assert "startIndex-2" in next_page.value.message  # a folder has no such page


def test_a_school_without_a_place_is_a_school() -> None:
    point = '{"type":"Point","coordinates":[29.19,65.96]}'
    frame = read("statgeo.schools", "GetFeature", replacing(point, "null")).frame
    assert frame["geometry"].isna().tolist() == [True, False]


def test_fewer_features_than_announced_is_a_cut_answer() -> None:
    with pytest.raises((TransientSourceError, PermanentSourceError)) as cut:
        read(TABLE, "GetFeature", replacing('"numberMatched":2', '"numberMatched":3'))
    assert cut.value.kind in ("truncated", "missing_file")  # a folder has no second page


@pytest.mark.parametrize("shape", ['"Polygon"', "[[29,66]"])
def test_geometry_that_is_none_is_refused(shape: str) -> None:
    spoilt = {'"Polygon"': '"Circle"', "[[29,66]": '[["29",66]'}[shape]
    with pytest.raises(PermanentSourceError, match="geometry of type"):
        read(TABLE, "GetFeature", replacing(shape, spoilt))


def test_xml_with_a_document_type_is_refused_before_any_entity_is_read() -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><WFS_Capabilities>&b;</WFS_Capabilities>'
    with pytest.raises(PermanentSourceError, match="document type declaration"):
        layer_names(Answer("c", "capabilities", bomb))
    with pytest.raises(PermanentSourceError, match="breaks off"):
        layer_names(Answer("c", "capabilities", b"<WFS_Capabilities><FeatureTypeList>"))


@pytest.mark.reference
def test_boundaries_as_published_are_read(reference_data: Path) -> None:
    published = json.loads((reference_data / "geo" / "municipalities_2023.geojson").read_text("utf-8"))
    features = []
    for number, feature in enumerate(published["features"]):
        told = feature["properties"]
        code = next(str(told[k]).zfill(3) for k in ("kunta", "natcode", "NATCODE", "code", "id") if k in told)
        properties = {"kunta": code, "vuosi": 2023, "nimi": str(number), "namn": "", "name": ""}
        features.append({"type": "Feature", "geometry": feature["geometry"], "properties": properties})
    page = Answer("p", "page", json.dumps({"features": features, "numberMatched": len(features)}).encode())
    entry = find_entry(TABLE)
    fetched = Fetched(entry, "directory", (Answer("c", "c", b""), page), border_year=2023)
    candidate = CLIENT.parse(fetched)
    assert len(candidate.municipalities) == len(features)
    assert len(features) in range(290, 312)
