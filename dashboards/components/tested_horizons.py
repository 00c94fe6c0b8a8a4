"""How far ahead forecasts have been tested in municipalities of the same size, and how long they held."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from contract.locale_formats import EN_DASH, number, percent
from dashboards.context import RequestContext
from dashboards.data.backtest import (
    MAPE,
    MUNICIPALITIES,
    OURS,
    REGIONS,
    TOTALS,
    WITHIN_10,
    About,
    Backtest,
    Score,
    size_bounds,
    size_class_of,
)
from dashboards.data.foresight_queries import OURS_IN_HINDSIGHT

ENOUGH_WITHIN = 80.0
"""Percent of municipalities that must have stayed within ±10 % (Simpson, Wilson & Shalley 2020)."""
SERVICE = "service"
"""Scheme of the age groups by which horizons with a test are told."""
FEWEST_CASES = 3
"""Forecasts from which a mean error is told."""
FEWEST_BASE_YEARS = 3
"""Base years from which a shelf life is told: the forecasts of one year err together."""


class OfBaseYears(Protocol):
    """What rests on forecasts of so many base years between the first and the last."""

    @property
    def first(self) -> int: ...

    @property
    def last(self) -> int: ...

    @property
    def base_years(self) -> int: ...


@dataclass(frozen=True)
class Tested:
    """What past forecasts of total population say of municipalities of one size.

    `longest`: years ahead of the longest test, 0 without any. `shelf_life`: the longest horizon up to which
    enough municipalities stayed within ±10 %, with the share and the forecasts of that horizon; it `ended`
    when too few did a year further ahead, and may be longer when that is not known.
    """

    size_class: str
    scores: Backtest
    longest: int = 0
    shelf_life: int = 0
    at_shelf_life: Score | None = None
    ended: bool = False

    def usual(self, horizon: int, method: str = OURS) -> Score | None:
        """Mean absolute error of totals in municipalities of this size."""
        return self.scores.scores.get(About(TOTALS, horizon, method, MAPE, self.size_class))


def how_tested(context: RequestContext) -> Tested | None:
    """The tests in the municipality's size class; None where its population is not known.

    From the backtest of totals where there is one, else from what the method would have said earlier.
    """
    population = context.municipality.population_count
    if population is None:
        return None
    label = size_class_of(population)
    scores = context.snapshot.backtest
    within = {
        horizon: scores.scores[About(TOTALS, horizon, OURS, WITHIN_10, label)]
        for horizon in scores.horizons(About(TOTALS, 0, OURS, WITHIN_10, label))
    }
    if not within:
        within = {
            horizon: Score(looked.within_10, looked.cases, looked.first, looked.last, looked.base_years)
            for (method, horizon), looked in context.snapshot.hindsight_of_class(label).items()
            if method == OURS_IN_HINDSIGHT and looked.cases >= FEWEST_CASES
        }
    longest = max([*within, *scores.horizons(About(MUNICIPALITIES, 0, OURS, MAPE, label))], default=0)
    telling = {horizon: score for horizon, score in within.items() if score.base_years >= FEWEST_BASE_YEARS}
    held = 0
    while held + 1 in telling and telling[held + 1].value >= ENOUGH_WITHIN:
        held += 1
    return Tested(label, scores, longest, held, telling.get(held), held + 1 in telling)


def shelf_life_words(context: RequestContext, found: Tested, base_year: int, last_year: int) -> str:
    """How long forecasts of totals have held in municipalities of this size."""
    if not found.longest:
        return context.text("population.tested.none", size=size_words(context, found.size_class))
    if found.at_shelf_life is None:
        key = "population.tested.never_held" if found.ended else "population.tested.too_few"
        said = context.text(key, size=size_words(context, found.size_class))
        return f"{said} {_beyond(context, found, base_year, last_year)}".rstrip()
    score, language = found.at_shelf_life, context.language
    said = context.text(
        "population.tested.shelf_life" if found.ended else "population.tested.at_least",
        until=base_year + found.shelf_life,
        years=found.shelf_life,
        size=size_words(context, found.size_class),
        share=percent(score.value, language, 0),
        forecasts=number(score.cases, language),
        base_years=base_years_words(context, score),
    )
    return f"{said} {_beyond(context, found, base_year, last_year)}".rstrip()


def base_years_words(context: RequestContext, score: OfBaseYears) -> str:
    """`perusvuodet 1982–2015`, `perusvuosi 2014`."""
    years = f"{score.first}{EN_DASH}{score.last}" if score.last > score.first else str(score.first)
    return context.text("population.base_years", count=score.base_years, years=years)


def _beyond(context: RequestContext, found: Tested, base_year: int, last_year: int) -> str:
    """What is said of the years that no test reaches; nothing when all are reached."""
    if base_year + found.longest < last_year:
        return context.text("population.tested.beyond", year=base_year + found.longest + 1)
    return ""


def ages_tested_words(context: RequestContext, label: str) -> str:
    """How far ahead age groups have been tested, in municipalities of this size and in regions."""
    scores = context.snapshot.backtest
    here = scores.longest(MUNICIPALITIES, SERVICE, label)
    if not here:
        return context.text("population.tested.ages_none")
    return context.text(
        "population.tested.ages",
        years=here,
        size=size_words(context, label),
        regions=max(here, scores.longest(REGIONS, SERVICE)),
    )


def size_words(context: RequestContext, label: str) -> str:
    """`10 000–19 999 asukkaan kunnissa`, as it stands within a sentence."""
    low, high = size_bounds(label)
    key = "under" if not low else "over" if high is None else "between"
    return context.text(
        f"population.tested.size.{key}",
        low=number(low, context.language),
        high=number(high or 0, context.language),
        limit=number((high or 0) + 1, context.language),
    )
