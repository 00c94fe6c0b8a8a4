"""The newest file that fits, its columns by their headings, its numbers as the file writes them."""

from __future__ import annotations

import pytest

from dagster_project.sources.errors import PermanentSourceError
from tests.unit.sources.rest_examples import read, replacing

TABLE = "kela.municipal_share_of_unemployment_benefits"


def test_the_file_is_read_under_our_columns() -> None:
    candidate = read(TABLE)
    first = candidate.frame.iloc[0]
    assert candidate.periods == ("202601", "202602")
    assert (first["saaja_lkm"], first["etuus_eur"], first["kunnan_osuus_eur"]) == (120, 97_440.5, 48_000.25)


def test_the_finnish_form_with_semicolons_and_decimal_commas_reads_the_same() -> None:
    def finnish(body: bytes) -> bytes:
        return b"\xef\xbb\xbf" + body.replace(b",", b";").replace(b".", b",")

    assert read(TABLE, "download", finnish).frame.equals(read(TABLE).frame)


def test_a_heading_that_is_gone_stops_the_table_and_lists_those_there_are() -> None:
    with pytest.raises(PermanentSourceError) as drifted:
        read(TABLE, "download", replacing("saaja_lkm", "henkilot"))
    assert drifted.value.kind == "drifted"
    assert "saaja_lkm" in drifted.value.message
    assert "henkilot" in drifted.value.message


@pytest.mark.parametrize(
    ("before", "after", "kind", "said"),
    [
        (".csv", ".xml", "drifted", "package.json"),
        ("/data/dataset/", "/elsewhere/", "redirected", "lies at"),
        (
            "https://www.avoindata.fi/data/dataset/",
            "https://example.org/data/dataset/",
            "redirected",
            "lies at",
        ),
        ("/data/dataset/", "/data/dataset/../../admin/", "redirected", "lies at"),
        ('"success":true', '"success":false', "wrong_table", "did not succeed"),
    ],
)
def test_a_package_that_is_not_as_described_is_refused(before: str, after: str, kind: str, said: str) -> None:
    with pytest.raises(PermanentSourceError, match=said) as refused:
        read(TABLE, "package_show", replacing(before, after))
    assert refused.value.kind == kind


def test_a_number_that_is_none_names_its_row() -> None:
    with pytest.raises(PermanentSourceError, match="row 1 has saaja_lkm = 'monta'"):
        read(TABLE, "download", replacing(",120,", ",monta,"))


def test_the_list_of_datasets_tells_who_keeps_them() -> None:
    frame = read("kela.open_datasets").frame
    assert frame["name"].is_unique
    assert frame["organization_title"].notna().all()


def test_files_that_are_no_objects_are_refused() -> None:
    with pytest.raises(PermanentSourceError, match="list of resources"):
        read(TABLE, "package_show", replacing('"resources":[{', '"resources":["x",{'))
