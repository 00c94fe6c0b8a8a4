"""Scenarios on the population page: off until chosen, chosen in the address, never without their band."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from dash import dcc
from published_snapshot import reader_context, scenario, write_snapshot
from published_village import YEARS, growing_village, painted, section, words

from contract.locale_formats import Language
from dashboards.components.population_scenarios import CHOOSER_ID
from dashboards.components.population_trend import CARD_ID as TREND_ID
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import population
from dashboards.theme import LIGHT

Reader = Callable[..., RequestContext]
NAMES = {"no_migration": "Ei muuttoliikettä", "low_births": "Syntyvyys laskee"}


NUMBERS = ("mean", "p10", "p50", "p90")


def village_with_scenarios() -> dict[str, list[dict[str, Any]]]:
    """The village, two scenarios of it and a third that nobody has projected."""
    tables: dict[str, list[dict[str, Any]]] = growing_village()
    totals = [row for row in tables["fct_projection"] if row["scheme"] == "total"]
    for step, scenario_id in enumerate(NAMES, start=1):
        tables["fct_projection"] += [
            {**row, "scenario_id": scenario_id} | {name: row[name] + 100.0 * step for name in NUMBERS}
            for row in totals
        ]
    return tables | {
        "dim_scenario": [
            scenario("base", "Perusura", 0),
            scenario("low_births", NAMES["low_births"], 20),
            scenario("no_migration", NAMES["no_migration"], 10),
            scenario("high_births", "Syntyvyys elpyy", 30),
        ]
    }


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    marts = tmp_path_factory.mktemp("scenarios") / "marts"
    write_snapshot(marts, village_with_scenarios())
    return partial(reader_context, SnapshotStore(Path(marts)))


def card(context: RequestContext) -> str:
    return section(painted(context), TREND_ID)


def switches(context: RequestContext) -> dict[str, tuple[str, bool]]:
    """Address and state of every switch by its name."""
    found = re.findall(r'<a ([^>]*class="switch"[^>]*)>([^<]*)</a>', card(context))
    return {
        name: (unescape(re.findall('href="([^"]*)"', attributes)[0]), "aria-current" in attributes)
        for attributes, name in found
    }


def trend_of(context: RequestContext) -> dict[str, list[dict[str, dict[str, str]]]]:
    graphs = [node for node in population.layout(context)._traverse() if isinstance(node, dcc.Graph)]
    return next(graph.figure for graph in graphs if graph.id == f"{TREND_ID}-graph")


def lines_of_scenarios(context: RequestContext) -> int:
    return sum(trace["line"]["color"] == LIGHT.scenario for trace in trend_of(context)["data"])


def test_no_scenario_is_drawn_until_one_is_chosen(read: Reader) -> None:
    assert lines_of_scenarios(read("305")) == 0
    assert {name: on for name, (_, on) in switches(read("305")).items()} == dict.fromkeys(
        ["Ei muuttoliikettä", "Syntyvyys laskee"], False
    )


def test_the_switches_stand_in_the_order_of_the_menu(read: Reader) -> None:
    assert list(switches(read("305"))) == ["Ei muuttoliikettä", "Syntyvyys laskee"]


def test_a_switch_adds_or_takes_away_its_scenario_and_keeps_the_other_choices(read: Reader) -> None:
    chosen = switches(read("305", vuosi="2035", skenaario="low_births"))
    added, taken = (parse_qs(urlsplit(chosen[name][0]).query) for name in NAMES.values())
    assert added["skenaario"] == ["no_migration,low_births"]
    assert "skenaario" not in taken
    assert added["vuosi"] == taken["vuosi"] == ["2035"]
    assert urlsplit(chosen["Ei muuttoliikettä"][0]).fragment == CHOOSER_ID
    assert [on for _, on in chosen.values()] == [False, True]


def test_choosing_a_year_keeps_the_scenarios(read: Reader) -> None:
    links = re.findall(r'href="([^"]*vuosi=2035[^"]*)"', painted(read("305", skenaario="low_births")))
    assert links
    assert all("skenaario=low_births" in link for link in links)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "fi",
            "niiden 80 %:n välit vuonna 2040: Ei muuttoliikettä 1 460–1 480; Syntyvyys laskee 1 560–1 580",
        ),
        ("sv", "deras 80 %-intervall år 2040: Ei muuttoliikettä 1 460–1 480; Syntyvyys laskee 1 560–1 580"),
        ("en", "their 80% bands in 2040: Ei muuttoliikettä 1,460–1,480; Syntyvyys laskee 1,560–1,580"),
    ],
)
def test_each_scenario_comes_with_its_own_band_and_its_reasons(
    read: Reader, language: Language, said: str
) -> None:
    context = read("305", language, skenaario="low_births,no_migration")
    text = words(card(context)).replace("\u00a0", " ")
    assert lines_of_scenarios(context) == 2
    assert said in text
    assert "Ei muuttoliikettä: Ei muuttoliikettä, koska." in text
    assert re.search(r"(ero|skillnad|difference) \+200\)", text)
    row = text.split(f" {YEARS[-1]} – ")[1]
    estimates = re.sub(r" \(\w+ \w+\)", "", row.replace(",", " "))
    assert estimates.startswith("1 368 1 358–1 378 1 468 1 458–1 478 1 568 1 558–1 578")


def test_each_scenario_drawn_can_be_downloaded(read: Reader) -> None:
    html = card(read("305", skenaario="low_births"))
    assert 'href="/csv/projection?kunta=305&amp;kieli=fi&amp;jako=total&amp;skenaario=low_births"' in html


def test_the_base_fan_stays_when_scenarios_are_shown(read: Reader) -> None:
    plain, shown = (trend_of(read("305", **choice)) for choice in ({}, {"skenaario": "low_births"}))
    fans = [[t for t in figure["data"] if t.get("fill") == "tonexty"] for figure in (plain, shown)]
    assert fans[0] == fans[1]
    assert len(fans[0]) == 1


@pytest.mark.parametrize("asked", ["moon", "high_births", "<b>,low_births"])
def test_an_unknown_scenario_in_the_address_is_named(read: Reader, asked: str) -> None:
    html = card(read("305", skenaario=asked))
    assert "Osoitteen valintaa" in html
    assert "<b>" not in html.split("Osoitteen valintaa")[1].split("</p>")[0]
    assert lines_of_scenarios(read("305", skenaario=asked)) == ("low_births" in asked)


def test_without_scenarios_the_page_says_so(tmp_path: Path) -> None:
    write_snapshot(tmp_path / "marts", growing_village())
    text = words(card(reader_context(SnapshotStore(tmp_path / "marts"), "305")))
    assert "Vaihtoehtoisia laskelmia ei ole tässä aineistossa" in text
