"""Services and channels of municipalities, and nothing of persons."""

from __future__ import annotations

import pytest

from dagster_project.sources.errors import PermanentSourceError, TransientSourceError
from tests.unit.sources.rest_examples import read, replacing


def test_a_service_tells_who_is_responsible_and_its_channels() -> None:
    frame = read("ptv.municipal_services", areas=("305",)).frame
    assert frame["service_name_fi"].tolist() == ["Varhaiskasvatus", "Rakennusluvat"]
    assert frame["organization_name"].unique().tolist() == ["Esimerkkikunta"]
    channels = read("ptv.municipal_service_channels", areas=("305",)).frame
    assert set(" ".join(frame["channel_ids"]).split()) == set(channels["channel_id"])
    assert channels["channel_type"].tolist() == ["EChannel", "ServiceLocation"]


def test_a_municipality_without_services_is_told() -> None:
    assert read("ptv.municipal_services", areas=("305", "564")).missing_areas == ("564",)
    with pytest.raises(PermanentSourceError) as nothing:
        read("ptv.municipal_services", areas=("564",))
    assert nothing.value.kind == "wrong_areas"


@pytest.mark.parametrize("pages", ["-1", "100000", '"2"', "true"])
def test_a_number_of_pages_that_cannot_be_is_refused(pages: str) -> None:
    with pytest.raises(PermanentSourceError, match="pages, expected up to"):
        read("ptv.municipal_services", "305", replacing('"pageCount":1', f'"pageCount":{pages}'), ("305",))


def test_a_page_that_is_empty_before_the_last_is_a_cut_answer() -> None:
    with pytest.raises(TransientSourceError) as cut:
        read("ptv.municipal_services", "564", replacing('"pageCount":0', '"pageCount":2'), ("564",))
    assert cut.value.kind == "truncated"
