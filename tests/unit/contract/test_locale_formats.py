"""Figures, periods and dates as readers of each language write them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from contract import locale_formats as formats

NARROW, NO_BREAK, MINUS = "\u202f", "\u00a0", "\u2212"


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", f"1{NARROW}234,5"), ("sv", f"1{NARROW}234,5"), ("en", "1,234.5")],
)
def test_thousands_are_parted_and_decimals_marked(language: str, expected: str) -> None:
    assert formats.number(1234.5, language, 1) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", f"{MINUS}3,2{NO_BREAK}%"), ("sv", f"{MINUS}3,2{NO_BREAK}%"), ("en", f"{MINUS}3.2%")],
)
def test_a_negative_share_has_a_true_minus_and_its_sign(language: str, expected: str) -> None:
    assert formats.percent(-3.2, language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", f"+1,2{NO_BREAK}%-yks."),
        ("sv", f"+1,2{NO_BREAK}procentenheter"),
        ("en", f"+1.2{NO_BREAK}percentage points"),
    ],
)
def test_a_change_of_a_share_is_in_percentage_points(language: str, expected: str) -> None:
    assert formats.change_with_unit(1.2, "pct", language, 1) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fi", f"1{NARROW}234{NO_BREAK}€/as."),
        ("sv", f"1{NARROW}234{NO_BREAK}€/inv."),
        ("en", f"1,234{NO_BREAK}€/inhabitant"),
    ],
)
def test_euros_per_inhabitant_carry_their_unit(language: str, expected: str) -> None:
    assert formats.with_unit(1234, "eur_per_capita", language) == expected


def test_a_forecast_is_told_in_tens_from_a_thousand_up() -> None:
    assert [formats.estimate(value) for value in (999.4, 6867.7, 1005.0)] == [999, 6870, 1010]


def test_halves_are_rounded_away_from_zero_as_publishers_do() -> None:
    assert formats.number(0.25, "en", 1) == "0.3"
    assert formats.number(2.5, "en") == "3"
    assert formats.number(-0.25, "en", 1) == f"{MINUS}0.3"


def test_what_rounds_to_zero_has_no_sign() -> None:
    assert formats.signed(-0.04, "fi", 1) == "0,0"
    assert formats.signed(0.04, "fi", 1) == "0,0"


@pytest.mark.parametrize(
    ("language", "expected"), [("fi", "31.12.2020"), ("sv", "31.12.2020"), ("en", "31 Dec 2020")]
)
def test_a_day_is_written_as_its_readers_do(language: str, expected: str) -> None:
    assert formats.day(date(2020, 12, 31), language) == expected


@pytest.mark.parametrize(
    ("language", "expected"),
    [("fi", "21.11.2026 05.12"), ("sv", "21.11.2026 kl. 05.12"), ("en", "21 Nov 2026, 05:12")],
)
def test_times_are_told_in_helsinki_time(language: str, expected: str) -> None:
    assert formats.moment(datetime(2026, 11, 21, 3, 12, tzinfo=UTC), language) == expected


def test_a_stored_time_without_zone_is_utc_also_in_summer() -> None:
    assert formats.moment(datetime.fromisoformat("2026-07-01T21:30:00"), "fi") == "2.7.2026 00.30"


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ("2020", "fi", "2020"),
        ("2020Q1", "fi", "1. neljännes 2020"),
        ("2023M10", "fi", "lokakuu 2023"),
        ("2023M10", "sv", "oktober 2023"),
        ("2023M10", "en", "October 2023"),
        ("2020Q1", "en", "Q1 2020"),
    ],
)
def test_a_period_is_told_in_words(code: str, language: str, expected: str) -> None:
    assert formats.period(code, language) == expected


@pytest.mark.parametrize("code", ["20", "2020M13", "2020Q5", "2020-01", ""])
def test_a_period_of_another_form_is_refused_by_value(code: str) -> None:
    with pytest.raises(ValueError, match="is not of the form"):
        formats.period(code, "fi")


def test_the_same_period_a_year_before_keeps_its_month() -> None:
    assert formats.period_before("2023M10") == "2022M10"
    assert formats.period_before("2020", years=5) == "2015"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (1, "1st"),
        (2, "2nd"),
        (3, "3rd"),
        (4, "4th"),
        (11, "11th"),
        (12, "12th"),
        (21, "21st"),
        (112, "112th"),
    ],
)
def test_english_places_have_their_endings(place: int, expected: str) -> None:
    assert formats.ordinal(place, "en") == expected


def test_finnish_places_have_a_point_and_swedish_none() -> None:
    assert formats.ordinal(12, "fi") == "12."
    assert formats.ordinal(12, "sv") == "12"


@pytest.mark.parametrize(
    ("ages", "language", "expected"),
    [
        ((0, 0), "fi", "0-vuotiaat"),
        ((7, 12), "fi", "7–12-vuotiaat"),
        ((85, 100), "fi", "85 vuotta täyttäneet"),
        ((85, None), "sv", "85 år och äldre"),
        ((7, 12), "en", "7–12-year-olds"),
    ],
)
def test_age_groups_are_named_in_words(ages: tuple[int, int | None], language: str, expected: str) -> None:
    assert formats.age_group(*ages, language) == expected


def test_an_unknown_language_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="'de' is not one of"):
        formats.number(1, "de")


def test_an_interval_has_a_dash_and_dots_where_a_dash_would_meet_a_minus() -> None:
    assert formats.interval(560, 640, "fi") == "560–640"
    assert formats.interval(-4.5, -1.6, "fi", 1) == f"{MINUS}4,5…{MINUS}1,6"
    assert formats.interval(-0.1, 1.2, "en", 1) == f"{MINUS}0.1…1.2"
