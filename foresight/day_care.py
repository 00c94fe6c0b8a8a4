"""Day care: children, groups and staff with bands where the municipality's own participation is known.

Without it the children in day care are those there would be if as many took part as in the whole country,
named so: a yardstick, not the municipality's own figure. Groups and staff are then not told.

Ages are those on 31 December, the day on which participation is counted too. Draws as in `service_need`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from foresight.cohorts import Array, InputError
from foresight.event_probability import EventProbability, event_probability
from foresight.service_need import (
    Band,
    bands,
    projected_years,
    require_draws,
    rounded_up,
)

DAY_CARE_AGES = range(7)
FROM_THREE = 3


@dataclass(frozen=True)
class StaffRatios:
    """Children for whom one person is enough, in day-care centres, by law in force from `valid_from` (year).

    `part_time` is for children from three who attend at most five hours a day; a group holds at most the
    children of `people_per_group` persons.
    """

    valid_from: int
    under_three: int
    from_three: int
    part_time: int
    people_per_group: int
    law: str

    def __post_init__(self) -> None:
        numbers = (self.under_three, self.from_three, self.part_time, self.people_per_group)
        if min(numbers) < 1:
            raise InputError(f"staff ratios from {self.valid_from} are {numbers}; expected 1 or more each")


STAFF_RATIOS = (
    StaffRatios(2018, 4, 8, 13, 3, "Government Decree 753/2018, section 1; Act 540/2018, section 35"),
    StaffRatios(
        2020,
        4,
        7,
        13,
        3,
        "Government Decree 753/2018, section 1, as amended by 1586/2019; Act 540/2018, section 35",
    ),
)
"""Section 1 of the decree was read in Finlex in both wordings; the second says "in force on 1 August 2020".
That one group may hold the children of three persons was read where others quote the Act; the number of
that section, and that the decree began in September 2018, are from memory."""


def ratios_in_force(year: int, ratios: tuple[StaffRatios, ...] = STAFF_RATIOS) -> StaffRatios:
    """The newest ratios in force in the autumn of `year`. Raises: InputError before the first.

    >>> ratios_in_force(2019).from_three, ratios_in_force(2030).from_three
    (8, 7)
    """
    valid = [entry for entry in ratios if entry.valid_from <= year]
    if not valid:
        raise InputError(f"no staff ratios are known for {year}; the first is from {ratios[0].valid_from}")
    return max(valid, key=lambda entry: entry.valid_from)


@dataclass(frozen=True)
class AgeRate:
    """Share of the children of ages `age_from … age_to` (both included, 31 December) in early education."""

    age_from: int
    age_to: int
    share: float


@dataclass(frozen=True)
class NationalParticipation:
    """The country's participation on 31 December of `year` as published, by age groups that do not overlap.

    Raises: InputError naming a group that is not within ages 0–6, a share outside 0–1, or an age told twice.
    """

    year: int
    published: int
    rates: tuple[AgeRate, ...]
    source: str

    def __post_init__(self) -> None:
        told: set[int] = set()
        for rate in self.rates:
            ages = set(range(rate.age_from, rate.age_to + 1))
            if not ages or not ages <= set(DAY_CARE_AGES) or ages & told or not 0.0 <= rate.share <= 1.0:
                raise InputError(
                    f"participation of {self.year} has {rate}; expected ages of 0–6 told once, a share of 0–1"
                )
            told |= ages

    def by_age(self) -> tuple[float, ...]:
        """The rate of each age 0–6: that of its group, 0 for an age that no group holds.

        >>> NationalParticipation(2020, 2021, (AgeRate(1, 6, 0.77),), "THL").by_age()
        (0.0, 0.77, 0.77, 0.77, 0.77, 0.77, 0.77)
        """
        share = {a: rate.share for rate in self.rates for a in range(rate.age_from, rate.age_to + 1)}
        return tuple(share.get(age, 0.0) for age in DAY_CARE_AGES)


def national_participation(
    entries: Sequence[NationalParticipation], known_by: int
) -> NationalParticipation | None:
    """The newest of `entries` published by the end of the year `known_by`; None when there was none yet."""
    known = [entry for entry in entries if entry.published <= known_by]
    return max(known, key=lambda entry: entry.year, default=None)


@dataclass(frozen=True)
class OwnParticipation:
    """The municipality's own participation: `rates[age]` of ages 0–6, all seven, as shares of the children.

    `part_time_share` is that of children from three who attend at most five hours a day. At age 6 count those
    who also need day care beside pre-primary, as places are counted. `places` are those of all centres.
    """

    year: int
    rates: tuple[float, ...]
    source: str
    part_time_share: float = 0.0
    places: int | None = None

    def __post_init__(self) -> None:
        if len(self.rates) != len(DAY_CARE_AGES):
            raise InputError(f"{len(self.rates)} participation rates; expected one for each age 0–6")
        for name, share in (
            *((f"age {a}", r) for a, r in enumerate(self.rates)),
            ("part-time", self.part_time_share),
        ):
            if not 0.0 <= share <= 1.0:
                raise InputError(f"participation of {name} is {share}; expected a share between 0 and 1")
        if self.places is not None and self.places < 0:
            raise InputError(f"{self.places} places; expected zero or more")


@dataclass(frozen=True)
class DayCareNeed:
    """Children in day care, groups and persons at work with them, each with bands by year.

    `exceeds` is the probability that children are more than places; None without places.
    """

    years: tuple[int, ...]
    children: tuple[Band, ...]
    groups: tuple[Band, ...]
    staff: tuple[Band, ...]
    exceeds: tuple[EventProbability, ...] | None


@dataclass(frozen=True)
class DayCareChildren:
    """Children in day care in every draw, `[year, draw]`, by the ratio that holds for them."""

    under_three: Array
    from_three: Array
    part_time: Array

    @property
    def everyone(self) -> Array:
        """All of them."""
        return self.under_three + self.from_three + self.part_time


def day_care_children(
    draws: Array, participation: OwnParticipation, rng: np.random.Generator | None = None
) -> DayCareChildren:
    """Children in day care in every draw: `D_t = Σ_a P_{a,t}·u_a` (foresight.md A10).

    Without `rng` that is the number to expect given the children: bands then hold only what is unsure about
    population. With it each child attends by chance (binomial, whole children, years
    independent of each other). That rates themselves change is in neither. Raises: InputError.
    """
    require_draws(draws)
    children = draws[:, : len(DAY_CARE_AGES)].astype(np.float64)
    rates = np.asarray(participation.rates)[None, :, None]
    part = participation.part_time_share
    if rng is None:
        attending = children * rates
        part_time = attending[:, FROM_THREE:] * part
    else:
        whole = np.floor(children + rng.random(children.shape)).astype(np.int64)
        attending = rng.binomial(whole, rates)
        part_time = rng.binomial(attending[:, FROM_THREE:], part)
    older = attending[:, FROM_THREE:] - part_time
    sums = (attending[:, :FROM_THREE].sum(axis=1), older.sum(axis=1), part_time.sum(axis=1))
    return DayCareChildren(*(np.asarray(s, dtype=np.float64) for s in sums))


def staff_needed(children: DayCareChildren, ratios: StaffRatios) -> Array:
    """Persons at work when all attend, `[year, draw]`, not rounded; opening hours come on top."""
    young, older = _persons(children, ratios)
    return young + older


def groups_needed(children: DayCareChildren, ratios: StaffRatios) -> Array:
    """Fewest groups by law, `[year, draw]`: ⌈persons / persons per group⌉ under three and from three.

    With 1:4, 1:7 and three persons that is ⌈D/12⌉ + ⌈D/21⌉. As if all children went to one centre: every
    further centre can need up to one group more of each kind.
    """
    young, older = (persons / ratios.people_per_group for persons in _persons(children, ratios))
    return rounded_up(young) + rounded_up(older)


def day_care_need(
    draws: Array,
    base_year: int,
    participation: OwnParticipation,
    *,
    ratios: tuple[StaffRatios, ...] = STAFF_RATIOS,
    rng: np.random.Generator | None = None,
) -> DayCareNeed:
    """Children, groups and staff with bands for every year, by the ratios in force in it.

    Groups are rounded up within each draw and averaged then: the mean is the expected number of groups, not
    the groups of the expected number. Raises: InputError for draws, or years before the first ratios.
    """
    children = day_care_children(draws, participation, rng)
    years = projected_years(draws, base_year)
    groups, staff = np.empty_like(children.under_three), np.empty_like(children.under_three)
    for position, year in enumerate(years):
        law = ratios_in_force(year, ratios)
        now = slice(position, position + 1)
        one = DayCareChildren(children.under_three[now], children.from_three[now], children.part_time[now])
        groups[now], staff[now] = groups_needed(one, law), staff_needed(one, law)
    everyone, places = children.everyone, participation.places
    return DayCareNeed(
        years,
        bands(everyone),
        bands(groups),
        bands(staff),
        None if places is None else event_probability(everyone, "above", places, base_year),
    )


def _persons(children: DayCareChildren, ratios: StaffRatios) -> tuple[Array, Array]:
    older = children.from_three / ratios.from_three + children.part_time / ratios.part_time
    return children.under_three / ratios.under_three, older
