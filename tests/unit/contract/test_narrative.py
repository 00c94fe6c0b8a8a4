"""Sentences from figures: what changed, in the right words, and never more than chance allows."""

from __future__ import annotations

from datetime import date

import pytest

from contract.narrative import (
    Change,
    GroupOutlook,
    KpiNews,
    Measured,
    change_between,
    change_words,
    is_older_than_normal,
    kpi_sentence,
    most_telling,
    outlook_sentence,
    population_sentence,
)

SPACES = str.maketrans({"\u00a0": " ", "\u202f": " "})


def news(kpi_id: str, change: Change, period: str = "2020", unit: str = "pct") -> KpiNews:
    return KpiNews(kpi_id, "Työllisyysaste", unit, 1, Measured(period, 70.0), change)


def outlook(now: float, low: float, high: float, ages: tuple[int, int] = (7, 12)) -> GroupOutlook:
    return GroupOutlook(*ages, 2020, 2030, now, low, (low + high) / 2, high)


def test_a_change_smaller_than_the_intervals_together_is_unchanged() -> None:
    change = change_between(Measured("2020", 122, 100, 146), Measured("2019", 118, 97, 142), 0)
    assert change.verdict == "same"


def test_a_change_larger_than_the_intervals_together_is_a_change() -> None:
    change = change_between(Measured("2020", 122, 100, 146), Measured("2019", 190, 164, 219), 0)
    assert change.verdict == "down"
    assert change.amount == -68


def test_only_the_sides_that_face_each_other_count() -> None:
    rise = change_between(Measured("2020", 10, 9, 100), Measured("2019", 5, -90, 6), 0)
    assert rise.verdict == "up"


def test_without_intervals_what_rounds_to_nothing_is_unchanged() -> None:
    assert change_between(Measured("2020", 70.04), Measured("2019", 70.0), 1).verdict == "same"
    assert change_between(Measured("2020", 70.1), Measured("2019", 70.0), 1).verdict == "up"


def test_a_short_history_cannot_call_a_change_unusual() -> None:
    change = change_between(Measured("2020", 75.0), Measured("2019", 70.0), 1, [0.1, 0.2])
    assert change.strength is None


def test_strength_is_measured_against_the_series_usual_change() -> None:
    change = change_between(Measured("2020", 75.0), Measured("2019", 70.0), 1, [1.0, -1.0, 1.0, 2.0, -0.5])
    assert change.strength == pytest.approx(2.5)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "+1,2 %-yks. lokakuusta 2022"),
        ("sv", "+1,2 procentenheter sedan oktober 2022"),
        ("en", "+1.2 percentage points since October 2022"),
    ],
)
def test_a_card_says_the_change_and_since_when(language: str, expected: str) -> None:
    change = Change("2022M10", 1.2, "up")
    assert change_words(change, "pct", 1, language).translate(SPACES) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "ennallaan vuodesta 2019"), ("sv", "oförändrat sedan 2019"), ("en", "unchanged since 2019")],
)
def test_a_change_within_chance_is_told_as_unchanged(language: str, expected: str) -> None:
    assert change_words(Change("2019", 4, "same"), "persons", 0, language) == expected


def test_the_place_stands_in_the_case_that_the_data_give() -> None:
    sentence = population_sentence(
        "fi", "Iisalmi", "Iisalmessa", Measured("2020", 21000), Measured("2015", 21945)
    )
    assert sentence.text.translate(SPACES) == (
        "Iisalmessa oli vuoden 2020 lopussa 21 000 asukasta, 4,3 % vähemmän kuin vuonna 2015."
    )


def test_a_place_without_its_case_is_left_uninflected() -> None:
    sentence = population_sentence("fi", "Kemiönsaari", None, Measured("2020", 6609), Measured("2015", 6609))
    assert sentence.text.translate(SPACES) == (
        "Kemiönsaari: vuoden 2020 lopussa 6 609 asukasta, väkiluku on ennallaan vuodesta 2015 (0,0 %)."
    )


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("sv", "Vasa hade 67 551 invånare i slutet av 2020, 0,8 % fler än år 2015."),
        ("en", "Vasa had 67,551 inhabitants at the end of 2020, 0.8% more than in 2015."),
    ],
)
def test_population_is_told_in_the_other_languages(language: str, expected: str) -> None:
    sentence = population_sentence(language, "Vasa", None, Measured("2020", 67551), Measured("2015", 67000))
    assert sentence.text.translate(SPACES) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", "Työllisyysaste: 70,0 % (lokakuu 2023), 1,5 %-yks. pienempi kuin lokakuussa 2022."),
        ("sv", "Työllisyysaste: 70,0 % (oktober 2023), 1,5 procentenheter lägre än i oktober 2022."),
        ("en", "Työllisyysaste: 70.0% (October 2023), 1.5 percentage points lower than in October 2022."),
    ],
)
def test_a_falling_figure_is_told_without_a_minus(language: str, expected: str) -> None:
    item = news("employment_rate", Change("2022M10", -1.5, "down"), "2023M10")
    assert kpi_sentence(language, item).text.translate(SPACES) == expected


def test_counts_are_more_or_fewer_rather_than_larger() -> None:
    item = KpiNews("live_births", "Syntyneet", "persons", 0, Measured("2020", 122), Change("2019", 40, "up"))
    assert kpi_sentence("fi", item).text.translate(SPACES) == (
        "Syntyneet: 122 henkilöä (2020), 40 enemmän kuin vuonna 2019."
    )


def test_the_change_that_stands_out_most_is_told() -> None:
    quiet = news("a", Change("2019", 1.0, "up", 0.4), "2023M10")
    loud, louder = news("b", Change("2019", 1.0, "up", 1.5)), news("c", Change("2019", 1.0, "up", 3.0))
    assert most_telling([quiet, loud, louder]) is louder


def test_where_nothing_stands_out_the_newest_changed_figure_is_told() -> None:
    older = news("a", Change("2019", 1.0, "up", 0.9), "2020")
    newer = news("b", Change("2022M10", 1.0, "up", 0.4), "2023M10")
    unchanged = news("c", Change("2023", 0.0, "same", 0.1), "2024")
    assert most_telling([older, newer, unchanged]) is newer


def test_where_nothing_has_changed_there_is_nothing_to_tell() -> None:
    assert most_telling([news("a", Change("2019", 0.0, "same", 0.1))]) is None


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        (
            "fi",
            "7–12-vuotiaita arvioidaan vuonna 2030 olevan 560–640 (80 %:n väli); vuonna 2020 heitä oli 741.",
        ),
        ("sv", "Antalet 7–12-åringar beräknas vara 560–640 år 2030 (80 %-intervall); år 2020 var det 741."),
        (
            "en",
            "The number of 7–12-year-olds is projected at 560–640 in 2030 (80% band); in 2020 it was 741.",
        ),
    ],
)
def test_the_forecast_is_told_with_its_band_and_base_year(language: str, expected: str) -> None:
    sentence = outlook_sentence(language, [outlook(741, 560, 640)])
    assert sentence is not None
    assert sentence.text.translate(SPACES) == expected


def test_the_group_that_changes_most_is_told() -> None:
    sentence = outlook_sentence("en", [outlook(741, 560, 640), outlook(100, 150, 190, (85, 100))])
    assert sentence is not None
    assert sentence.text.startswith("The number of people aged 85 and over")


def test_groups_whose_number_today_lies_in_the_band_are_unchanged() -> None:
    sentence = outlook_sentence("en", [outlook(600, 560, 640)])
    assert sentence is not None
    assert sentence.text.translate(SPACES) == (
        "No age group changes by 2030 by more than the forecast’s 80% band allows."
    )


def test_a_handful_of_people_makes_no_headline() -> None:
    assert outlook_sentence("fi", [outlook(12, 20, 30)]) is None


@pytest.mark.parametrize(
    ("period_type", "ended", "lag", "today", "expected"),
    [
        ("year", date(2025, 12, 31), 4, date(2026, 11, 21), False),
        ("year", date(2024, 12, 31), 4, date(2026, 11, 21), True),
        ("year", date(2024, 12, 31), 17, date(2026, 11, 21), False),
        ("month", date(2026, 9, 30), 1, date(2026, 11, 21), False),
        ("month", date(2023, 10, 31), 1, date(2026, 11, 21), True),
    ],
)
def test_a_figure_is_old_once_the_next_should_be_out(
    period_type: str, ended: date, lag: int, today: date, expected: bool
) -> None:
    assert is_older_than_normal(period_type, ended, lag, today) is expected
