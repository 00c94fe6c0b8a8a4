"""What a card says: the right comparison, its caveats, and a sparkline that hides no gap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from published_snapshot import duties_changed, kpi, kpi_value, municipality, reader_context, write_snapshot

from dashboards.components.kpi_card import card_sentence
from dashboards.components.kpi_figures import caveats, change_text, kpi_figures, standing_text
from dashboards.components.pictures import sparkline
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

Reader = Callable[..., RequestContext]
SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def test_only_kpis_with_a_value_have_a_figure(reader: Reader) -> None:
    assert list(kpi_figures(reader("043"))) == ["population", "annual_margin_per_capita"]


def test_a_year_is_compared_with_the_nearest_earlier_year_that_has_a_value(reader: Reader) -> None:
    context = reader()
    assert change_text(kpi_figures(context)["live_births"], context) == "ennallaan vuodesta 2018"


def test_a_month_is_compared_with_the_same_month_a_year_before(reader: Reader) -> None:
    context = reader()
    said = change_text(kpi_figures(context)["unemployed_jobseeker_share"], context)
    assert said.translate(SPACES) == "+1,4 %-yks. lokakuusta 2022"


def test_nothing_is_compared_over_the_change_of_duties(tmp_path: Path) -> None:
    tables = {
        "dim_municipality": [municipality("305", "Kuusamo")],
        "dim_kpi": [kpi("margin", "Vuosikate", "eur_per_capita")],
        **duties_changed("margin"),
        "fct_kpi_value": [
            kpi_value("305", "margin", "2022", 500.0),
            kpi_value("305", "margin", "2023", 300.0),
        ],
    }
    write_snapshot(tmp_path, tables)
    context = reader_context(SnapshotStore(tmp_path))
    figure = kpi_figures(context)["margin"]
    assert figure.change is None
    assert change_text(figure, context) == "ei verrata: tehtävät muuttuivat 2023"
    assert figure.recent == (300.0,)


def test_economy_before_the_reform_says_that_it_includes_social_and_health_services(reader: Reader) -> None:
    context = reader()
    figure = kpi_figures(context)["annual_margin_per_capita"]
    assert caveats(figure.kpi, figure.point, context) == ["vuoden 2020 tieto", "sisältää soten"]


def test_a_figure_within_its_normal_delay_has_no_age_warning(reader: Reader) -> None:
    context = reader()
    figure = kpi_figures(context)["live_births"]
    assert caveats(figure.kpi, figure.point, replace(context, today=date(2021, 12, 31))) == []


def test_the_country_is_named_only_when_every_municipality_has_a_value(reader: Reader) -> None:
    context = reader()
    figures = kpi_figures(context)
    told = [standing_text(item, context).translate(SPACES) for item in figures["population"].standings]
    assert told == ["maassa 1. / 5", "ePS2 1. / 3"]
    assert figures["live_births"].standings == ()


def test_a_municipality_without_a_network_is_compared_with_its_region(reader: Reader) -> None:
    context = reader("832", "en")
    told = [
        standing_text(item, context).translate(SPACES)
        for item in kpi_figures(context)["population"].standings
    ]
    assert told == ["country 4th / 5", "region 4th / 4"]


def test_where_the_region_has_no_figures_the_similar_are_compared(tmp_path: Path) -> None:
    codes = {"905": "MK15", "297": "MK11", "564": "MK17", "698": "MK19"}
    regions = {code: {"area_code": code, "area_type": "region", "name_fi": code} for code in codes.values()}
    tables = {
        "dim_municipality": [
            municipality(code, f"Kunta {code}", 60000.0, region_code=region) for code, region in codes.items()
        ],
        "dim_area": list(regions.values()),
        "bridge_area_municipality": [
            {"area_code": region, "municipality_code": code} for code, region in codes.items()
        ],
        "dim_kpi": [kpi("live_births", "Syntyneet")],
        "fct_kpi_value": [
            kpi_value(code, "live_births", "2020", float(births))
            for births, code in enumerate(list(codes)[:3], 500)
        ],
    }
    write_snapshot(tmp_path, tables)
    context = reader_context(SnapshotStore(tmp_path), "905")
    figure = kpi_figures(context)["live_births"]
    told = [standing_text(item, context).translate(SPACES) for item in figure.standings]
    assert told == ["samankaltaisissa 3. / 3 (kuntia 4)"]
    assert "Samankaltaiset kunnat: sija 3 niistä 3 kunnasta" in card_sentence(figure, context)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "fi",
            "Työttömien työnhakijoiden osuus: 10,8 %, lokakuu 2023. +1,4 %-yks. lokakuusta 2022. "
            "ePS2: sija 1 niistä 2 kunnasta, joista on luku, pienin ensin; kuntia on 3. "
            "Huomaa: lokakuun 2023 tieto.",
        ),
        (
            "en",
            "Työttömien työnhakijoiden osuus: 10.8%, October 2023. "
            "+1.4 percentage points since October 2022. "
            "ePS2: 1st of the 2 municipalities that have a figure, smallest first; there are 3. "
            "Note: figure from October 2023.",
        ),
    ],
)
def test_the_card_reads_as_sentences(reader: Reader, language: str, expected: str) -> None:
    context = reader("305", language)
    figure = kpi_figures(context)["unemployed_jobseeker_share"]
    assert card_sentence(figure, context).translate(SPACES) == expected


def test_a_sparkline_breaks_where_years_are_missing(reader: Reader) -> None:
    figure = kpi_figures(reader())["annual_margin_per_capita"]
    assert figure.recent == (509.0, None, None, None, 570.0)
    picture = sparkline(figure.recent)
    assert picture is not None
    assert "polyline" not in picture.src.split("%3C/style%3E")[-1].split("</style>")[-1]


def test_one_value_makes_no_line() -> None:
    assert sparkline([None, 3.0]) is None


def test_a_flat_series_is_drawn_in_the_middle() -> None:
    picture = sparkline([5.0, 5.0, 5.0])
    assert picture is not None
    assert "4.0,16.0 60.0,16.0 116.0,16.0" in picture.src
