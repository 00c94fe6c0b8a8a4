"""Sentences of the economy page, each in three languages."""

from __future__ import annotations

import pytest

from contract.narrative import Measured
from contract.narrative_economy import (
    beside_country_sentence,
    cover_sentence,
    criterion_value,
    distance_words,
    limit_words,
)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def beside(language: str, own: float, country: float) -> str:
    sentence = beside_country_sentence(
        language, "annual_margin", "eur_per_capita", 0, Measured("2020", own), Measured("2020", country)
    )
    assert sentence.topic == "annual_margin"
    return plain(sentence.text)


@pytest.mark.parametrize(
    ("language", "own", "said"),
    [
        ("fi", 570.0, "Koko maassa 739 €/as. (2020); kunnan luku on 169 €/as. pienempi."),
        ("fi", 1739.0, "Koko maassa 739 €/as. (2020); kunnan luku on 1 000 €/as. suurempi."),
        ("fi", -61.0, "Koko maassa 739 €/as. (2020); kunnan luku on 800 €/as. pienempi."),
        ("fi", 739.3, "Koko maassa 739 €/as. (2020); kunnan luku ei eroa siitä (ero 0 €/as.)."),
        (
            "en",
            1739.0,
            "Whole country 739 €/inhabitant (2020); the municipality's figure is 1,000 €/inhabitant higher.",
        ),
        ("sv", 570.0, "I hela landet 739 €/inv. (2020); kommunens siffra är 169 €/inv. lägre."),
        ("sv", 1739.0, "I hela landet 739 €/inv. (2020); kommunens siffra är 1 000 €/inv. högre."),
    ],
)
def test_a_figure_beside_the_country_tells_the_difference_without_a_sign(
    language: str, own: float, said: str
) -> None:
    assert beside(language, own, 739.0) == said


def test_a_difference_within_chance_is_no_difference() -> None:
    own, country = Measured("2020", 10.0, 5.0, 15.0), Measured("2020", 13.0, 12.0, 14.0)
    assert "ei eroa" in beside_country_sentence("fi", "k", "per_mille", 1, own, country).text


def test_figures_of_two_periods_are_refused() -> None:
    with pytest.raises(ValueError, match="2016"):
        beside_country_sentence("fi", "k", "pct", 1, Measured("2020", 1.0), Measured("2016", 1.0))


@pytest.mark.parametrize(
    ("limit", "unit", "comparison", "said"),
    [
        (80.0, "pct", "below", ("alle 80 %", "under 80 %", "under 80%")),
        (2.0, "percentage_points", "at_least", ("vähintään 2 %-yks.", "minst 2 procentenheter", None)),
        (0.8, "ratio", "below", ("alle 0,8", "under 0,8", "under 0.8")),
        (1000.0, "eur_per_capita", "at_least", ("vähintään 1 000 €/as.", "minst 1 000 €/inv.", None)),
    ],
)
def test_a_limit_says_on_which_side_it_is_met(
    limit: float, unit: str, comparison: str, said: tuple[str | None, ...]
) -> None:
    for language, words in zip(("fi", "sv", "en"), said, strict=True):
        if words is not None:
            assert plain(limit_words(limit, unit, comparison, language)) == words


def test_a_figure_just_off_its_limit_is_not_told_as_the_limit() -> None:
    assert plain(criterion_value(79.96, "pct", "fi", 80.0)) == "79,96 %"
    assert plain(criterion_value(80.0, "pct", "fi", 80.0)) == "80,0 %"
    assert plain(criterion_value(0.79996, "ratio", "fi", 0.8)) == "0,79996"
    assert plain(criterion_value(-12.0, "pct", "fi", 80.0)) == "−12,0 %"


def test_distance_is_in_points_of_shares_and_says_which_side() -> None:
    assert plain(distance_words(20.0, "pct", "fi")) == "20,00 %-yks. rajaan"
    assert plain(distance_words(-0.04, "pct", "fi")) == "0,04 %-yks. rajan ohi"
    assert distance_words(0.0, "ratio", "fi") == "rajalla"
    assert plain(distance_words(420.0, "eur_per_capita", "sv")).endswith("till gränsen")


@pytest.mark.parametrize(
    ("surplus", "deadline", "latest", "said"),
    [
        (None, None, None, "Kunnan taseeseen kertynyttä yli- tai alijäämää ei tiedetä vuodelta 2021."),
        (0.0, None, None, "Vuoden 2021 taseessa ei ole kertynyttä ylijäämää eikä alijäämää."),
        (5000.0, None, None, "Vuoden 2021 taseessa on kertynyttä ylijäämää 5 000 €."),
        (-5000.0, 2024, 2024, "Se on katettava viimeistään vuoden 2024 tilinpäätöksessä; aikaa on 3 vuotta."),
        (
            -5000.0,
            2022,
            2022,
            "Se on katettava viimeistään vuoden 2022 tilinpäätöksessä; aikaa on yksi vuosi.",
        ),
        (-5000.0, 2021, 2021, "Se oli katettava viimeistään tässä, vuoden 2021 tilinpäätöksessä."),
        (-5000.0, 2020, 2020, "Se oli katettava viimeistään vuoden 2020 tilinpäätöksessä."),
        (-5000.0, None, 2025, "Määräaika päättyy viimeistään vuoden 2025 tilinpäätökseen."),
        (-5000.0, None, None, "Määräaikaa ei voida päätellä luvuista."),
    ],
)
def test_the_clock_of_a_deficit(
    surplus: float | None, deadline: int | None, latest: int | None, said: str
) -> None:
    told = plain(cover_sentence("fi", 2021, surplus, deadline, latest))
    assert told.endswith(said)
    if surplus is not None and surplus < 0:
        assert told.startswith("Vuoden 2021 taseessa on kattamatonta alijäämää 5 000 €.")


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [("sv", "ett år återstår", "3 år återstår"), ("en", "one year is left", "3 years are left")],
)
def test_years_left_agree_in_number(language: str, one: str, many: str) -> None:
    assert one in cover_sentence(language, 2021, -1.0, 2022, 2022)
    assert many in cover_sentence(language, 2021, -1.0, 2024, 2024)
