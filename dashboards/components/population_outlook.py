"""The forecast of a municipality as the population page tells it: age groups, years, who is already born."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from contract.locale_formats import EN_DASH, OPEN_AGE, estimate, interval, number, rounded
from contract.narrative import GroupOutlook
from dashboards.components.population_view import YEAR_PARAMETER
from dashboards.context import RequestContext

SERVICE_SCHEME = "service"
BROAD_SCHEME = "broad"
TOTAL_SCHEME = "total"

USUAL_HORIZON = 10
HORIZONS = (5, 10, 20)
"""Years ahead that the table of age groups shows."""

JOINER = "\u2060"
"""Keeps what stands on its two sides on one line."""

Born = Literal["born", "partly", "unborn"]


def outlooks(context: RequestContext, scheme: str) -> dict[int, list[GroupOutlook]]:
    """By projected year: the groups of `scheme` in order, each with its number in the base year.

    Empty when there is no forecast or no population of the base year.
    """
    snapshot, code = context.snapshot, context.municipality_code
    forecast = snapshot.projection(code, scheme)
    measured = snapshot.population_groups(code, scheme)
    if forecast.empty or measured.empty:
        return {}
    base_year = int(forecast["base_year"].iloc[0])
    now = measured[measured["reference_year"] == base_year].set_index("age_group")["population_count"]
    found: dict[int, list[GroupOutlook]] = {}
    for row in forecast[forecast["age_group"].isin(now.index)].itertuples():
        found.setdefault(int(row.projection_year), []).append(
            GroupOutlook(
                age_from=int(row.age_from),
                age_to=int(row.age_to),
                base_year=base_year,
                year=int(row.projection_year),
                now=float(now[row.age_group]),
                low=float(row.p10),
                middle=float(row.p50),
                high=float(row.p90),
            )
        )
    return found


def chosen_year(context: RequestContext, years: Sequence[int], base_year: int) -> int:
    """The forecast year in the address, else ten years after the base year, or the last one before that."""
    asked = context.params.get(YEAR_PARAMETER, "")
    if asked.isdecimal() and int(asked) in years:
        return int(asked)
    return max((year for year in years if year <= base_year + USUAL_HORIZON), default=years[0])


def born(outlook: GroupOutlook) -> Born:
    """Whether those who will be in the group had been born by the end of the base year."""
    last_birth_year = outlook.year - outlook.age_from
    if last_birth_year <= outlook.base_year:
        return "born"
    is_open = outlook.age_to is None or outlook.age_to >= OPEN_AGE
    if not is_open and outlook.year - (outlook.age_to or 0) > outlook.base_year:
        return "unborn"
    return "partly"


def direction(outlook: GroupOutlook) -> Literal["up", "down", "same"]:
    """Where the forecast goes from the base year; `same` while its 80 % band holds today's number."""
    if not outlook.differs:
        return "same"
    return "up" if outlook.low > outlook.now else "down"


def change_pct(value: float, now: float) -> float:
    """The change from `now` to `value` in percent; `now` is above zero."""
    return 100 * (value / now - 1)


def persons(value: float, language: str) -> str:
    """`1 033`: a number of people. The small ones of a pyramid recur a thousand times, so they are kept."""
    return _written(float(rounded(value)), language)


@lru_cache(maxsize=4096)
def _written(whole: float, language: str) -> str:
    return number(whole, language)


def estimate_text(value: float, language: str) -> str:
    """`757`, `13 220`."""
    return number(estimate(value), language)


def band_text(outlook: GroupOutlook, language: str) -> str:
    """`702–816`, `12 280–14 170`; never broken at the dash when a title takes two lines."""
    band = interval(estimate(outlook.low), estimate(outlook.high), language)
    return band.replace(EN_DASH, f"{JOINER}{EN_DASH}{JOINER}")
