"""The population page: findings within what the forecast knows, years from the address, gaps that say why."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path

import plotly.graph_objects as go
import pytest
from dash import dcc, html
from published_snapshot import reader_context, write_snapshot
from published_village import BASE_YEAR, growing_village, painted, section, words

from contract.locale_formats import Language
from contract.narrative import GroupOutlook
from dashboards.components.first_paint import render
from dashboards.components.population_ages import GROUPS_ID, HORIZONS_ID, PYRAMID_ID
from dashboards.components.population_change import CARD_ID as CHANGE_ID
from dashboards.components.population_outlook import born, direction
from dashboards.components.population_trend import CARD_ID as TREND_ID
from dashboards.components.population_trend import trend_card
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import population

Reader = Callable[..., RequestContext]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> Reader:
    marts = tmp_path_factory.mktemp("village") / "marts"
    write_snapshot(marts, growing_village())
    return partial(reader_context, SnapshotStore(Path(marts)))


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "Kuusamon väestö"), ("sv", "Befolkningen i Kuusamo"), ("en", "Population of Kuusamo")],
)
def test_the_heading_names_the_municipality(read: Reader, language: Language, expected: str) -> None:
    assert f"<h1>{expected}</h1>" in painted(read("305", language))


def test_the_lead_tells_the_change_so_far_and_the_group_that_changes_most(read: Reader) -> None:
    lead = words(painted(read("305")).split('class="lead">')[1].split("</p>")[0])
    assert "Kuusamossa oli vuoden 2020 lopussa 1 520 asukasta" in lead
    assert "7–12-vuotiaita on vuonna 2030 arviolta 740–760, 25 % vähemmän kuin vuonna 2020." in lead


def test_every_forecast_names_its_band_and_base_year(read: Reader) -> None:
    html = painted(read("305"))
    for card in (TREND_ID, PYRAMID_ID, GROUPS_ID, HORIZONS_ID):
        text = words(section(html, card)).replace("\u00a0", " ")
        assert "80 %:n väli" in text
        assert "perusvuosi 2020" in text


def test_the_trend_tells_the_band_and_todays_number(read: Reader) -> None:
    title = words(section(painted(read("305")), TREND_ID))
    assert "Väki vähenee: vuonna 2040 asukkaita on arviolta 1 360–1 380, vuonna 2020 heitä oli 1 520" in title
    assert "Tilastokeskuksen ennusteesta 2024 ovat mukana vain vuodet 2024, 2035 (◇)." in title


def test_groups_within_their_band_are_unchanged() -> None:
    within = GroupOutlook(13, 15, 2020, 2030, now=500, low=480, middle=495, high=510)
    above = GroupOutlook(13, 15, 2020, 2030, now=500, low=520, middle=530, high=540)
    assert direction(within) == "same"
    assert direction(above) == "up"


@pytest.mark.parametrize(
    ("age_from", "age_to", "year", "expected"),
    [
        (7, 12, 2027, "born"),
        (7, 12, 2028, "partly"),
        (7, 12, 2032, "partly"),
        (7, 12, 2033, "unborn"),
        (0, 0, 2021, "unborn"),
        (85, 100, 2040, "born"),
        (0, 100, 2130, "partly"),
    ],
)
def test_who_has_been_born_by_the_base_year(age_from: int, age_to: int, year: int, expected: str) -> None:
    assert born(GroupOutlook(age_from, age_to, 2020, year, 1, 1, 1, 1)) == expected


def test_the_table_shows_five_ten_and_twenty_years_with_who_is_born(read: Reader) -> None:
    table = words(section(painted(read("305")), HORIZONS_ID))
    assert all(f"ennuste {year}" in table for year in (2025, 2030, 2040))
    pupils = table.split("7–12-vuotiaat")[1].split("13–15-vuotiaat")[0]
    assert re.findall("osin syntyneet|syntyneet|syntymättömät", pupils) == [
        "syntyneet",
        "osin syntyneet",
        "syntymättömät",
    ]


@pytest.mark.parametrize(
    ("asked", "shown"), [("2027", "2027"), ("2035", "2035"), ("2090", "2030"), ("<b>", "2030"), ("", "2030")]
)
def test_the_year_comes_from_the_address_and_is_ten_years_on_otherwise(
    read: Reader, asked: str, shown: str
) -> None:
    html = painted(read("305", vuosi=asked))
    links = re.findall("<a [^>]*>", html)
    chosen = [link for link in links if 'aria-current="true"' in link]
    assert [re.findall(r"vuosi=(\d+)", link) for link in chosen] == [[shown]]
    assert f"ääriviiva ennuste {shown}" in words(html)
    assert ("Osoitteen valintaa" in html) == (asked not in ("", shown))


def test_stepping_stops_at_the_ends_of_the_forecast(read: Reader) -> None:
    assert "Seuraava vuosi" not in painted(read("305", vuosi="2040"))
    assert 'aria-label="Edellinen vuosi: 2039"' in painted(read("305", vuosi="2040"))


def test_all_years_of_the_pyramid_share_a_scale(read: Reader) -> None:
    ranges = {_pyramid_range(read("305", vuosi=str(year))) for year in (2021, 2040)}
    assert len(ranges) == 1
    assert ranges.pop() > 900 + 2040


def _pyramid_range(context: RequestContext) -> float:
    graphs = {graph.id: graph for graph in drawn(context)}
    return float(graphs[f"{PYRAMID_ID}-graph"].figure["layout"]["xaxis"]["range"][1])


def drawn(context: RequestContext) -> list[dcc.Graph]:
    return [node for node in population.layout(context)._traverse() if isinstance(node, dcc.Graph)]


def test_plotly_knows_everything_that_is_drawn(read: Reader) -> None:
    graphs = drawn(read("305"))
    assert len(graphs) == 3 + 3
    for graph in graphs:
        assert isinstance(graph.figure, dict)
        assert go.Figure(graph.figure).data


def test_components_are_told_in_persons_with_the_range_of_chance(read: Reader) -> None:
    text = words(section(painted(read("305")), CHANGE_ID))
    assert (
        "Väkiluvun muutos vuonna 2020: +10; selvimmin sattumasta erottuu luonnollinen väestönlisäys, −6"
        in text
    )
    assert "−6 (−11…−2)" in text
    assert "+3 (−2…8)" in text
    assert "16 (9–26)" in text
    assert "16\u00a0henkilöä vuonna 2020, ennallaan vuodesta 2019" in text.replace(
        "16 henkilöä", "16\u00a0henkilöä"
    )


def test_an_old_population_carries_its_age_in_words(read: Reader) -> None:
    context = read("305")
    assert '<span class="chip">vuoden 2020 tieto</span>' in painted(context)
    assert 'class="chip"' not in painted(replace(context, today=date(2021, 4, 1)))


def test_the_table_of_horizons_can_be_downloaded(read: Reader) -> None:
    assert 'href="/csv/projection?' in section(painted(read("305")), HORIZONS_ID)


def test_a_direction_that_the_forecast_does_not_know_is_called_uncertain(read: Reader) -> None:
    total = GroupOutlook(0, None, BASE_YEAR, 2040, now=1520.0, low=1400.0, middle=1560.0, high=1700.0)
    title = text_of(trend_card(read("305"), {2040: total}))
    assert "Väkiluvun suunta on epävarma: vuonna 2040 asukkaita on arviolta 1 400" in title


def text_of(component: html.Section | None) -> str:
    return words(render(component))


def test_every_chart_has_its_table_downloads_and_source(read: Reader) -> None:
    html = painted(read("305"))
    for card in (TREND_ID, PYRAMID_ID, GROUPS_ID, CHANGE_ID):
        text = section(html, card)
        assert "<table>" in text
        assert 'href="/csv/' in text
        assert "<button" in text
        assert re.search(r"taulukko 11(re|ae)", text)


def test_every_chart_can_be_saved_as_a_picture_that_stands_alone(read: Reader) -> None:
    context = read("305")
    nodes = list(population.layout(context)._traverse())
    buttons = {vars(node)["data-graph"]: vars(node) for node in nodes if isinstance(node, html.Button)}
    assert sorted(buttons) == sorted(graph.id for graph in drawn(context))
    pyramid = buttons[f"{PYRAMID_ID}-graph"]
    assert pyramid["data-title"].startswith("0–14-vuotiaita on vuonna 2030 arviolta")
    assert pyramid["data-subtitle"].startswith("Kuusamo. Henkilöitä ikävuosittain")
    assert re.fullmatch(
        r"Lähde: Tilastokeskus, taulukko 11re \([\d.]+\).* · Kuntaluotsi", pyramid["data-below"]
    )
    assert pyramid["data-file"] == f"{PYRAMID_ID}-graph_305_fi"


def test_places_are_kept_for_the_pictures(read: Reader) -> None:
    heights = re.findall(r'class="place" style="height: (\d+)px"', painted(read("305")))
    assert len(heights) == 3 + 3
    assert min(map(int, heights)) >= 100


def test_without_ages_the_page_says_what_is_missing_and_what_to_do(read: Reader) -> None:
    html = painted(read("091"))
    assert "Väestötiedot iän mukaan puuttuvat" in html
    assert "kuntaluotsi refresh --from live" in html
    assert 'class="chart"' not in html


def test_a_municipality_without_forecast_shows_what_there_is(reader: Reader) -> None:
    html = painted(reader("832"))
    assert "Asukkaita oli 3\u202f916 vuoden 2020 lopussa" in html
    assert "ennuste alkaa" not in html
