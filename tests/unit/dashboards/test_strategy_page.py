"""The strategy page leads with what is seen and lights nothing by chance; the unsaid has a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from published_snapshot import kpi, kpi_value, municipality, reader_context, write_snapshot

from contract.locale_formats import LANGUAGES, Language
from dashboards.components.first_paint import render
from dashboards.data.store import SnapshotStore
from dashboards.pages import strategy

PERIOD = {"period_type": "year", "period": "2020", "period_end": date(2020, 12, 31)}
WORDS = {
    "progress_state": ("reached", "on_track", "behind", "cannot_say"),
    "progress_rule": ("behind_the_line",),
    "progress_reason": ("no_target", "no_target_year", "no_value"),
    "criterion": ("target", "criterion", "rank"),
    "basis": ("people", "interval"),
    "light_state": ("good", "attention", "poor", "no_light", "cannot_say"),
    "light_reason": ("best_quarter", "limit_not_cleared", "interval_covers_a_limit", "context_only"),
}


def word_rows() -> list[dict[str, object]]:
    return [
        {"kind": kind, "code": code, **{f"text_{language}": f"{kind}:{code}" for language in LANGUAGES}}
        for kind, codes in WORDS.items()
        for code in codes
    ]


def goal(code: str, measure: str = "", **more: object) -> dict[str, object]:
    """A row of dim_goal as read from a municipality's pages."""
    return {
        "municipality_code": "305",
        "strategy_name": "Kuusamon strategia",
        "theme_name": "Elinvoima",
        "theme_name_sv": "Livskraft",
        "goal_code": code,
        "goal_name": f"Tavoite {code}",
        "measure_code": measure,
        "publisher": "Kuusamon kaupunki",
        "source_title": "Strategia",
        "source_url": "https://www.kuusamo.fi/strategia",
        "retrieved_on": date(2026, 11, 20),
        **more,
    }


def progress(code: str, measure: str, state: str, **more: object) -> dict[str, object]:
    return {
        "municipality_code": "305",
        "goal_code": code,
        "measure_code": measure,
        "is_newest": True,
        "state": state,
        **PERIOD,
        **more,
    }


def light(
    code: str, kpi_id: str, criterion: str, state: str, reason: str, **more: object
) -> dict[str, object]:
    return {
        "municipality_code": code,
        "kpi_id": kpi_id,
        "criterion": criterion,
        "state": state,
        "reason": reason,
        "basis": "people",
        "value": 70.0,
        "lower": 68.5,
        "upper": 71.5,
        **PERIOD,
        **more,
    }


TABLES = {
    "dim_municipality": [municipality("305", "Kuusamo", 15213.0), municipality("139", "Ii", 9900.0)],
    "dim_kpi": [
        kpi("employment_rate", "Työllisyysaste", "pct", decimals=1, direction="higher"),
        kpi("population", "Väkiluku"),
    ],
    "fct_kpi_value": [
        kpi_value("305", "employment_rate", "2019", 69.0),
        kpi_value("305", "employment_rate", "2020", 70.0),
    ],
    "dim_goal_word": word_rows(),
    "dim_goal": [
        goal("10", "a", measure_name="Kymmenes", theme_name="Arki", theme_name_sv=None),
        goal("2", "a", measure_name="Työllisten osuus", kpi_id="employment_rate", target_value=75.0),
        goal("2", "b", measure_name="Kuntabarometri"),
        goal("2", "c", measure_name="Imagotutkimus"),
        goal("2.1", action="Yhteistyö jatkuu."),
    ],
    "fct_goal_progress": [
        progress(
            "2", "a", "cannot_say", reason="no_target_year", value=70.0, lower=68.5, upper=71.5
        ),
        progress("2", "b", "cannot_say", reason="no_target"),
        progress("2", "c", "cannot_say", reason="no_target"),
        progress("10", "a", "cannot_say", reason="no_target"),
    ],
    "fct_kpi_light": [
        light("305", "employment_rate", "rank", "good", "best_quarter"),
        light("305", "employment_rate", "criterion", "cannot_say", "interval_covers_a_limit"),
        light("305", "population", "rank", "no_light", "context_only"),
        light("139", "employment_rate", "criterion", "cannot_say", "interval_covers_a_limit"),
    ],
}  # fmt: skip


def painted(store: SnapshotStore, code: str, language: Language = "fi") -> str:
    page = render(strategy.layout(reader_context(store, code, language)))
    return page.replace("\u00a0", " ").replace("\u202f", " ")


def with_tables(path: Path, **changed: list[dict[str, object]]) -> SnapshotStore:
    write_snapshot(path / "marts", {**TABLES, **changed})
    return SnapshotStore(path / "marts")


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    return with_tables(tmp_path)


def test_figure_change_and_light_come_before_the_goals_of_which_nothing_can_be_said(
    store: SnapshotStore,
) -> None:
    page = painted(store, "305")
    seen, tree = page.index("Mitä mittareista nähdään nyt"), page.index("Elinvoima")
    first = page[seen:tree]
    assert seen < tree
    assert "70,0 %" in first
    assert "vuodesta 2019" in first
    assert "criterion:rank" in first
    assert "light_reason:best_quarter" in first
    assert "Yhdenkään mittarin etenemistä ei voida vielä arvioida." in page


def test_a_state_that_cannot_be_said_has_no_colour_and_has_its_reason_once(store: SnapshotStore) -> None:
    page = painted(store, "305")
    tree = page[page.index("Elinvoima") : page.index("Mistä tavoitteet ovat peräisin")]
    assert not any(f"sign {colour}" in tree for colour in ("good", "watch", "bad"))
    assert tree.count("progress_reason:no_target_year") == 1
    assert "Tavoite: 75,0 (vuotta ei annettu)" in tree
    elinvoima = tree[: tree.index("Arki")].replace("progress_reason:no_target_year", "")
    assert elinvoima.count("progress_reason:no_target") == 1
    assert "Kuntabarometri" in elinvoima
    assert "Imagotutkimus" in elinvoima


def test_a_measure_that_is_behind_is_lit_with_its_rule(tmp_path: Path) -> None:
    behind = progress(
        "2", "a", "behind", decided_by="behind_the_line", value=70.0, lower=68.5, upper=71.5
    )  # fmt: skip
    page = painted(with_tables(tmp_path, fct_goal_progress=[behind]), "305")
    tree = page[page.index("Elinvoima") : page.index("Mistä tavoitteet ovat peräisin")]
    assert tree.count("sign watch") == 1
    assert "progress_rule:behind_the_line" in tree
    assert "68,5–71,5 · 2020" in tree
    assert "Yhdenkään mittarin" not in page


def test_goals_follow_their_numbers_and_each_theme_is_one_heading(store: SnapshotStore) -> None:
    page = painted(store, "305")
    assert page.index("Tavoite 2") < page.index("Tavoite 2.1") < page.index("Tavoite 10")
    assert page.count("<h2>Elinvoima</h2>") == 1
    assert "Toimenpiteet: Yhteistyö jatkuu." in page
    assert "Tavoitteelle ei ole annettu mittaria." in page


def test_goals_read_from_public_pages_are_linked_to_them_and_can_be_replaced(store: SnapshotStore) -> None:
    page = painted(store, "305")
    assert 'href="https://www.kuusamo.fi/strategia"' in page
    assert "Kuusamon kaupunki: Strategia (luettu 20.11.2026)" in page
    assert "kuntaluotsi template strategy_goals --language fi --municipality 305" in page


def test_goals_that_the_municipality_handed_in_are_said_to_be_its_own(tmp_path: Path) -> None:
    handed_in = [goal("1", "a", measure_name="Oma mittari", source_url=None)]
    page = painted(with_tables(tmp_path, dim_goal=handed_in, fct_goal_progress=[]), "305")
    assert "Kunta on itse toimittanut tavoitteet." in page
    assert "progress_reason:no_value" in page


def test_a_light_tells_what_it_is_given_by_and_circumstances_have_none(store: SnapshotStore) -> None:
    page = painted(store, "305")
    lights = page[page.index("Tunnuslukujen valot") :]
    lit, unlit = lights.split("Ilman valoa ja miksi (1)")
    assert lit.count("sign good") == 1
    assert "criterion:rank" in lit
    assert "68,5–71,5 · 2020" in lit
    assert "light_reason:interval_covers_a_limit" in unlit
    assert "context_only" not in lights


def test_a_municipality_without_goals_gets_the_template_and_nothing_is_lit_by_chance(
    store: SnapshotStore,
) -> None:
    page = painted(store, "139")
    assert "Ii: strategia ja tavoitteet" in page
    assert "kuntaluotsi template strategy_goals --language fi --municipality 139" in page
    assert "Millään tunnusluvulla ei ole valoa" in page
    assert "light_reason:interval_covers_a_limit" in page
    assert not any(f"sign {colour}" in page for colour in ("good", "watch", "bad"))


def test_texts_without_a_translation_stand_as_the_municipality_wrote_them(store: SnapshotStore) -> None:
    page = painted(store, "305", "sv")
    assert "<h2>Livskraft</h2>" in page
    assert "<h2>Arki</h2>" in page


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ["305", "139"])
def test_the_page_is_there_in_every_language(store: SnapshotStore, code: str, language: Language) -> None:
    assert "kuntaluotsi template strategy_goals" in painted(store, code, language)
