"""Past accuracy: words that never claim more than the cases bear, shelf life, and what is not tested."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dash import dcc
from published_snapshot import backtest_score, looked_back, reader_context, write_snapshot
from published_village import growing_village, painted, section, words

from contract.locale_formats import Language
from dashboards.components.population_accuracy import SECTION_ID
from dashboards.components.population_trend import CARD_ID as TREND_ID
from dashboards.components.tested_horizons import how_tested
from dashboards.context import RequestContext
from dashboards.data.backtest import size_bounds, size_class_of, size_classes
from dashboards.data.store import SnapshotStore
from dashboards.pages import population

Published = Callable[..., RequestContext]
VILLAGE = "0-1999"


@pytest.fixture
def publish(tmp_path: Path) -> Published:
    """A function that publishes the village with other tables and gives the context of its page."""

    def written(
        language: Language = "fi", params: dict[str, str] | None = None, **tables: Any
    ) -> RequestContext:
        write_snapshot(tmp_path / "marts", {**growing_village(), **tables})
        return reader_context(SnapshotStore(tmp_path / "marts"), "305", language, **(params or {}))

    return written


def looked(*base_years: int, horizon: int, ours: float = 98.0, trend: float = 97.0) -> list[dict[str, Any]]:
    return [
        row
        for base_year in base_years
        for row in looked_back(
            "305", base_year, horizon, 1520.0, 1000.0, kuntaluotsi=10 * ours, trend=10 * trend
        )
    ]


def within(horizons: dict[int, float], **more: Any) -> list[dict[str, Any]]:
    """Shares within ±10 % in municipalities of the village's size."""
    about = {"size_class": VILLAGE, "measure": "within_10", **more}
    return [
        backtest_score("municipal totals", horizon, value, **about) for horizon, value in horizons.items()
    ]


def told(context: RequestContext, card: str = SECTION_ID) -> str:
    return words(section(painted(context), card)).replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "fi",
            "Viiden vuoden ennusteemme olisivat täällä osuneet keskimäärin 2,0 %:n päähän, suora trendi 3,0",
        ),
        (
            "sv",
            "prognoser på fem års sikt skulle här ha slagit fel med i genomsnitt 2,0 %, en rak trend med",
        ),
        (
            "en",
            "Our five-year forecasts here would have been off by 2.0% on average, a straight trend by 3.0%",
        ),
    ],
)
def test_the_finding_is_the_mean_error_five_years_ahead(
    publish: Published, language: Language, expected: str
) -> None:
    context = publish(language, fct_forecast_hindsight=looked(2011, 2012, 2013, 2014, horizon=5))
    text = told(context)
    assert expected in text
    assert re.search(r"4 (ennustetta|prognoser|forecasts), (perusvuodet|basår|base years) 2011–2014", text)


def test_with_fewer_than_three_forecasts_the_size_class_is_told_instead(publish: Published) -> None:
    usual = backtest_score("municipal totals", 5, 3.46, size_class=VILLAGE, cases=1176)
    text = told(
        publish(fct_forecast_hindsight=looked(2014, 2015, horizon=5, ours=50.0), fct_backtest_score=[usual])
    )
    assert "Täältä on liian vähän ennusteita osuvuuden kertomiseen" in text
    assert "Viiden vuoden ennusteita on täältä vasta 2." in text
    assert (
        "(alle 2 000 asukasta) ne ovat heittäneet keskimäärin 3,5 % (1 176 ennustetta, perusvuodet 1982–2015)"
        in text
    )
    assert "50,0 %" not in text


def test_the_longest_horizon_with_enough_forecasts_leads_and_five_years_follow(publish: Published) -> None:
    rows = looked(2014, 2015, 2016, horizon=4) + looked(2014, horizon=5)
    text = told(publish("en", fct_forecast_hindsight=rows))
    assert "Our four-year forecasts here would have been off by 2.0%" in text
    assert (
        "There is only 1 five-year forecast from here so far. Results of municipalities of this size" in text
    )


def test_chance_stands_beside_where_the_backtest_tells_it(publish: Published) -> None:
    chance = backtest_score("municipal totals", 5, 2.41, size_class=VILLAGE, method="chance")
    rows = looked(2012, 2013, 2014, horizon=5)
    text = told(publish(fct_forecast_hindsight=rows, fct_backtest_score=[chance]))
    assert (
        "Pelkkä sattuma veisi viiden vuoden ennusteen samankokoisessa kunnassa keskimäärin 2,4 % sivuun"
        in text
    )


def test_published_forecasts_have_their_own_table(publish: Published) -> None:
    score = {
        "issuer": "statistics_finland",
        "vintage": "2019",
        "municipality_code": "305",
        "projection_year": 2020,
        "horizon_years": 2,
        "forecast": 1482.0,
        "actual": 1520.0,
        "error_pct": -2.5,
    }
    text = told(publish(fct_forecast_score=[score]))
    assert "Ennusteiden osuvuutta ei ole vielä laskettu täällä" in text
    assert re.search(r"Tilastokeskus 2019 2020 2 1 482 1 520 −2,5 % 2,5 %", text)


def test_shelf_life_ends_where_fewer_than_four_in_five_stayed_near(publish: Published) -> None:
    shares = {1: 99.0, 2: 91.0, 3: 80.0, 4: 79.9, 5: 85.0, **dict.fromkeys(range(6, 21), 50.0)}
    context = publish(fct_backtest_score=within(shares))
    found = how_tested(context)
    assert found
    assert (found.shelf_life, found.longest, found.ended) == (3, 20, True)
    text = told(context, TREND_ID)
    assert "Käyttöikä ulottuu vuoteen 2023: samankokoisissa kunnissa (alle 2 000 asukasta) 80 %" in text
    assert notes_of(context) >= {"käyttöikä vuoteen 2023", "ennuste alkaa, perusvuosi 2020"}
    assert "ei testattu" not in text


def test_what_lies_beyond_the_longest_test_is_called_not_tested(publish: Published) -> None:
    context = publish(fct_backtest_score=within({1: 99.0, 2: 98.0}))
    assert notes_of(context) >= {"käyttöikä ainakin vuoteen 2022", "2023 alkaen ei testattu"}
    text = told(context, TREND_ID)
    assert "Vuodesta 2023 eteenpäin: ei testattu." in text
    table = text.split("Taulukkona")[1]
    assert re.search(r"2022 – 1 368 1 358–1 378 –", table)
    assert re.search(r"2023 – 1 368 1 358–1 378 \(ei testattu\)", table)


def test_without_a_backtest_the_forecasts_looked_back_on_tell_the_shelf_life(publish: Published) -> None:
    near, far = looked(2013, 2014, 2015, horizon=1), looked(2013, 2014, 2015, horizon=2, ours=80.0)
    found = how_tested(publish(fct_forecast_hindsight=near + far))
    assert found
    assert (found.shelf_life, found.longest, found.ended) == (1, 2, True)
    assert found.at_shelf_life
    assert found.at_shelf_life.cases == 3


def test_a_shelf_life_needs_more_than_the_forecasts_of_one_or_two_base_years(publish: Published) -> None:
    near, far = looked(2013, 2014, 2015, horizon=1), looked(2013, 2014, horizon=2)
    context = publish(fct_forecast_hindsight=near + far + far)
    found = how_tested(context)
    assert found
    assert (found.shelf_life, found.longest, found.ended) == (1, 2, False)
    text = told(context, TREND_ID)
    assert "Käyttöikä ulottuu ainakin vuoteen 2021: samankokoisissa kunnissa" in text
    assert "(3 ennustetta, perusvuodet 2013–2015). Vuodesta 2023 eteenpäin: ei testattu." in text


def test_without_any_test_the_whole_band_is_not_tested(publish: Published) -> None:
    context = publish()
    assert "2021 alkaen ei testattu" in notes_of(context)
    assert "Ei testattu: ennusteita ei ole verrattu toteutuneeseen" in told(context, TREND_ID)


def test_age_groups_say_how_far_they_have_been_tested(publish: Published) -> None:
    of_age = {"scheme": "service", "age_group": "7-12"}
    rows = [
        backtest_score("municipalities", 2, 1.0, size_class=VILLAGE, **of_age),
        backtest_score("regions", 20, 9.0, **of_age),
    ]
    text = words(painted(publish(fct_backtest_score=rows)))
    assert "(alle 2 000 asukasta) enintään 2 vuoden päähän ja maakunnissa enintään 20 vuoden päähän." in text


def test_age_groups_without_a_test_say_so(publish: Published) -> None:
    assert "Kunnan ikäryhmien ennusteet: ei testattu." in words(painted(publish()))


def test_past_forecasts_are_drawn_when_asked_for(publish: Published) -> None:
    rows = looked(2013, 2014, horizon=1)
    context = publish(params={"aiemmat": "1"}, fct_forecast_hindsight=rows)
    assert "Ohuet viivat: mitä sama menetelmä olisi ennustanut aiempina vuosina." in told(context, TREND_ID)
    names = [name for trace in trend_of(context)["data"] for name in trace.get("text", [])]
    assert any(name.startswith("Jälkikäteen laskettu, perusvuosi 2014<br>2015") for name in names)


def trend_of(context: RequestContext) -> dict[str, Any]:
    graphs = [node for node in population.layout(context)._traverse() if isinstance(node, dcc.Graph)]
    return next(graph.figure for graph in graphs if graph.id == f"{TREND_ID}-graph")


def notes_of(context: RequestContext) -> set[str]:
    return {note["text"] for note in trend_of(context)["layout"]["annotations"]}


@pytest.mark.parametrize(
    ("population", "label"), [(0, "0-1999"), (1999, "0-1999"), (2000, "2000-4999"), (700000, "50000+")]
)
def test_a_municipality_belongs_to_one_size_class(population: float, label: str) -> None:
    assert size_class_of(population) == label
    low, high = size_bounds(label)
    assert low <= population <= (high or population)
    assert label in size_classes()
