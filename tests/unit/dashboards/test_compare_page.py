"""The comparison page: findings fit for each language, honest places, changes that may be compared."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import plotly.graph_objects as go
import pytest
from dash import dcc, html
from published_snapshot import (
    duties_changed,
    kpi,
    kpi_value,
    municipality,
    reader_context,
    source,
    write_snapshot,
)

from contract.locale_formats import Language
from dashboards.components.comparison import Figures
from dashboards.components.comparison_groups import NEAR, chosen_group, comparison_groups
from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore
from dashboards.pages import compare

Reader = Callable[..., RequestContext]


def painted(context: RequestContext) -> str:
    return render(compare.layout(context))


def words(html: str) -> str:
    return re.sub(r"[ \n]+", " ", re.sub(r"<[^>]+>", " ", html))


def title(context: RequestContext) -> str:
    found = re.search(r"<h1>(.*?)</h1>", painted(context))
    assert found
    return found[1]


def rows(html: str) -> list[list[str]]:
    """The cells of the table of places, without its head."""
    table = html.split('class="compare-table')[1].split("</table>")[0].split("<tbody>")[1]
    return [
        [words(cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in table.split("</tr>")[:-1]
    ]


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "Vuosikate: Kuusamo on verkostossaan 1. / 3"),
        ("sv", "Vuosikate: Kuusamo är nummer 1 av 3 i sitt nätverk"),
        ("en", "Vuosikate: Kuusamo is 1st of 3 in its network"),
    ],
)
def test_the_heading_tells_the_place_with_its_n(reader: Reader, language: Language, expected: str) -> None:
    assert title(reader("305", language, mittari="annual_margin_per_capita")) == expected


@pytest.mark.parametrize("group", ["eps2", "SSS"])
def test_plotly_knows_everything_that_is_drawn(reader: Reader, group: str) -> None:
    page = compare.layout(reader(mittari="annual_margin_per_capita", ryhma=group))
    graphs = [node for node in page._traverse() if isinstance(node, dcc.Graph)]
    assert len(graphs) == 2
    for graph in graphs:
        assert go.Figure(graph.figure).data


def test_members_who_left_the_network_are_not_compared(reader: Reader) -> None:
    names = [row[0] for row in rows(painted(reader(mittari="annual_margin_per_capita", ryhma="eps2")))]
    assert names == ["Ii", "Kuusamo", "Pudasjärvi"]


def test_equal_values_share_the_better_place(reader: Reader) -> None:
    places = [row[1] for row in rows(painted(reader(mittari="annual_margin_per_capita", ryhma="SSS")))]
    assert places == ["1. / 5", "2. / 5", "2. / 5", "4. / 5", "5. / 5"]


def test_a_country_place_needs_every_municipality(reader: Reader) -> None:
    html = painted(reader(mittari="live_births", ryhma="SSS"))
    assert "<h1>Syntyneet: Kuusamo 122</h1>" in html
    assert "Luku on tiedossa: 2 / 5 kuntaa." in words(html)
    assert "Lisäksi 2 kuntaa, joiden lukuja ei ole haettu." in html


def test_a_missing_value_says_why(reader: Reader) -> None:
    by_name = {row[0]: row for row in rows(painted(reader(mittari="live_births", ryhma="MK17")))}
    assert "salattu" in by_name["Ii"]


def test_figures_that_have_not_been_fetched_are_not_called_missing(reader: Reader) -> None:
    html = painted(reader(mittari="live_births", ryhma="MK17"))
    assert {row[0] for row in rows(html)} == {"Kuusamo", "Taivalkoski", "Ii"}
    assert "Lisäksi 1 kunta, jonka lukua ei ole haettu." in html


def test_intervals_stand_beside_their_figures(reader: Reader) -> None:
    by_name = {row[0]: row for row in rows(painted(reader(mittari="live_births", ryhma="MK17")))}
    assert by_name["Kuusamo"][2].replace("\u2060", "") == "101–146"


def test_a_month_is_compared_with_the_same_month_a_year_before(reader: Reader) -> None:
    html = words(painted(reader(mittari="unemployed_jobseeker_share")))
    assert "+1,4\u00a0%-yks. lokakuusta 2022" in html
    assert "lokakuu 2023" in html


def test_an_old_figure_carries_its_age_and_its_duties(reader: Reader) -> None:
    html = words(painted(reader(mittari="annual_margin_per_capita")))
    assert "vuoden 2020 tieto" in html
    assert "sisältää soten" in html


def test_a_saved_picture_says_how_old_its_figures_are_and_what_they_include(reader: Reader) -> None:
    nodes = compare.layout(reader(mittari="annual_margin_per_capita"))._traverse()
    below = [
        vars(node)["data-below"].split("\n")
        for node in nodes
        if isinstance(node, html.Button) and hasattr(node, "data-below")
    ]
    assert len(below) == 2
    for lines in below:
        assert {"Vuoden 2020 tieto.", "Sisältää soten."} <= set(lines)


def test_order_is_called_better_only_where_it_is(reader: Reader) -> None:
    assert "Paras ensin: pienin luku." in painted(reader(mittari="unemployed_jobseeker_share"))
    assert "järjestys ei kerro paremmuudesta" in painted(reader(mittari="population"))


def test_without_a_network_the_region_and_similar_municipalities_come_first(reader: Reader) -> None:
    context = reader("832")
    groups = comparison_groups(context)
    assert groups[0].key == NEAR
    assert groups[0].members >= {"832", "305", "139", "615"}
    assert chosen_group(groups, None) is groups[0]


def test_similar_municipalities_come_with_the_reason_in_words(reader: Reader) -> None:
    html = painted(reader("832", mittari="annual_margin_per_capita"))
    assert "väkiluvultaan" in html


def test_a_municipality_with_key_figures_only_is_compared_by_them(reader: Reader) -> None:
    assert title(reader("043", mittari="annual_margin_per_capita", ryhma="SSS")).endswith("5. / 5")
    assert title(reader("043", mittari="live_births")) == "Syntyneet: Eckerö, tieto ei saatavilla"


def test_an_address_with_unknown_choices_shows_the_defaults(reader: Reader) -> None:
    html = painted(reader(mittari="<b>x</b>", ryhma="nowhere"))
    assert "<h1>Työttömien työnhakijoiden osuus: Kuusamo 10,8\u00a0%</h1>" in html
    assert '<option selected value="eps2">' in html
    assert "<b>x" not in html
    assert "Osoitteen valintaa ”&lt;b&gt;x&lt;/b&gt;” ei ole" in html
    assert "Osoitteen valintaa ”nowhere” ei ole" in html


def test_a_group_of_other_municipalities_is_told_by_name(reader: Reader) -> None:
    html = painted(reader("043", "en", mittari="annual_margin_per_capita", ryhma="MK17"))
    assert "The address asks for “North Ostrobothnia”" in html


def test_a_choice_that_is_there_is_not_remarked_upon(reader: Reader) -> None:
    for params in ({}, {"mittari": "annual_margin_per_capita", "ryhma": "MK17"}):
        assert "unknown-choice" not in painted(reader(**params))


def test_the_choices_are_a_form_that_keeps_municipality_and_language(reader: Reader) -> None:
    form = painted(reader("305", "sv", mittari="population")).split("<form")[1].split("</form>")[0]
    assert 'method="get"' in form
    assert '<select hidden name="kunta"><option selected value="305">' in form
    assert '<select hidden name="kieli"><option selected value="sv">' in form
    assert '<option selected value="population">' in form


def test_municipalities_link_to_their_front_pages(reader: Reader) -> None:
    html = painted(reader("305", "en", mittari="annual_margin_per_capita", ryhma="MK17"))
    assert 'href="/?kunta=832&amp;kieli=en"' in html


def test_numbers_of_people_are_followed_as_developments(reader: Reader) -> None:
    html = words(painted(reader(mittari="population")))
    assert "kehitys: 2015 = 100" in html
    assert "Muutos 2015–2020: Kuusamo −3,0\u00a0%" in html


@pytest.fixture
def after_reform(tmp_path: Path) -> RequestContext:
    """A municipality whose margin is known on both sides of 2023."""
    marts = tmp_path / "marts"
    margins = {"2021": 600.0, "2022": 650.0, "2023": 300.0, "2024": 310.0}
    tables = {
        "dim_municipality": [municipality("305", "Kuusamo", 15213.0)],
        "dim_kpi": [kpi("margin", "Vuosikate", "eur_per_capita")],
        **duties_changed("margin"),
        "dim_source": [source("vital_events", "11ae", "Väestönmuutokset")],
        "fct_kpi_value": [kpi_value("305", "margin", year, value) for year, value in margins.items()],
    }
    write_snapshot(marts, tables)
    return reader_context(SnapshotStore(marts), "305", "fi", mittari="margin")


def test_economy_is_never_joined_over_the_reform(after_reform: RequestContext) -> None:
    html = words(painted(after_reform))
    assert "Muutos 2023–2024: Kuusamo +10" in html
    assert "sisältää soten" not in html
    assert "1.1.2023: Tehtäviä siirtyi." in html
    assert "2023 (tehtävät muuttuivat 2023)" in html
    first_year_after = Figures(after_reform, after_reform.snapshot.kpi("margin"), "2023")
    assert first_year_after.before is None
    assert date(2023, 12, 31) == next(iter(first_year_after.now.values())).period_end


def test_developments_of_tiny_numbers_are_left_out_and_counted(tmp_path: Path) -> None:
    births = {"305": (100.0, 90.0), "832": (8.0, 20.0), "139": (50.0, 40.0), "615": (60.0, 50.0)}
    region = {"area_code": "MK17", "area_type": "region", "name_fi": "Pohjois-Pohjanmaa"}
    tables = {
        "dim_municipality": [municipality(code, f"Kunta {code}") for code in births],
        "dim_area": [region],
        "bridge_area_municipality": [{"area_code": "MK17", "municipality_code": code} for code in births],
        "dim_kpi": [kpi("live_births", "Syntyneet")],
        "fct_kpi_value": [
            kpi_value(code, "live_births", year, value)
            for code, values in births.items()
            for year, value in zip(("2019", "2020"), values, strict=True)
        ],
    }
    write_snapshot(tmp_path / "marts", tables)
    context = reader_context(SnapshotStore(tmp_path / "marts"), "305", "fi", ryhma="MK17")
    html = words(painted(context))
    assert "Viivoista puuttuu 1 kunta, jossa luku oli alussa alle 30." in html
    assert "Muutos 2019–2020: Kunta 305 −10,0\u00a0%, ryhmän mediaani −16,7\u00a0%" in html
