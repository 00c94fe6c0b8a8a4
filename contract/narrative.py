"""Sentences about a municipality, made from its figures in Finnish, Swedish and English.

Pure functions: figures in, text out. A sentence says what is, never why. A change that chance alone could
have made is called unchanged. Finnish place cases come from the data; where a form is missing, the
sentence is built so that none is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import hypot
from statistics import median
from typing import Literal

from contract.locale_formats import (
    age_group,
    change_with_unit,
    estimate,
    interval,
    number,
    percent,
    period,
    rounded,
    with_unit,
)
from contract.messages import t

Verdict = Literal["up", "down", "same"]

MINIMUM_HISTORY = 5
"""Changes that a series without intervals needs before one of them can be called unusual."""
SMALLEST_GROUP = 30
"""Persons an age group needs now for its relative change to be worth a sentence."""


@dataclass(frozen=True)
class Measured:
    """A figure of one period; `lower` and `upper` bound what chance allows, where that is known."""

    period: str
    value: float
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Change:
    """The difference of two figures. `verdict` is `same` when chance or rounding could have made it.

    `strength` is its size relative to what chance, or the series' own usual change, makes; None when
    neither is known.
    """

    since: str
    amount: float
    verdict: Verdict
    strength: float | None = None


@dataclass(frozen=True)
class KpiNews:
    """A KPI's newest figure and its change, with what is needed to say it."""

    kpi_id: str
    name: str
    unit: str
    decimals: int
    now: Measured
    change: Change


@dataclass(frozen=True)
class GroupOutlook:
    """An age group now and in a coming year, with the 80 % band of the forecast."""

    age_from: int
    age_to: int | None
    base_year: int
    year: int
    now: float
    low: float
    middle: float
    high: float

    @property
    def differs(self) -> bool:
        """True when today's number lies outside the band."""
        return not self.low <= self.now <= self.high


@dataclass(frozen=True)
class Sentence:
    """A sentence and what it is about: `population`, `foresight`, or a KPI's id."""

    text: str
    topic: str


def change_between(now: Measured, before: Measured, decimals: int, history: Sequence[float] = ()) -> Change:
    """The change from `before` to `now`.

    With intervals, it is `same` when smaller than the two half-widths on the facing sides put together
    (root of squares). Without, when it rounds to nothing. `history` holds earlier changes of the same
    length, against which strength is measured where there are no intervals.
    """
    amount = now.value - before.value
    noise = _noise(now, before, amount)
    within_chance = noise is not None and abs(amount) <= noise
    if within_chance or rounded(amount, decimals) == 0:
        return Change(before.period, amount, "same", _ratio(amount, noise))
    strength = _ratio(amount, noise) if noise is not None else _unusualness(amount, history)
    return Change(before.period, amount, "up" if amount > 0 else "down", strength)


def _noise(now: Measured, before: Measured, amount: float) -> float | None:
    """Half-widths of the sides that face each other, combined; None when an interval is missing."""
    near, far = (now.lower, before.upper) if amount > 0 else (now.upper, before.lower)
    if near is None or far is None:
        return None
    return hypot(now.value - near, before.value - far)


def _ratio(amount: float, noise: float | None) -> float | None:
    return abs(amount) / noise if noise else None


def _unusualness(amount: float, history: Sequence[float]) -> float | None:
    """The change relative to twice the usual one; None when the history is too short."""
    if len(history) < MINIMUM_HISTORY:
        return None
    usual = median(abs(step) for step in history)
    return abs(amount) / (2 * usual) if usual else None


def since(code: str, language: str) -> str:
    """`vuodesta 2019`, `lokakuusta 2022`; `sedan 2019`; `since October 2022`."""
    return _with_period("since", code, language)


def in_period(code: str, language: str) -> str:
    """`vuonna 2019`, `lokakuussa 2022`; `år 2019`, `i oktober 2022`; `in 2019`."""
    return _with_period("in", code, language)


def of_period(code: str, language: str) -> str:
    """`vuoden 2019`, `lokakuun 2022`; `2019`; `October 2022`: beside a noun that is of the period."""
    return _with_period("of", code, language)


def _with_period(form: str, code: str, language: str) -> str:
    words = period(code, language)
    if len(code) == 4:
        return t(language, f"period.{form}.year", period=words)
    if "Q" in code:
        return t(language, f"period.{form}.quarter", year=code[:4], quarter=code[-1])
    month = words.rsplit(" ", 1)[0]
    return t(language, f"period.{form}.month", month=month, year=code[:4])


def change_words(change: Change, unit: str, decimals: int, language: str) -> str:
    """A card's change: `+2,1 vuodesta 2019`, `ennallaan vuodesta 2019`."""
    when = since(change.since, language)
    if change.verdict == "same":
        return t(language, "narrative.unchanged_since", when=when)
    shown_unit = "count" if unit == "persons" else unit
    return f"{change_with_unit(change.amount, shown_unit, language, decimals)} {when}"


def population_sentence(
    language: str, name: str, locative: str | None, now: Measured, before: Measured
) -> Sentence:
    """How many live in the municipality and how that has changed since `before`.

    `locative` is the Finnish place case (Kuusamossa, Taivalkoskella), None where the data lack it.
    """
    share = 100 * (now.value - before.value) / before.value if before.value else 0.0
    verdict = "same" if rounded(share, 1) == 0 else "more" if share > 0 else "fewer"
    form = "with_place" if locative else "without_place"
    text = t(
        language,
        f"narrative.population.{form}.{verdict}",
        place=locative or name,
        count=number(now.value, language),
        year=now.period,
        change=percent(abs(share), language, 1),
        before=before.period,
    )
    return Sentence(text, "population")


def kpi_sentence(language: str, news: KpiNews) -> Sentence:
    """A KPI's newest figure and how it differs from before."""
    measure = "count" if news.unit == "persons" else "level"
    text = t(
        language,
        f"narrative.kpi.{measure}.{news.change.verdict}",
        name=news.name,
        value=with_unit(news.now.value, news.unit, language, news.decimals),
        period=period(news.now.period, language),
        change=_unsigned_change(news, language),
        before=in_period(news.change.since, language),
    )
    return Sentence(text, news.kpi_id)


def _unsigned_change(news: KpiNews, language: str) -> str:
    shown_unit = "count" if news.unit == "persons" else news.unit
    text = change_with_unit(abs(news.change.amount), shown_unit, language, news.decimals)
    return text.removeprefix("+")


def most_telling(news: Sequence[KpiNews]) -> KpiNews | None:
    """The change that stands out most from chance or from the series' usual changes.

    Where none stands out, the newest changed figure; None when nothing has changed.
    """
    changed = [item for item in news if item.change.verdict != "same"]
    standing_out = [item for item in changed if (item.change.strength or 0.0) > 1]
    if standing_out:
        return max(standing_out, key=lambda item: item.change.strength or 0.0)
    return max(changed, key=lambda item: item.now.period, default=None)


def outlook_sentence(language: str, outlooks: Sequence[GroupOutlook]) -> Sentence | None:
    """The age group that changes most relative to its size, with its band; None without a forecast.

    When today's numbers all lie within the bands, says so instead.
    """
    large_enough = [item for item in outlooks if item.now >= SMALLEST_GROUP]
    if not large_enough:
        return None
    differing = [item for item in large_enough if item.differs]
    if not differing:
        year = large_enough[0].year
        return Sentence(t(language, "narrative.foresight.same", year=year), "foresight")
    chosen = max(differing, key=lambda item: abs(item.middle / item.now - 1))
    text = t(
        language,
        "narrative.foresight.differs",
        group=age_group_of(chosen, language),
        year=chosen.year,
        band=interval(estimate(chosen.low), estimate(chosen.high), language),
        base_year=chosen.base_year,
        now=number(chosen.now, language),
    )
    return Sentence(text, "foresight")


def age_group_of(outlook: GroupOutlook, language: str) -> str:
    """The group as a number of people: `7–12-vuotiaita`, `7–12-åringar`, `7–12-year-olds`."""
    return age_group(outlook.age_from, outlook.age_to, language, counted=True)


def is_older_than_normal(period_type: str, period_end: date, normal_lag_months: int, today: date) -> bool:
    """True when a newer figure should already have come out.

    The next figure is due one period and the normal lag after `period_end`.
    """
    step = {"year": 12, "quarter": 3, "month": 1}[period_type]
    months = (today.year - period_end.year) * 12 + today.month - period_end.month
    return months > step + normal_lag_months
