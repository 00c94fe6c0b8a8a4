"""Service need on the population page: who is told of, limits and how sure they are, rates by their name."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from published_snapshot import reader_context, write_snapshot
from published_village import BASE_YEAR, YEARS, growing_village, painted, section, words

from contract.locale_formats import Language
from dashboards.components.service_need import SECTION_ID
from dashboards.components.service_need_chart import CARD_ID
from dashboards.components.service_need_events import is_so, likely_year, name, probability
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NeedEvent
from dashboards.data.store import SnapshotStore
from dashboards.downloads import csv_text

Reader = Callable[..., RequestContext]
NEED = {
    # measure: base year's number, factor a year, born share
    "day_care_age": (100.0, 0.99, 0.4),
    "day_care_children": (90.0, 0.99, 0.5),
    "grade_1": (24.0, 0.96, 0.25),
    "pupils_1_9": (200.0, 0.95, 0.75),
    "people_75_plus": (300.0, 1.01, 1.0),
}
PASSED = {
    "grade_1_below_20": (20.0, 24.0),
    "people_75_plus_up_25": (375.0, 300.0),
    "grade_1_below_40": (40.0, 24.0),
}


def village_with_needs() -> dict[str, list[dict[str, object]]]:
    """The village with service need: fewer pupils, grade 1 likely below 20 by 2025, more elderly."""
    key = {"municipality_code": "305", "scenario_id": "base", "base_year": BASE_YEAR}
    thresholds = [
        ("grade_1_below_20", "grade_1", "below", 20.0, None),
        ("people_75_plus_up_25", "people_75_plus", "at_least", None, 1.25),
        ("grade_1_below_40", "grade_1", "below", 40.0, None),
    ]
    by_then = {
        "grade_1_below_20": lambda ahead: min(0.1 * ahead, 1.0),
        "people_75_plus_up_25": lambda ahead: 0.012 * ahead,
        "grade_1_below_40": lambda _: 1.0,
    }
    return growing_village() | {
        "fct_service_need": [
            {**key, "projection_year": year, "measure": measure, "base_value": now, "born_share": born}
            | {"mean": middle, "p10": 0.9 * middle, "p50": middle, "p90": 1.1 * middle}
            for measure, (now, factor, born) in NEED.items()
            for year in YEARS
            for middle in (now * factor ** (year - BASE_YEAR),)
        ],
        "fct_service_need_event": [
            {**key, "projection_year": year, "event_id": event, "limit_value": limit, "base_value": now}
            | {"probability": 0.0, "probability_by_then": by_then[event](year - BASE_YEAR)}
            for event, (limit, now) in PASSED.items()
            for year in YEARS
        ],
        "dim_service_need_threshold": [
            {"event_id": event, "sort_order": order, "measure": measure, "side": side}
            | {"limit_value": limit, "base_factor": factor}
            | {f"rationale_{code}": f"Tavanomainen pyöreä luku ({code})." for code in ("fi", "sv", "en")}
            for order, (event, measure, side, limit, factor) in enumerate(thresholds)
        ],
        "dim_service_need_rate": [
            {"age_from": low, "age_to": high, "participation_rate": share, "reference_year": 2023}
            | {"source_fi": "Tilastokeskus, Varhaiskasvatus 2023", "source_sv": "Statistikcentralen"}
            | {"source_en": "Statistics Finland", "url": "https://stat.fi/julkaisu/x"}
            for low, high, share in ((0, 2, 0.42), (3, 5, 0.9), (6, 6, 0.81))
        ],
    }


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    marts = tmp_path_factory.mktemp("needs") / "marts"
    write_snapshot(marts, village_with_needs())
    return partial(reader_context, SnapshotStore(Path(marts)))


def told(html: str, card: str = SECTION_ID) -> str:
    return words(section(html, card)).replace("\u00a0", " ").replace("\u00ad", "")


def test_the_finding_is_the_service_that_changes_most(read: Reader) -> None:
    title = told(painted(read("305")))
    assert title.startswith(
        " 1.–9.-luokkalaisia on vuonna 2030 arviolta 108–132, 40 % vähemmän kuin vuonna 2020"
    )


def test_each_service_is_told_now_and_in_five_and_ten_years_with_who_is_born(read: Reader) -> None:
    text = told(painted(read("305")))
    assert "2025 (ei testattu) 2030 (ei testattu)" in text
    pupils = text.split("1.–9.-luokkalaisia 7–15 v.")[1].split("75 vuotta täyttäneitä")[0]
    assert re.findall(r"\d+–\d+", pupils) == ["139–170", "108–132"]
    assert pupils.count("jo syntyneitä 75 %") == 2
    elderly = text.split("75 vuotta täyttäneitä 75+")[1].split("”Jo syntyneitä”")[0]
    assert "syntyneitä" not in elderly


def test_participation_is_named_with_its_ages_year_and_publisher(read: Reader) -> None:
    html = painted(read("305"))
    text = told(html)
    assert "jos osallistutaan kuten koko maassa 2023" in text
    assert "31.12.2023 (0–2-vuotiaat 42 %; 3–5-vuotiaat 90 %; 6-vuotiaat 81 %)" in text
    assert "Osallistumisaste: Tilastokeskus, Varhaiskasvatus 2023" in text
    assert 'href="https://stat.fi/julkaisu/x"' in section(html, SECTION_ID)


def test_limits_are_told_with_the_year_by_which_they_are_likely_passed(read: Reader) -> None:
    text = told(painted(read("305")))
    assert "Koulun aloittavia alle 20 : todennäköisesti viimeistään vuonna 2025: todennäköisyys 50 %." in text
    assert "Koulun aloittavia alle 40 : on jo näin: vuonna 2020 heitä oli 24." in text
    assert (
        "75 vuotta täyttäneitä vähintään 25 % enemmän kuin vuonna 2020 (vähintään 375) : mahdollista" in text
    )
    assert "Tavanomainen pyöreä luku (fi)." in text


def test_schools_and_places_are_told_where_the_municipality_has_given_registers(
    read: Reader, tmp_path: Path
) -> None:
    unit = {
        "municipality_code": "305",
        "scenario_id": "base",
        "base_year": BASE_YEAR,
        "projection_year": 2025,
    }
    rows = [
        {**unit, "unit_type": "day_care", "unit_code": "all", "unit_name": "", "measure": "children"}
        | {"mean": 103.4, "p10": 97.0, "p50": 103.0, "p90": 110.0}
        | {"limit_value": 105.0, "probability": 0.3, "probability_by_then": 0.4},
        {**unit, "unit_type": "school", "unit_code": "77", "unit_name": "Rukan koulu", "measure": "classes"}
        | {"mean": 6.5, "p10": 6.0, "p50": 6.0, "p90": 7.0},
        {**unit, "unit_type": "school", "unit_code": "78", "unit_name": "Vanha koulu", "measure": "classes"}
        | {"mean": 1.0, "p10": 1.0, "p50": 1.0, "p90": 1.0},
    ]
    write_snapshot(tmp_path / "marts", village_with_needs() | {"fct_service_need_unit": rows})
    context = reader_context(SnapshotStore(tmp_path / "marts"), "305")
    before, text = told(painted(context)).split("kunnan omien tietojen mukaan")
    assert "Luokkien määrää ei kerrota" in told(painted(read("305")))
    assert "Luokkien määrää ei kerrota" not in before
    assert "Vanha koulu Luokkia 1 odotus 1,0" in text
    assert "Varhaiskasvatus yhteensä Lapsia 97–110 odotus 103 – yli 105 paikkaa 40 %" in text
    assert "Rukan koulu Luokkia 6–7 odotus 6,5 – – –" in text
    assert "Rukan koulu;classes;2025;6,5;6;7;;" in csv_text(context, "service_need_units")


def event(side: str, base: float, limit: float, *shares: float) -> NeedEvent:
    by_then = {2021 + k: share for k, share in enumerate(shares)}
    return NeedEvent("x", "grade_1", side, None, "", "", "", 2020, base, limit, by_then)


@pytest.mark.parametrize(
    ("side", "base", "limit", "so"),
    [
        ("below", 19, 20, True),
        ("below", 20, 20, False),
        ("at_least", 25, 25, True),
        ("at_most", 81, 80, False),
    ],
)
def test_what_is_past_its_limit_already_is_said_so(side: str, base: float, limit: float, so: bool) -> None:
    assert is_so(event(side, base, limit, 0.0)) is so


def test_a_limit_is_likely_passed_in_the_first_year_at_even_odds() -> None:
    assert likely_year(event("below", 25, 20, 0.2, 0.5, 0.6)) == 2022
    assert likely_year(event("below", 25, 20, 0.2, 0.4, 0.49)) is None


def test_probabilities_that_draws_cannot_tell_from_certainty_have_no_number(read: Reader) -> None:
    context = read("305")
    said = [probability(share, context).replace("\u00a0", " ") for share in (0.001, 0.7, 0.999)]
    assert said == ["alle 2 %", "70 %", "yli 98 %"]


def test_a_limit_between_whole_people_is_told_as_the_first_whole_number_past_it(read: Reader) -> None:
    context = read("305")
    more = event("at_least", 301, 376.25, 0.0)
    fewer = event("at_most", 24, 19.2, 0.0)
    assert "(vähintään 377)" in name(more, context)
    assert "(enintään 19)" in name(fewer, context)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [("people_75_plus", "75 vuotta täyttäneitä"), ("x<b>", "1.–9.-luokkalaisia"), ("", "1.–9.-")],
)
def test_the_address_chooses_the_service_that_is_drawn(read: Reader, asked: str, shown: str) -> None:
    html = painted(read("305", palvelu=asked))
    card = section(html, CARD_ID)
    assert told(html, CARD_ID).strip().startswith(shown)
    chosen = re.findall(r'aria-current="true"[^>]*>([^<]+)<', card)
    assert [text.startswith(shown[:6]) for text in chosen] == [True]
    assert ("Osoitteen valintaa" in card) == asked.startswith("x")


@pytest.mark.parametrize(
    ("language", "heading", "limit"),
    [
        ("sv", "Elever i årskurs 1–9 beräknas år 2030 vara", "Skolnybörjare färre än 20"),
        ("en", "Pupils of grades 1–9: an estimated", "School starters: fewer than 20"),
    ],
)
def test_other_languages_say_the_same(read: Reader, language: Language, heading: str, limit: str) -> None:
    text = told(painted(read("305", language)))
    assert heading in text
    assert limit in text


def test_a_snapshot_without_service_need_says_when_it_comes(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "marts", growing_village())
    text = told(painted(reader_context(SnapshotStore(tmp_path / "marts"), "305")))
    assert "Se tulee, kun ennuste lasketaan seuraavan kerran." in text


def test_what_is_shown_can_be_downloaded(read: Reader) -> None:
    need = csv_text(read("305"), "service_need")
    assert "305;Kuusamo;grade_1;2020;2021;24;20,736;23,04;25,344;0,25" in need
    events = csv_text(read("305"), "service_need_events")
    assert "base;2020;2027;grade_1_below_20;grade_1;below;24;20;0;0,7" in events
