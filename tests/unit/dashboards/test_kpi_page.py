"""The KPI page: classes that chance cannot light, what a figure was made of, its path and the ways on."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from dashboards.components.comparison import Place
from dashboards.components.first_paint import render
from dashboards.components.kpi_facts import amount_text
from dashboards.components.kpi_tiles import PLACES, class_bounds, class_of, tile_kind
from dashboards.context import RequestContext
from dashboards.pages import front, kpi

Reader = Callable[..., RequestContext]
BOUNDS = [10.0, 20.0, 30.0, 40.0]
KEMI = Place("240", "Kemi", 15.0, "final", None, None, 1, None)


def words(context: RequestContext) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", render(kpi.layout(context))))


def test_five_classes_hold_as_many_municipalities_each() -> None:
    values = [float(value) for value in range(100)]
    bounds = class_bounds(values)
    assert [sum(class_of(value, bounds) == step for value in values) for step in range(5)] == [20] * 5


def test_where_many_share_a_value_no_class_is_empty() -> None:
    values = [0.0] * 15 + [1.0, 2.0, 3.0, 4.0, 5.0]
    bounds = class_bounds(values)
    assert {class_of(value, bounds) for value in values} == set(range(len(bounds) + 1))


def test_few_values_are_not_classed() -> None:
    assert class_bounds([float(value) for value in range(14)]) == []


def test_a_class_that_chance_could_change_has_no_colour() -> None:
    assert tile_kind(replace(KEMI, lower=12.0, upper=18.0), BOUNDS) == "1"
    assert tile_kind(replace(KEMI, lower=8.0, upper=18.0), BOUNDS) == "unsure"
    assert tile_kind(replace(KEMI, lower=12.0, upper=21.0), BOUNDS) == "unsure"


def test_a_missing_figure_is_neither_zero_nor_one_not_fetched() -> None:
    assert tile_kind(replace(KEMI, value=None, status="secret"), BOUNDS) == "missing"
    assert tile_kind(replace(KEMI, value=None, loaded=False), BOUNDS) == "not_fetched"
    assert tile_kind(replace(KEMI, value=0.0), BOUNDS) == "0"


def test_no_two_regions_lie_in_the_same_place() -> None:
    assert len(set(PLACES.values())) == len(PLACES) == 19


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (0.0, "0"), (15213.0, "15\u202f213"), (12.5, "12,5"), (0.25, "0,25")]
)
def test_numerators_are_as_exact_as_they_are(value: float | None, expected: str) -> None:
    assert amount_text(value, "fi") == expected


@pytest.mark.parametrize(
    ("language", "value", "status"),
    [("fi", "570 €/as.", "lopullinen"), ("sv", "570 €/inv.", "slutlig"), ("en", "570 €/inhabitant", "final")],
)
def test_the_figure_is_told_with_unit_period_and_status(
    reader: Reader, language: str, value: str, status: str
) -> None:
    told = words(reader("305", language, mittari="annual_margin_per_capita")).replace("\u202f", " ")
    assert value in told
    assert "(2020)" in told
    assert status in told


def test_a_municipality_without_the_figure_is_told_why(reader: Reader) -> None:
    told = words(reader("139", mittari="live_births"))
    assert "Syntyneet: Ii, tieto salattu" in told
    assert "Ii 0" not in told


def test_why_these_municipalities_are_compared_is_told(reader: Reader) -> None:
    assert "Kaikki 5 kuntaa." in words(reader("305", mittari="live_births", ryhma="SSS"))


def test_the_path_leads_from_the_publishers_table_to_the_query(reader: Reader) -> None:
    told = words(reader("305", mittari="live_births"))
    assert "(11ae)" in told
    assert "dbt/models/marts/population/kpi_live_births.sql" in told


def test_the_ways_on_keep_kpi_and_group(reader: Reader) -> None:
    painted = render(kpi.layout(reader("305", mittari="live_births", ryhma="SSS")))
    assert "/csv/kpi_values?kunta=305&amp;kieli=fi&amp;mittari=live_births&amp;jakso=2020" in painted
    assert "/vertailu?kunta=305&amp;kieli=fi&amp;mittari=live_births&amp;ryhma=SSS" in painted


def test_cards_open_the_kpi_page(reader: Reader) -> None:
    assert 'href="/mittari?kunta=305&amp;kieli=fi&amp;mittari=population"' in render(
        front.layout(reader("305"))
    )
