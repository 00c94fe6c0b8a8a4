"""The scenario desk: what an address asks for, what of it is of no use, what is said without a forecast."""

from __future__ import annotations

from pathlib import Path

import pytest
from published_snapshot import reader_context, write_snapshot
from published_village import growing_village

from contract.scenario_files import menu
from dashboards.components.desk_answer import asked_for, day_care_rates, scenarios_offered
from dashboards.components.desk_beside import asked_beside, kept
from dashboards.components.desk_form import decimals, value_words
from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import Participation
from dashboards.data.store import SnapshotStore
from dashboards.downloads import BadDownload, csv_text
from dashboards.pages import scenarios
from dashboards.pages.scenarios import asked_context


@pytest.fixture
def store(tmp_path: Path) -> SnapshotStore:
    write_snapshot(tmp_path, growing_village())
    return SnapshotStore(tmp_path)


def asking(store: SnapshotStore, **params: str) -> RequestContext:
    return reader_context(store, "305", "fi", **params)


def test_every_built_in_scenario_but_the_base_is_offered() -> None:
    assert {entry.id for entry in scenarios_offered("fi")} == {entry.id for entry in menu("fi")} - {"base"}


def test_an_address_chooses_the_scenario_and_its_values(store: SnapshotStore) -> None:
    asked = asked_for(asking(store, skenaario="new_housing", dwellings_per_year="35", dwelling_type="row"))
    assert asked.entry.id == "new_housing"
    assert asked.values["dwellings_per_year"] == 35
    assert asked.values["dwelling_type"] == "row"
    assert asked.values["starts"] == 2, "what the address leaves out has its default"
    assert asked.wrong == ()
    assert asked.scenario("305").areas == ("305",)


def test_a_scenario_of_the_whole_country_acts_on_all_of_it(store: SnapshotStore) -> None:
    assert asked_for(asking(store, skenaario="low_births")).scenario("305").areas is None


@pytest.mark.parametrize("given", ["9", "-1", "nan", "inf", "paljon", "1,2", ""])
def test_a_value_that_cannot_be_is_told_and_replaced_by_the_default(store: SnapshotStore, given: str) -> None:
    asked = asked_for(asking(store, skenaario="more_in_migration", factor=given))
    assert asked.values["factor"] == 1.15
    assert [(item.slider.name, item.given) for item in asked.wrong] == [("factor", given)]


def test_a_value_between_two_steps_becomes_the_nearest(store: SnapshotStore) -> None:
    assert asked_for(asking(store, skenaario="more_in_migration", factor="1.22")).values["factor"] == 1.2


def test_an_unknown_scenario_is_told(store: SnapshotStore) -> None:
    asked = asked_for(asking(store, skenaario="kultaryntays"))
    assert asked.unknown_scenario == "kultaryntays"
    assert asked.entry.id == "more_in_migration"


def test_controls_speak_the_readers_language(store: SnapshotStore) -> None:
    sliders = {slider.name: slider for slider in asked_for(asking(store)).entry.sliders}
    assert decimals(sliders["factor"]) == 2
    assert decimals(sliders["years"]) == 0
    assert value_words(asking(store), sliders["factor"], 1.15) == "1,15 kertaa perusura"
    assert (
        value_words(asking(store), sliders["kept"], 0.75).replace("\u202f", " ").replace("\xa0", " ")
        == "75 %"
    )


def test_the_alternative_kept_beside_comes_back_from_its_own_text(store: SnapshotStore) -> None:
    asked = asked_for(asking(store, skenaario="new_housing", dwellings_per_year="35", dwelling_type="row"))
    again = asked_beside(asking(store, skenaario="low_births", rinnalla=kept(asked)))
    assert again is not None
    assert (again.entry.id, again.values) == (asked.entry.id, asked.values)


@pytest.mark.parametrize("given", ["", "kultaryntays", "new_housing~dwellings_per_year:-9", "~~:::"])
def test_an_alternative_that_cannot_be_is_not_kept_beside(store: SnapshotStore, given: str) -> None:
    assert asked_beside(asking(store, rinnalla=given)) is None


def test_participation_is_spread_over_single_ages() -> None:
    groups = [Participation(0, 2, 0.4, 2023, "", "", "", ""), Participation(3, 5, 0.9, 2023, "", "", "", "")]
    assert day_care_rates(groups) == (0.4, 0.4, 0.4, 0.9, 0.9, 0.9, 0.0)


def test_without_the_nights_draws_the_page_says_so_and_what_to_do(store: SnapshotStore) -> None:
    text = render(scenarios.layout(asking(store)))
    assert "ennustetta ei ole" in text
    assert "kuntaluotsi refresh" in text
    with pytest.raises(BadDownload, match="305 has no forecast"):
        csv_text(asking(store), "what_if")


def test_a_form_becomes_the_request_it_makes(store: SnapshotStore) -> None:
    context = asked_context(store, "kunta=305&kieli=sv&skenaario=new_housing&starts=3")
    assert context is not None
    assert (context.municipality_code, context.language) == ("305", "sv")
    assert dict(context.params) == {"skenaario": "new_housing", "starts": "3"}


@pytest.mark.parametrize(
    "query",
    [
        None,
        5,
        "",
        "kunta=305",
        "kunta=305&kieli=de",
        "kunta=999&kieli=fi",
        "kunta=305&kieli=fi&x=" + "1" * 5000,
    ],
)
def test_what_no_form_can_send_is_not_answered(store: SnapshotStore, query: object) -> None:
    assert asked_context(store, query) is None
