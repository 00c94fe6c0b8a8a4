"""The data page tells how wrong forecasts have been: three sentences, tables, and what is missing."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from published_snapshot import backtest_score, reader_context, write_snapshot
from published_village import growing_village, words

from contract.locale_formats import Language
from dashboards.components.backtest_results import backtest_results
from dashboards.components.first_paint import render
from dashboards.context import RequestContext
from dashboards.data.store import SnapshotStore

Told = Callable[..., str]


def totals(horizon: int, **of: float) -> list[dict[str, Any]]:
    names = {"trend_5": "lin/exp 5", "trend_10": "lin/exp 10", "no_change": "no change"}
    return [
        backtest_score("municipal totals", horizon, value, method=names.get(method, method))
        for method, value in of.items()
    ]


def of_regions(group: str, horizon: int, value: float, **more: Any) -> dict[str, Any]:
    return backtest_score("regions", horizon, value, scheme="service", age_group=group, **more)


RESULTS = [
    *totals(5, ours=2.31, trend_5=2.58, trend_10=2.66, no_change=4.64, chance=1.01),
    *totals(10, ours=4.75, trend_5=5.18, trend_10=5.14, chance=1.39),
    backtest_score("municipal totals", 5, 85.6, measure="coverage_80"),
    backtest_score("municipal totals", 5, 2.39, size_class="2000-4999"),
    backtest_score("municipal totals", 5, 99.4, size_class="2000-4999", measure="within_10"),
    backtest_score("municipalities", 2, 0.947),
    backtest_score("municipalities", 2, 1.004, method="official"),
    backtest_score("regions", 5, 1.06),
    backtest_score("regions", 5, 1.34, method="hamilton-perry"),
    of_regions("7-12", 5, 0.99),
    of_regions("0", 5, 8.81),
    of_regions("7-12", 5, 1.14, method="hamilton-perry"),
    of_regions("7-12", 5, 74.2, measure="coverage_80"),
    backtest_score("municipal totals", 5, 0.01, protocol="as available"),
]


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """A function that publishes results and gives the section's words."""

    def section(rows: list[dict[str, Any]], language: Language = "fi") -> str:
        write_snapshot(tmp_path / "marts", growing_village() | {"fct_backtest_score": rows})
        return words(render(backtest_results(_context(tmp_path, language)))).replace("\u00a0", " ")

    return section


def _context(root: Path, language: Language) -> RequestContext:
    return reader_context(SnapshotStore(root / "marts"), "305", language)


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        (
            "fi",
            (
                "7–12-vuotiaiden ennuste 5 vuoden päähän on maakunnissa heittänyt keskimäärin 1,0 %",
                "heittänyt 5 vuoden päähän keskimäärin 2,3 % ja 10 vuoden päähän 4,8 %",
                "Pelkkä sattuma heittäisi kunnan väkilukua 5 vuoden päähän keskimäärin 1,0 %",
            ),
        ),
        (
            "sv",
            (
                "slagit fel med i genomsnitt 1,0 %, för ännu ofödda 0-åringar med 8,8 %",
                "på 5 års sikt slagit fel med i genomsnitt 2,3 % och på 10 års sikt med 4,8 %",
                "Enbart slumpen skulle på 5 år",
            ),
        ),
        (
            "en",
            (
                "off by 1.0% on average in regions, of the still unborn 0-year-olds by 8.8%",
                "10 years ahead by 4.8%; a simple trend by 2.6% and 5.1% at best",
                "Nobody can get below that",
            ),
        ),
    ],
)
def test_three_sentences_tell_what_is_known_how_wrong_and_the_floor(
    told: Told, language: Language, sentences: tuple[str, ...]
) -> None:
    text = told(RESULTS, language)
    assert [sentence for sentence in sentences if sentence not in text] == []


def test_a_sentence_without_its_figures_is_left_out(told: Told) -> None:
    text = told([row for row in RESULTS if row["method"] != "chance"])
    assert "Pelkkä sattuma" not in text
    assert "Kunnan väkiluvun ennuste on heittänyt" in text


def test_each_table_has_only_the_methods_that_were_tested(told: Told) -> None:
    text = told(RESULTS)
    of_totals = text.split("Kunnat, väkiluku pelkkien kokonaismäärien historiasta")[2].split("Kunnat,")[0]
    assert "Oma Trendi, 5 v Trendi, 10 v Ei muutosta Sattuma 80 %:n väliin osui" in of_totals
    assert "5 1 000 (1982–2015) 2,31 % 2,58 % 2,66 % 4,64 % 1,01 % 86 %" in of_totals
    of_ages = text.split("Tilastokeskuksen ennuste rinnalla")[2]
    assert "Oma Tilastokeskus 80 %:n väliin osui 2 1 000 (1982–2018) 0,95 % 1,00 % –" in of_ages


def test_size_classes_and_age_groups_have_tables(told: Told) -> None:
    text = told(RESULTS)
    assert re.search(r"2 000–4 999 asukasta 5 1 000 \(1982–2015\) 2,4 % – – – – 99 %", text)
    assert "7–12-vuotiaat 1,0 % 1,1 % 74 %" in text


def test_other_protocols_do_not_mix_in(told: Told) -> None:
    assert "0,01 %" not in told(RESULTS)


def test_results_can_be_downloaded_and_the_method_page_is_named(told: Told, tmp_path: Path) -> None:
    text = told(RESULTS)
    html = render(backtest_results(_context(tmp_path, "fi")))
    assert 'href="/csv/backtest_scores?kunta=305&amp;kieli=fi"' in html
    assert "docs/methods/foresight_backtest.md" in text


def test_without_results_the_section_says_how_they_come_about(told: Told) -> None:
    text = told([])
    assert "Testin tuloksia ei ole tässä aineistossa. Ne syntyvät komennolla kuntaluotsi backtest" in text
    assert "docs/methods/foresight_backtest.md" in text
