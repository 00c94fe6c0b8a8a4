"""Sentences about a municipality's economy beside others and towards the limits of the Local Government Act.

Pure functions in Finnish, Swedish and English, as in `contract.narrative`: what is, never why. A municipality
is never named in a place case here, so none is needed.
"""

from __future__ import annotations

from contract.locale_formats import UNIT_SPACE, change_with_unit, number, percent, period, rounded, with_unit
from contract.messages import t
from contract.narrative import Measured, Sentence, change_between

_DECIMALS = {"pct": 1, "percentage_points": 2, "ratio": 2, "eur_per_capita": 0, "years": 0}
MOST_DECIMALS = 6
"""As the figures of the watch are published."""


def beside_country_sentence(
    language: str, kpi_id: str, unit: str, decimals: int, own: Measured, country: Measured
) -> Sentence:
    """How the municipality's figure differs from the whole country's of the same period.

    A difference within rounding or chance is no difference. Raises: ValueError for two periods.
    """
    if own.period != country.period:
        raise ValueError(f"figures of {own.period} and {country.period}; the same period was expected")
    difference = change_between(own, country, decimals)
    amount = change_with_unit(abs(difference.amount), unit, language, decimals).removeprefix("+")
    text = t(
        language,
        f"narrative.beside_country.{difference.verdict}",
        country=with_unit(country.value, unit, language, decimals),
        period=period(own.period, language),
        difference=amount,
    )
    return Sentence(text, kpi_id)


def criterion_value(value: float, unit: str, language: str, limit: float | None = None) -> str:
    """A figure of the watch with its unit; never rounded onto a limit it is not at."""
    decimals = _DECIMALS[unit]
    if limit is not None and value != limit:
        while decimals < MOST_DECIMALS and rounded(value, decimals) == rounded(limit, decimals):
            decimals += 1
    if unit == "pct":
        return percent(value, language, decimals)
    if unit == "percentage_points":
        return _points(number(value, language, decimals), language)
    if unit == "ratio":
        return number(value, language, decimals)
    return with_unit(value, unit, language, decimals)


def limit_words(limit: float, unit: str, comparison: str, language: str) -> str:
    """When the limit is passed: `alle 80 %`, `vähintään 2 %-yks.`."""
    decimals = 0 if float(limit).is_integer() else 1
    if unit == "pct":
        value = percent(limit, language, decimals)
    elif unit == "percentage_points":
        value = _points(number(limit, language, decimals), language)
    else:
        value = (
            number(limit, language, decimals)
            if unit == "ratio"
            else with_unit(limit, unit, language, decimals)
        )
    return t(language, f"narrative.limit.{comparison}", limit=value)


def distance_words(distance: float, unit: str, language: str) -> str:
    """The margin left before the limit, or how far past it; `rajalla` exactly at it."""
    kind = "left" if distance > 0 else "past" if distance < 0 else "at"
    shown = "percentage_points" if unit == "pct" else unit
    amount = criterion_value(abs(distance), shown, language, 0.0)
    return t(language, f"narrative.distance.{kind}", amount=amount)


def cover_sentence(
    language: str, year: int, surplus: float | None, deadline: int | None, latest_deadline: int | None
) -> str:
    """The balance sheet's surplus, or the deficit and the year by whose accounts it must be covered."""
    if surplus is None:
        return t(language, "narrative.cover.unknown", year=year)
    amount = with_unit(abs(surplus), "eur", language)
    if surplus >= 0:
        return t(
            language,
            "narrative.cover.surplus" if surplus else "narrative.cover.none",
            year=year,
            amount=amount,
        )
    said = t(language, "narrative.cover.deficit", year=year, amount=amount)
    if deadline is not None:
        left = deadline - year
        kind = "time_left" if left > 0 else "last_year" if left == 0 else "over"
        return f"{said} {t(language, f'narrative.cover.{kind}', deadline=deadline, count=abs(left))}"
    if latest_deadline is not None:
        return f"{said} {t(language, 'narrative.cover.at_latest', deadline=latest_deadline)}"
    return f"{said} {t(language, 'narrative.cover.no_deadline')}"


def _points(text: str, language: str) -> str:
    return f"{text}{UNIT_SPACE}{t(language, 'unit.percentage_points')}"
