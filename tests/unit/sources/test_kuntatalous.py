"""The Treasury's figures: the furthest stage, known taxonomies, strict numbers, whose document it is."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dagster_project.quality.suites.municipal_accounts import CODES
from dagster_project.sources.answer import Answer
from dagster_project.sources.business_ids import BUSINESS_IDS, BusinessIds, is_valid, load_business_ids
from dagster_project.sources.catalogue import find_entry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.kuntatalous import KuntatalousQuery
from dagster_project.sources.kuntatalous_directory import settled
from dagster_project.sources.kuntatalous_documents import newest_documents, stamp_of
from dagster_project.sources.rows import dumped
from tests.unit.sources.rest_examples import read, replacing

ESPOO, KAUNIAINEN = "0101263-6", "0203026-2"
KAUNIAINEN_2025 = f"KKNR/{KAUNIAINEN}/2025C12"


def listed(stage: str, accepted: str = "2026-05-01 10:00:00", business_id: str = ESPOO) -> dict[str, Any]:
    return {
        "ytunnus": business_id,
        "raportointikokonaisuus": "KKNR",
        "raportointikausi": "2025C12",
        "hyvaksymisvaihe": stage,
        "hyvaksymispvm": accepted,
        "julkaisupvm": "2026-06-01 08:00:00",
        "tunnusluvut": "https://somewhere.else/secret",
    }


def chosen(*rows: dict[str, Any]) -> Any:
    register = Answer("aineistot.json", "https://treasury/aineistot", dumped({"aineistot": list(rows)}))
    return newest_documents(register, {"KKNR"}, load_business_ids())


def figures(frame: pd.DataFrame, business_id: str, period: str) -> dict[str, float]:
    of_one = frame[(frame["ytunnus"] == business_id) & (frame["raportointikausi"] == period)]
    return dict(zip(of_one["tunnusluku"], of_one["arvo"], strict=True))


def test_the_furthest_stage_counts_and_of_equal_stages_the_one_accepted_last() -> None:
    stages = [listed("Lopullinen"), listed("Jälkikorjattu"), listed("Alustava", "2026-11-01 10:00:00")]
    assert [document.stage for document in chosen(*stages)] == ["jalkikorjattu"]
    again = [listed("Lopullinen"), listed("Lopullinen", "2026-05-02 09:00:00")]
    assert [document.accepted for document in chosen(*again)] == ["2026-05-02T09:00:00"]


def test_a_stage_nobody_knows_stops_the_table_and_lists_the_known() -> None:
    with pytest.raises(PermanentSourceError, match=r"'Peruttu'; known: alustava, .*jalkikorjattu"):
        chosen(listed("Peruttu"))


def test_joint_authorities_and_refused_ids_are_left_out_and_links_are_not_followed() -> None:
    others = [listed("Lopullinen", business_id=number) for number in ("0206289-7", "0164308-3")]
    (document,) = chosen(listed("Lopullinen"), *others)
    assert document.business_id == ESPOO
    assert document.path == f"rest/v1/json/dokumentti/lopullinen/KKNR/{ESPOO}/2025C12"


def test_the_stamp_moves_with_stage_and_date_alone() -> None:
    one = stamp_of(chosen(listed("Lopullinen")))
    assert one == stamp_of(chosen(listed("Lopullinen"), listed("Alustava")))
    assert one != stamp_of(chosen(listed("Lopullinen", "2026-05-02 10:00:00")))
    assert one != stamp_of(chosen(listed("Jälkikorjattu")))


def test_check_digits_are_computed() -> None:
    assert all(is_valid(number) for number in ("0201256-6", ESPOO, KAUNIAINEN, "0204819-8"))
    wrong = ("0201256-7", "0203026", "203026-2", "0203026-2 ", "٠203026-2", "")
    assert not any(is_valid(number) for number in wrong)


def test_eighteen_ids_are_refused_with_a_reason_and_the_directory_settles_those_it_gives_their_own() -> None:
    ids = load_business_ids()
    assert len(ids.refused) == 18
    assert "Heinävesi" in ids.refused["091"]
    assert not set(ids.refused) & set(ids.municipalities.values())

    told = {"value": [{"Kunta_Id": 853, "YTunnus": "0204819-8"}, {"Kunta_Id": 91, "YTunnus": ESPOO}]}
    after = settled(ids, Answer("kunnat.json", "https://directory", dumped(told)))
    assert after.municipality("0204819-8") == "853"
    assert "091" in after.refused  # Espoo's number is Espoo's, whatever the directory says
    assert after.municipality(ESPOO) == "049"


def test_a_seed_that_gives_one_id_to_two_municipalities_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "ids.csv"
    head = BUSINESS_IDS.read_text("utf-8").splitlines()[0]
    path.write_text(f"{head}\n049,{ESPOO},false,\n235,{ESPOO},false,\n", "utf-8")
    with pytest.raises(ValueError, match="given for 049 and 235"):
        load_business_ids(path)
    path.write_text(f"{head}\n049,0101263-7,false,\n", "utf-8")
    with pytest.raises(ValueError, match="049 has '0101263-7'"):
        load_business_ids(path)
    assert BusinessIds({}, {}).within(None) == frozenset()


def test_the_map_of_figure_ids_reads_the_published_accounts_out_of_the_example(project_root: Path) -> None:
    with (project_root / "dbt" / "seeds" / "treasury_figures.csv").open(encoding="utf-8", newline="") as file:
        seed = [row for row in csv.DictReader(file) if row["taxonomy"] == "jhs-2018-01/2024-03-26"]
    codes = {row["figure"]: row["figure_id"] for row in seed}
    frame = read("municipal_accounts").frame
    espoo, kauniainen = (figures(frame, number, "2025C12") for number in (ESPOO, KAUNIAINEN))
    golden = {
        "operating_expenses": (1_417_999_125.41, 53_367_958.79),
        "annual_margin": (315_934_392.27, 10_658_434.20),
        "depreciation_and_impairment": (205_116_192.09, 9_748_792.99),
        "result": (110_818_200.18, 909_641.21),
        "surplus_or_deficit": (126_585_792.48, 909_641.21),
        "gross_investment": (341_774_185.14, 14_322_882.56),
    }
    for figure, (in_espoo, in_kauniainen) in golden.items():
        assert (espoo[codes[figure]], kauniainen[codes[figure]]) == (in_espoo, in_kauniainen), figure
    assert figures(frame, KAUNIAINEN, "2024C12") == {codes["surplus_or_deficit"]: -127_292.31}
    assert codes["tax_revenue"] not in espoo  # absent in the document: absent, not zero
    assert codes["annual_margin"] == CODES["annual_margin"]


def test_remarks_are_kept_and_empty_ones_are_none() -> None:
    frame = read("municipal_accounts").frame
    remarked = frame[frame["tarkastushavainnot"].notna()]
    assert len(remarked) == 1
    assert json.loads(remarked["tarkastushavainnot"].iloc[0])[0]["vakavuus"] == "Varoitus"


def test_a_taxonomy_that_is_not_known_is_refused_with_those_that_are() -> None:
    change = replacing("jhs-2018-01/2024-03-26", "jhs-2018-01/2026-01-01")
    with pytest.raises(PermanentSourceError) as raised:
        read("municipal_accounts", KAUNIAINEN_2025, change)
    assert raised.value.kind == "drifted"
    assert "2026-01-01" in raised.value.message
    assert "2024-03-26" in raised.value.message


def test_years_without_a_known_taxonomy_are_not_asked_for() -> None:
    query = KuntatalousQuery.model_validate(find_entry("municipal_accounts").query)  # type: ignore[attr-defined]
    assert [query.wants(period) for period in ("2025C03", "2024C12", "2026C03", "2025")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ('"53367958.79"', '"53 367 958,79"', "expected a number with a decimal point"),
        ('"53367958.79"', '"1e999"', "expected a number with a decimal point"),
        (f'"ytunnus":"{KAUNIAINEN}"', f'"ytunnus":"{ESPOO}"', "row 1 has ytunnus"),
        ('"2025C12"', '"2025C09"', "raportointikausi"),
        ('"Lopullinen"', '"Alustava"', "'lopullinen' was asked for"),
        ('"tunnusluku":"1400"', '"tunnusluku":null', "a figure has no tunnusluku"),
    ],
)
def test_what_cannot_be_the_documents_figures_stops_the_table(before: str, after: str, words: str) -> None:
    with pytest.raises(PermanentSourceError, match=words):
        read("municipal_accounts", KAUNIAINEN_2025, replacing(before, after))


def test_named_municipalities_are_read_alone_and_refused_ones_say_why() -> None:
    candidate = read("municipal_accounts", areas=("235", "091"))
    assert candidate.municipalities == ("235",)
    assert candidate.missing_areas == ("091",)
    with pytest.raises(PermanentSourceError, match="same number is listed for 090"):
        read("municipal_accounts", areas=("091",))


def test_a_taxonomy_names_figures_and_one_that_is_not_listed_is_told_with_those_that_are() -> None:
    frame = read("municipal_budget_taxonomy").frame
    assert dict(zip(frame["solutunniste"], frame["tunnusluku"], strict=True))["9101"] == "Toimintamenot"
    with pytest.raises(PermanentSourceError, match=r"no taxonomy of KTAS is listed; there are .*KKNR"):
        read("municipal_budget_taxonomy", "taksonomia.json", replacing("/KTAS.json", "/KTAX.json"))
