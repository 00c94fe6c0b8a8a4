"""What a scenario does to one year's flows: each lever takes the year's rates and gives others.

A lever never touches a stock. Persons who come are taken from the pool of movers: the acting areas'
in-weights rise by what makes them draw so many more, and the others get that many fewer. Persons who leave
raise out-rates and join the pool. Levers that name persons share them among several acting areas by
population.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, FEMALE, SEXES, Array, InputError
from foresight.engine import advance, births
from foresight.paths import MOST_LEAVING, YearRates
from foresight.schedules import FERTILE_AGES, Knots

LARGEST_PULL = 5.0
"""Extra movers over those of the pool who would go elsewhere, at one age: beyond it more ask than exist."""


@dataclass(frozen=True)
class Year:
    """The `years_on`-th year after the base year, the areas acted on, and the cohorts of the expected path.

    `acting[area]`; `cohorts[area, sex, age]` by age reached, before deaths and moves.
    """

    years_on: int
    acting: NDArray[np.bool_]
    cohorts: Array

    @property
    def population_share(self) -> Array:
        """Share of each area in the acting areas' population, `[area]`, 0 elsewhere."""
        people = self.cohorts.sum(axis=(1, 2)) * self.acting
        whole = float(people.sum())
        return people / whole if whole > 0 else self.acting / max(int(self.acting.sum()), 1)


class Lever(Protocol):
    """One thing that goes otherwise than in the base scenario."""

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the lever pulled."""
        ...


def cohorts_of_year(before: Array, rates: YearRates) -> Array:
    """Cohorts by age reached of those in `before[area, sex, age]` (31 December) and the newborn to come.

    Newborns by the women who would be there without deaths and moves.
    """
    nobody = np.zeros((len(before), len(SEXES)))
    aged = advance(before, nobody)
    born = births(rates.fertility, before[:, FEMALE], aged[:, FEMALE]).sum(axis=1)
    return advance(before, born[:, None] * rates.sex_shares)


def along(knots: Knots, points: Array) -> Array:
    """Values of `knots` at `points`: linear between, constant outside.

    >>> along(((0.0, 1.0), (10.0, 2.0)), np.array([5.0, 20.0])).tolist()
    [1.5, 2.0]
    """
    at, values = zip(*knots, strict=True)
    return np.asarray(np.interp(points, at, values))


def age_shares(profile: Knots) -> Array:
    """Shares by sex and age, sum 1, of which `profile` tells the relative numbers by age; sexes alike."""
    by_age = along(profile, np.arange(float(AGES)))
    if not (by_age >= 0).all() or by_age.sum() <= 0:
        raise InputError(
            f"a profile by age is negative or nothing at all: {profile}; expected relative numbers"
        )
    return np.tile(by_age / (len(SEXES) * by_age.sum()), (len(SEXES), 1))


def arriving(rates: YearRates, year: Year, persons: Array) -> YearRates:
    """Rates under which `persons[area, sex, age]` more move in from other areas, on the expected path.

    Never more than the pool would send elsewhere: as `persons` near that number the gain falls behind.
    """
    left = (rates.out_rate * year.cohorts).sum(axis=0)
    weights = rates.in_weight.sum(axis=0)
    elsewhere = left * _ratio(rates.in_weight[~year.acting].sum(axis=0), weights)
    asked = persons.sum(axis=0)
    # p more persons to the acting areas need all weights together to grow by elsewhere/(elsewhere − p); with
    # elsewhere·(1 − exp(−p/elsewhere)) in place of p that is exp(p/elsewhere), which always exists
    growth = np.exp(np.minimum(_ratio(asked, elsewhere), LARGEST_PULL))
    taken = elsewhere * (1.0 - 1.0 / growth) * _ratio(persons, np.broadcast_to(asked, persons.shape))
    pulled = rates.in_weight * growth + taken * growth * _ratio(weights, left)
    return replace(rates, in_weight=np.where(year.acting[:, None, None], pulled, rates.in_weight))


def drawing(rates: YearRates, year: Year, factor: Array) -> YearRates:
    """Rates under which the acting areas get `factor[age]` times their share of those who move.

    At most half of those who would go elsewhere are drawn away: the acting areas never take everyone.
    """
    weights = rates.in_weight.sum(axis=0)
    share = _ratio(rates.in_weight[year.acting].sum(axis=0), weights)
    wanted = np.minimum(factor * share, (1.0 + share) / 2.0)
    odds = np.ones(share.shape)
    np.divide(wanted * (1.0 - share), share * (1.0 - wanted), out=odds, where=(share > 0) & (share < 1))
    return replace(rates, in_weight=_on_acting(rates.in_weight, odds, year.acting))


def leaving(rates: YearRates, year: Year, persons: Array) -> YearRates:
    """Rates under which `persons[area, sex, age]` more move away to other areas, on the expected path.

    No cohort loses more than `MOST_LEAVING` a year, departures abroad included: near it the gap widens.
    """
    more = _ratio(persons, year.cohorts)
    room = np.maximum(MOST_LEAVING - rates.emigration_rate - rates.out_rate, 0.0)
    return replace(rates, out_rate=rates.out_rate + room * -np.expm1(-_ratio(more, room)))


def national_fertility(rates: YearRates, cohorts: Array) -> float:
    """Births per woman of the whole country in the year's rates (total fertility)."""
    women = cohorts[:, FEMALE, FERTILE_AGES]
    by_age = _ratio((rates.fertility[:, FERTILE_AGES] * women).sum(axis=0), women.sum(axis=0))
    return float(by_age.sum())


def _ratio(part: Array, whole: Array) -> Array:
    return np.asarray(np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0))


def _on_acting(values: Array, factor: Array | float, acting: NDArray[np.bool_]) -> Array:
    """`values[area, …]` times `factor` where `acting`."""
    shaped = acting.reshape(-1, *(1,) * (values.ndim - 1))
    return np.where(shaped, values * factor, values)


def _on_the_way(years_on: int, reached_after: float) -> float:
    """Share of a change that is reached: a straight line from the base year on.

    >>> [_on_the_way(year, 10) for year in (1, 10, 20)]
    [0.1, 1.0, 1.0]
    """
    return min(years_on / reached_after, 1.0)


@dataclass(frozen=True)
class NoMigration:
    """Nobody moves, neither within the country nor across the border (omavaraislaskelma)."""

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates without moves of the acting areas."""
        return replace(
            rates,
            out_rate=_on_acting(rates.out_rate, 0.0, year.acting),
            in_weight=_on_acting(rates.in_weight, 0.0, year.acting),
            immigration=_on_acting(rates.immigration, 0.0, year.acting),
            emigration_rate=_on_acting(rates.emigration_rate, 0.0, year.acting),
        )


@dataclass(frozen=True)
class FertilityPath:
    """The country's total fertility goes in a straight line to `births_per_woman` and stays there.

    Every acting area's fertility changes by the country's factor, so differences between areas stay.
    """

    births_per_woman: float
    reached_after: float

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the country's factor on fertility."""
        base = national_fertility(rates, year.cohorts)
        if base <= 0:
            raise InputError(
                "nobody bears children in the base scenario, so fertility cannot be led anywhere"
            )
        reached = _on_the_way(year.years_on, self.reached_after)
        factor = 1.0 + (self.births_per_woman / base - 1.0) * reached
        return replace(rates, fertility=_on_acting(rates.fertility, factor, year.acting))


@dataclass(frozen=True)
class NetImmigration:
    """The country's net immigration goes in a straight line to `net_persons` a year and stays there.

    Departures keep their rate; arrivals of every acting area change by one factor, so its share stays.
    """

    net_persons: float
    reached_after: float

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the country's factor on immigration. Raises: InputError for too low a net."""
        arrive = float(rates.immigration.sum())
        depart = float((rates.emigration_rate * year.cohorts).sum())
        reached = _on_the_way(year.years_on, self.reached_after)
        wanted = arrive + (self.net_persons - (arrive - depart)) * reached
        if arrive <= 0 or wanted < 0:
            raise InputError(
                f"net immigration of {self.net_persons:g} persons a year is not possible: {depart:.0f} leave "
                f"and {arrive:.0f} arrive in the base scenario; give a net above {-depart:.0f}"
            )
        return replace(rates, immigration=_on_acting(rates.immigration, wanted / arrive, year.acting))


@dataclass(frozen=True)
class InMigration:
    """Moves in from the rest of the country times `factor` at some ages for some years, fading afterwards.

    Ages `age_from` to `age_to` (reached, inclusive); from the `starts`-th year on for `years` years, then the
    departure from 1 shrinks to `kept` of itself each year. Raises: InputError for ages the wrong way round.
    """

    factor: float
    age_from: float
    age_to: float
    starts: float
    years: float
    kept: float

    def __post_init__(self) -> None:
        if self.age_from > self.age_to:
            raise InputError(
                f"age_from is {self.age_from:g} and age_to {self.age_to:g}; expected age_from at most age_to"
            )

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with stronger or weaker in-moves."""
        since = year.years_on - self.starts
        if since < 0:
            return rates
        fading = self.kept ** max(since - self.years + 1, 0.0)
        ages = np.arange(AGES)
        factor = np.where(
            (ages >= self.age_from) & (ages <= self.age_to), 1 + (self.factor - 1) * fading, 1.0
        )
        return drawing(rates, year, factor)


def _runs(years_on: int, starts: float, years: float) -> bool:
    """Whether the `years_on`-th year is one of the `years` years from the `starts`-th on."""
    return starts <= years_on < starts + years


@dataclass(frozen=True)
class EmployerOpens:
    """`jobs` open evenly over `years` years; those hired elsewhere who do not commute move in, with family.

    Those who leave again are not replaced, and nobody else comes because of them.
    """

    jobs: float
    starts: float
    years: float
    hired_locally: float
    moving_share: float
    household_size: float
    movers: Knots

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the movers' households on the way in."""
        if not _runs(year.years_on, self.starts, self.years):
            return rates
        persons = (
            self.jobs * (1.0 - self.hired_locally) * self.moving_share * self.household_size / self.years
        )
        return arriving(rates, year, _shared(year, persons, self.movers))


@dataclass(frozen=True)
class EmployerCloses:
    """`jobs` close evenly over `years` years; a share of those who lose them moves away, with family."""

    jobs: float
    starts: float
    years: float
    moving_away_share: float
    household_size: float
    movers: Knots

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the movers' households on the way out."""
        if not _runs(year.years_on, self.starts, self.years):
            return rates
        persons = self.jobs * self.moving_away_share * self.household_size / self.years
        return leaving(rates, year, _shared(year, persons, self.movers))


@dataclass(frozen=True)
class SchoolCloses:
    """A school of `pupils` closes; `moving_away_share` of their families moves away over `years` years."""

    pupils: float
    starts: float
    years: float
    moving_away_share: float
    persons_per_pupil: float
    movers: Knots

    def act(self, rates: YearRates, year: Year) -> YearRates:
        """The year's rates with the families on the way out."""
        if not _runs(year.years_on, self.starts, self.years):
            return rates
        persons = self.pupils * self.moving_away_share * self.persons_per_pupil / self.years
        return leaving(rates, year, _shared(year, persons, self.movers))


def _shared(year: Year, persons: float, movers: Knots) -> Array:
    """`persons` by area, sex and age."""
    return np.asarray(persons * year.population_share[:, None, None] * age_shares(movers))
