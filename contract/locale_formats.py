"""Numbers, units, periods and dates as Finnish, Swedish and English readers write them.

Thousands are parted by a narrow no-break space (U+202F) in Finnish and Swedish, units follow a
no-break space (U+00A0), minus is a true minus (U+2212). Rounding is half away from zero, as the
publishers round. Month names and number symbols come from CLDR through Babel.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from contract.messages import t

Language = Literal["fi", "sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

NARROW_SPACE = "\u202f"
UNIT_SPACE = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"

HELSINKI = ZoneInfo("Europe/Helsinki")

OPEN_AGE = 100
"""Ages from this on are one open group in the published tables."""

COARSE_FROM = 1000
"""Forecast numbers from this on are told in tens."""

SHARE_UNITS = frozenset({"pct"})
"""Units whose changes are told in percentage points."""

_ENGLISH_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_LOCALES = {"fi": "fi_FI", "sv": "sv_FI", "en": "en_GB"}
_PERIOD = re.compile(r"^(?P<year>\d{4})(?:Q(?P<quarter>[1-4])|M(?P<month>0[1-9]|1[0-2]))?$")


@lru_cache(maxsize=len(LANGUAGES))
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(_LOCALES[language])
    except KeyError as unknown:
        raise ValueError(f"language {language!r} is not one of {LANGUAGES}") from unknown


@lru_cache(maxsize=16)
def _pattern(decimals: int) -> str:
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def rounded(value: float, decimals: int = 0) -> Decimal:
    """`value` rounded half away from zero to `decimals`; never a negative zero."""
    quantum = Decimal(1).scaleb(-decimals)
    result = Decimal(repr(float(value))).quantize(quantum, rounding=ROUND_HALF_UP)
    return abs(result) if result == 0 else result


def number(value: float, language: str, decimals: int = 0) -> str:
    """`value` with the language's separators and a true minus: `1 234,5`, `1,234.5`."""
    text = format_decimal(rounded(value, decimals), format=_pattern(decimals), locale=_locale(language))
    return text.replace("\u00a0", NARROW_SPACE).replace("-", MINUS)


def signed(value: float, language: str, decimals: int = 0) -> str:
    """`number` with a plus before what rounds above zero: `+2,1`, `−0,4`, `0,0`."""
    text = number(value, language, decimals)
    return f"+{text}" if rounded(value, decimals) > 0 else text


def percent(value: float, language: str, decimals: int = 1) -> str:
    """A share given in percent: `−3,2 %` in Finnish and Swedish, `−3.2%` in English."""
    return _with_percent_sign(number(value, language, decimals), language)


def _with_percent_sign(text: str, language: str) -> str:
    return f"{text}%" if language == "en" else f"{text}{UNIT_SPACE}%"


def with_unit(value: float, unit: str, language: str, decimals: int = 0) -> str:
    """`value` with the short sign of `unit`: `78,4 %`, `1 234 €/as.`, `15 019 asukasta` as `15 019 as.`."""
    return _attach(number(value, language, decimals), unit, language)


def change_with_unit(value: float, unit: str, language: str, decimals: int = 0) -> str:
    """A signed change of a figure in `unit`; changes of shares are percentage points (`+1,2 %-yks.`)."""
    text = signed(value, language, decimals)
    if unit in SHARE_UNITS:
        return f"{text}{UNIT_SPACE}{t(language, 'unit.percentage_points')}"
    return _attach(text, unit, language)


def _attach(text: str, unit: str, language: str) -> str:
    if unit == "pct":
        return _with_percent_sign(text, language)
    sign = t(language, f"unit.short.{unit}")
    return f"{text}{UNIT_SPACE}{sign}" if sign else text


def unit_name(unit: str, language: str) -> str:
    """The unit in words, as printed under a card's value: `huollettavaa / 100 työikäistä`."""
    return t(language, f"unit.name.{unit}")


def estimate(value: float) -> float:
    """A forecast number rounded to what it can bear: tens from a thousand up, else ones."""
    return float(rounded(value, -1 if abs(value) >= COARSE_FROM else 0))


def interval(low: float, high: float, language: str, decimals: int = 0) -> str:
    """`560–640`, with the en dash of all three languages; `−4,5…−1,6`, where a dash would meet a minus."""
    between = "…" if low < 0 else EN_DASH
    return f"{number(low, language, decimals)}{between}{number(high, language, decimals)}"


def day(value: date, language: str) -> str:
    """`31.12.2020` in Finnish and Swedish, `31 Dec 2020` in English."""
    if language == "en":
        return format_date(value, "d MMM y", locale=_locale(language))
    return f"{value.day}.{value.month}.{value.year}"


def in_helsinki(value: datetime) -> datetime:
    """The same moment in Helsinki; a time without zone is taken as UTC, as the snapshot stores it."""
    aware = value if value.tzinfo else value.replace(tzinfo=UTC)
    return aware.astimezone(HELSINKI)


def moment(value: datetime, language: str) -> str:
    """A UTC time as Helsinki shows it: `21.11.2026 05.12`, `21.11.2026 kl. 05.12`, `21 Nov 2026, 05:12`."""
    local = in_helsinki(value)
    date_text = day(local.date(), language)
    if language == "en":
        return f"{date_text}, {local:%H:%M}"
    return f"{date_text} {'kl. ' if language == 'sv' else ''}{local:%H.%M}"


def is_period(code: str) -> bool:
    """True when `code` is `2020`, `2020Q1` or `2020M01`."""
    return _PERIOD.match(code) is not None


def period(code: str, language: str) -> str:
    """A period code in words: `2020`, `1. neljännes 2020`, `tammikuu 2020`.

    Raises: ValueError when `code` is not `2020`, `2020Q1` or `2020M01`.
    """
    match = _PERIOD.match(code)
    if match is None:
        raise ValueError(f"period {code!r} is not of the form 2020, 2020Q1 or 2020M01")
    if match["quarter"]:
        return t(language, "period.quarter", quarter=match["quarter"], year=match["year"])
    if match["month"]:
        first = date(int(match["year"]), int(match["month"]), 1)
        return format_date(first, "LLLL y", locale=_locale(language))
    return match["year"]


def period_before(code: str, years: int = 1) -> str:
    """The same period `years` earlier: `2023M10` → `2022M10`.

    Raises: ValueError when `code` is not a period code.
    """
    if _PERIOD.match(code) is None:
        raise ValueError(f"period {code!r} is not of the form 2020, 2020Q1 or 2020M01")
    return f"{int(code[:4]) - years:04d}{code[4:]}"


def ordinal(place: int, language: str) -> str:
    """A place in an order: `12.` in Finnish, `12` in Swedish, `12th` in English."""
    if language != "en":
        return f"{place}." if language == "fi" else str(place)
    if place % 100 in (11, 12, 13):
        return f"{place}th"
    return f"{place}{_ENGLISH_ENDINGS.get(place % 10, 'th')}"


def age_group(age_from: int, age_to: int | None, language: str, *, counted: bool = False) -> str:
    """An age group in words: `0-vuotiaat`, `7–12-vuotiaat`, `85 vuotta täyttäneet`.

    `counted` gives the form that follows a number: `7–12-vuotiaita`.
    """
    form = "counted" if counted else "named"
    if age_to is None or age_to >= OPEN_AGE:
        return t(language, f"age.{form}.and_over", age=age_from)
    if age_from == age_to:
        return t(language, f"age.{form}.single", age=age_from)
    return t(language, f"age.{form}.range", age_from=age_from, age_to=age_to)
