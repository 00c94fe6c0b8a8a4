"""The economy page lights a condition only when it is met; it says what is missing and what does not hold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published_snapshot import kpi, kpi_value, municipality, reader_context, write_snapshot

from contract.locale_formats import LANGUAGES, Language
from dashboards.components.first_paint import render
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_text
from dashboards.pages import economy

LANGUAGE_CODES = ("fi", "sv", "en")
FOUR = ("group_margin_to_depreciation", "income_tax_gap", "group_loans_and_leases", "imputed_debt_service")
UNITS = dict(zip(FOUR, ("pct", "percentage_points", "pct", "ratio"), strict=True))


def texts(field: str, text: str) -> dict[str, str]:
    return {f"{field}_{language}": text for language in LANGUAGE_CODES}


def criterion(criterion_id: str, rule: str, unit: str, limit: float, comparison: str) -> dict[str, object]:
    return {
        "criterion_id": criterion_id,
        "valid_from": date(2019, 3, 1),
        "rule": rule,
        "sort_order": 1,
        "unit": unit,
        "comparison": comparison,
        "limit_value": limit,
        "law_reference": "Kuntalaki (410/2015) 118 § 3 mom.",
        "verification": "verified",
        **texts("name", criterion_id),
        **texts("description", "Selitys."),
        **texts("formula", "a / b"),
    }


def words(kind: str, *codes: str) -> list[dict[str, object]]:
    return [{"kind": kind, "code": code, **texts("text", f"{kind}:{code}")} for code in codes]


def state(code: str, rule: str, told: str, reason: str, past: int = 0) -> dict[str, object]:
    return {
        "municipality_code": code,
        "reference_year": 2021,
        "rule": rule,
        "state": told,
        "reason": reason,
        "criteria_count": 4 if rule == "C" else 1,
        "past_limit_count": past,
        "unknown_count": 0,
    }


def past_limit(code: str, criterion_id: str, past: bool) -> dict[str, object]:
    value = 79.96 if past else 120.0
    return {
        "municipality_code": code,
        "criterion_id": criterion_id,
        "reference_year": 2021,
        "value": value,
        "limit_value": 80.0,
        "distance": value - 80.0,
        "is_past_limit": past,
        "is_past_limit_previous_year": past,
        "is_past_limit_two_years": past,
        "value_status": "preliminary",
        "basis": "own",
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> SnapshotStore:
    """Kuusamo with one limit passed and a deficit, Ii with all four, Pudasjärvi unknown, Eckerö in Åland."""
    marts = tmp_path_factory.mktemp("economy") / "marts"
    limits = [criterion(item, "C", UNITS[item], 80.0, "below") for item in FOUR]
    write_snapshot(
        marts,
        {
            "dim_municipality": [
                municipality("305", "Kuusamo"),
                municipality("139", "Ii"),
                municipality("615", "Pudasjärvi"),
                municipality("043", "Eckerö", is_aland=True),
            ],
            "dim_kpi": [kpi("annual_margin_per_capita", "Vuosikate", "eur_per_capita")],
            "fct_kpi_value": [
                kpi_value("305", "annual_margin_per_capita", "2019", 30.0),
                kpi_value("305", "annual_margin_per_capita", "2020", -120.0),
                kpi_value("139", "annual_margin_per_capita", "2020", None),
            ],
            "dim_statutory_criterion": limits,
            "dim_statutory_word": [
                *words("rule", "A", "C"),
                *words("state", "condition_met", "not_met", "cannot_say", "not_applicable"),
                *words("reason", "a_limit_not_met", "all_limits_two_years", "figures_missing", "time_left"),
            ],
            "fct_statutory_state": [
                state("305", "C", "not_met", "a_limit_not_met", past=1),
                state("305", "A", "not_met", "time_left"),
                state("139", "C", "condition_met", "all_limits_two_years", past=4),
                state("615", "C", "cannot_say", "figures_missing"),
                state("043", "C", "not_applicable", "figures_missing"),
            ],
            "fct_statutory_criterion": [
                *(past_limit("305", item, item == FOUR[0]) for item in FOUR),
                *(past_limit("139", item, True) for item in FOUR),
                past_limit("615", FOUR[0], False)
                | {"value": None, "distance": None, "is_past_limit": None, "value_status": "not_available"}
                | {"is_past_limit_previous_year": None, "basis": None, "upper": 95.0}
                | texts("missing", "konsernin vuosikate (KKOTR)"),
            ],
            "fct_deficit_cover": [
                {
                    "municipality_code": "305",
                    "reference_year": 2021,
                    "accumulated_surplus_eur": -5000.0,
                    "value_status": "preliminary",
                    "basis": "own",
                    "first_deficit_year": 2019,
                    "deadline_year": 2024,
                    "latest_deadline_year": 2024,
                    "years_left": 3,
                    "state": "not_met",
                    "reason": "time_left",
                }
            ],
        },
    )
    return SnapshotStore(marts)


def painted(store: SnapshotStore, code: str, language: Language = "fi") -> str:
    page = render(economy.layout(reader_context(store, code, language)))
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def test_one_limit_passed_lights_nothing_and_is_told_in_words(store: SnapshotStore) -> None:
    page = painted(store, "305")
    assert "sign bad" not in page
    assert "sign watch" not in page
    assert "0,04 %-yks. rajan ohi" in page
    assert "79,96 %" in page
    assert "raja-arvo täyttyy tilinpäätösvuonna 1" in page


def test_a_condition_that_is_met_is_lit_with_its_words(store: SnapshotStore) -> None:
    page = painted(store, "139")
    assert page.count("sign bad") == 1
    assert "state:condition_met (tilinpäätös 2021)." in page


def test_a_deficit_tells_the_year_by_which_it_must_be_covered(store: SnapshotStore) -> None:
    page = painted(store, "305")
    assert "kattamatonta alijäämää 5 000 €. Se on katettava viimeistään vuoden 2024 tilinpäätöksessä" in page


def test_what_is_missing_is_named_with_its_template_and_bounds_are_told(store: SnapshotStore) -> None:
    page = painted(store, "615")
    assert "konsernin vuosikate (KKOTR)" in page
    assert "kuntaluotsi template group_accounts --language fi --municipality 615" in page
    assert "enintään 95,0 %" in page
    assert "sign bad" not in page


@pytest.mark.parametrize(
    ("language", "said"),
    [("fi", "Ei sovelleta (Ahvenanmaa)"), ("sv", "Tillämpas inte (Åland)"), ("en", "Not applied (Åland)")],
)
def test_aland_is_told_that_the_act_does_not_apply(
    store: SnapshotStore, language: Language, said: str
) -> None:
    page = painted(store, "043", language)
    assert said in page
    assert "state:not_applicable" not in page


def test_a_negative_margin_keeps_its_minus_and_a_missing_one_is_named(store: SnapshotStore) -> None:
    assert "Vuosikate: −120 €/as. (2020), 150 €/as. pienempi kuin vuonna 2019." in painted(store, "305")
    assert "Vuosikate: ei saatavilla." in painted(store, "139")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["305", "139", "615", "043"])
def test_every_kind_of_municipality_has_the_page_in_every_language(
    store: SnapshotStore, code: str, language: Language
) -> None:
    assert "economy-watch" in painted(store, code, language)


@pytest.mark.parametrize("dataset", ["statutory_criteria", "statutory_states", "deficit_cover"])
def test_each_table_is_a_download(store: SnapshotStore, dataset: str) -> None:
    lines = csv_text(reader_context(store, "305"), dataset).split("\r\n\r\n")[1].splitlines()
    assert lines[0].startswith("municipality_code;")
    assert lines[1].startswith("305;")


def test_a_snapshot_from_before_the_watch_says_so(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "marts", {"dim_municipality": [municipality("305", "Kuusamo")]})
    assert "ei ole tässä aineistoversiossa" in painted(SnapshotStore(tmp_path / "marts"), "305")
