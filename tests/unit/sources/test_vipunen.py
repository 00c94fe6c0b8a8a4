"""Vipunen: fields by pattern, filters that cannot be broken out of, counts that must agree."""

from __future__ import annotations

import pytest

from dagster_project.sources.errors import PermanentSourceError, SourceFault
from dagster_project.sources.vipunen import VipunenQuery
from dagster_project.sources.vipunen_filter import rsql
from tests.unit.sources.rest_examples import read, replacing

TAIVALKOSKI = "0190100-3"
PUPILS = "perusopetus_oppilaat_lukuvuosi_oppilaitos"


def test_pupils_come_with_the_municipality_that_provides_and_missing_counts_stay_missing() -> None:
    candidate = read("pupils_by_school")
    assert candidate.municipalities == ("305", "832")
    by_school = candidate.frame.set_index("koodit_oppilaitos")
    assert by_school.loc["09902", "kunta_koodi"] == "305"
    assert by_school["oppilaat_kevatlukukausi_lkm"].isna().to_dict() == {
        "09901": False,
        "09902": True,
        "09903": False,
    }


def test_a_provider_that_is_no_municipality_has_none() -> None:
    frame = read("pupils_by_school", "/data-limit", replacing(TAIVALKOSKI, "0206289-7")).frame
    assert frame.set_index("koodit_oppilaitos")["kunta_koodi"].to_dict() == {
        "09901": "305",
        "09902": "305",
        "09903": None,
    }


def test_a_field_that_is_gone_is_told_with_the_fields_there_are() -> None:
    with pytest.raises(PermanentSourceError) as raised:
        read("pupils_by_school", f"{PUPILS}.json", replacing("oppilaatLukuvuosiLkm", "oppilasmaara"))
    assert raised.value.kind == "drifted"
    assert "oppilaat_lukuvuosi_lkm" in raised.value.message
    assert "oppilasmaara" in raised.value.message


def test_a_field_spelt_the_other_way_is_found_and_two_that_fit_are_not_chosen_between() -> None:
    def renamed(body: bytes) -> bytes:
        return body.replace(b"kooditOpetuksenJarjestaja", b"koodiOpetuksenJarjestaja")

    candidate = read("pupils_by_school", PUPILS, renamed)
    assert candidate.municipalities == ("305", "832")
    doubled = replacing('"kooditOppilaitos"', '"kooditOppilaitos"},{"name":"koodiOppilaitos"')
    with pytest.raises(PermanentSourceError, match="2 fields fit"):
        read("pupils_by_school", f"{PUPILS}.json", doubled)


def test_rows_that_do_not_add_up_to_the_announced_number_are_a_passing_fault() -> None:
    with pytest.raises(SourceFault, match="4 rows were announced, 3 came") as raised:
        read("pupils_by_school", "/count", replacing("3", "4"))
    assert raised.value.transient


@pytest.mark.parametrize(("before", "after"), [("412", "412.5"), ("412", '"4 12"'), ("412", "true")])
def test_a_count_that_is_no_whole_number_stops_the_table(before: str, after: str) -> None:
    with pytest.raises(PermanentSourceError, match="expected a whole number"):
        read("pupils_by_school", "/data-limit", replacing(before, after))


def test_filters_quote_what_is_in_them() -> None:
    assert rsql({}) is None
    assert rsql({"lukuvuosi": ["2024/2025"]}) == 'lukuvuosi=="2024/2025"'
    assert rsql({"a": ["1", "2"], "b": ["3"]}) == 'a=in=("1","2");b=="3"'
    assert rsql({"a": ['x" or b=="y', "\\"]}) == 'a=in=("x\\" or b==\\"y","\\\\")'


@pytest.mark.parametrize(
    "conditions", [{"a=='1' or b": ["1"]}, {"a": []}, {"a": ["1\n2"]}, {"a": ["1" * 5000]}, {"": ["1"]}]
)
def test_filters_that_cannot_be_meant_are_refused(conditions: dict[str, list[str]]) -> None:
    with pytest.raises(ValueError, match=r"."):
        rsql(conditions)


def test_an_entry_that_cannot_be_meant_is_refused_when_it_is_read() -> None:
    with pytest.raises(ValueError, match="no resource's name"):
        VipunenQuery(resource="../secret", fields={})
    with pytest.raises(ValueError, match="not among the fields"):
        VipunenQuery(resource="x", fields={"a": "a"}, municipality_by="b")


def test_costs_and_applicants_are_read_for_the_municipalities_named() -> None:
    assert read("education_costs", areas=("832",)).frame["summa"].tolist() == [2_000_000.0]
    applicants = read("applicants_to_upper_secondary", areas=("305",)).frame
    assert applicants["koodit_kunta_hakukohde"].tolist() == ["305"]
