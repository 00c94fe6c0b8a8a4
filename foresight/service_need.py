"""Age groups in which municipalities plan services, and how many people they will hold, with bands.

A child starts pre-primary in the autumn of the year it turns 6 and grade 1 when it turns 7 (Basic Education
Act 628/1998, sections 25 and 26 a), so ages on 31 December of year t are the groups of the autumn of year t:
grade g holds those aged 6 + g (foresight.md A10).

Draws are `[year, age, draw]` of one area, both sexes together, ages 0–100; the first year is the one after
`base_year`. What is summed here is summed within draws, so bands of groups are right. Day care stands in
`day_care`, classes in `schools`, probabilities of events in `event_probability`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, OLDEST_AGE, Array, InputError


@dataclass(frozen=True)
class AgeGroup:
    """Ages `age_from … age_to` (inclusive) of one scheme; `age_to` 100 is open."""

    scheme: str
    label: str
    age_from: int
    age_to: int


def _scheme(name: str, *starts: int) -> tuple[AgeGroup, ...]:
    """Groups that begin at `starts` and together hold everybody.

    >>> [group.label for group in _scheme("x", 0, 1, 3, 85)]
    ['0', '1-2', '3-84', '85+']
    """
    ends = [*(start - 1 for start in starts[1:]), OLDEST_AGE]
    groups = []
    for first, last in zip(starts, ends, strict=True):
        label = f"{first}+" if last == OLDEST_AGE else str(first) if first == last else f"{first}-{last}"
        groups.append(AgeGroup(name, label, first, last))
    return tuple(groups)


SCHEMES: tuple[AgeGroup, ...] = (
    *_scheme("service", 0, 1, 3, 6, 7, 13, 16, 19, 65, 75, 85),
    *_scheme("report", 0, 1, 7, 16, 19, 65, 75, 85),
    *_scheme("broad", 0, 15, 65),
    AgeGroup("total", "total", 0, OLDEST_AGE),
)
"""Every published group, in published order. `broad` is that of the demographic dependency ratio."""


def group_sums(by_age: Array, groups: tuple[AgeGroup, ...] = SCHEMES) -> Array:
    """Sums of `by_age[area, age, …]` over each group, `[area, group, …]`, as float64.

    >>> group_sums(np.ones((1, 101)), (AgeGroup("total", "total", 0, 100),)).tolist()
    [[101.0]]
    """
    member = np.zeros((len(groups), AGES))
    for position, group in enumerate(groups):
        member[position, group.age_from : group.age_to + 1] = 1.0
    flat = by_age.reshape(by_age.shape[0], AGES, -1)
    sums: Array = np.einsum("ga,iak->igk", member, flat, optimize=True)
    return sums.reshape(by_age.shape[0], len(groups), *by_age.shape[2:])


GRADES = range(1, 10)
PRE_PRIMARY_AGE = 6
ELDERLY = (AgeGroup("elderly", "75+", 75, OLDEST_AGE), AgeGroup("elderly", "85+", 85, OLDEST_AGE))
"""The ages of care; the second is part of the first."""


@dataclass(frozen=True)
class Band:
    """Mean and quantiles over draws of one figure."""

    mean: float
    p10: float
    p50: float
    p90: float


@dataclass(frozen=True)
class Need:
    """People of one group in each year; `born` and `unborn` are its parts by whether they lived at the base.

    Means of the parts add up to the whole, quantiles do not. `born_share` is the share of the expected whole
    who were born by the base year, wherever they lived then; 1 where nobody unborn is expected.
    """

    label: str
    years: tuple[int, ...]
    bands: tuple[Band, ...]
    born: tuple[Band, ...]
    unborn: tuple[Band, ...]
    born_share: tuple[float, ...]


def band(draws: Array) -> Band:
    """Mean and quantiles of the figures of all draws `[draw]`, quantiles interpolated.

    >>> band(np.array([0.0, 10.0, 20.0]))
    Band(mean=10.0, p10=2.0, p50=10.0, p90=18.0)
    """
    p10, p50, p90 = np.quantile(draws.astype(np.float64), [0.1, 0.5, 0.9])
    return Band(float(draws.mean(dtype=np.float64)), float(p10), float(p50), float(p90))


def bands(figures: Array) -> tuple[Band, ...]:
    """The band of each year of `figures[year, draw]`."""
    return tuple(band(year) for year in figures)


def rounded_up(quotients: Array) -> Array:
    """Whole groups that quotients of at least zero need; none for none.

    A quotient that misses a whole number by less than 1e-9 does so by floating point and needs no group more.

    >>> rounded_up(np.array([0.0, 0.1, 1.0 + 1e-12])).tolist()
    [0.0, 1.0, 1.0]
    """
    return np.where(quotients > 0, np.ceil(quotients - 1e-9), 0.0)


def projected_years(draws: Array, base_year: int) -> tuple[int, ...]:
    """Years of the first axis.

    >>> projected_years(np.zeros((2, 101, 1)), 2020)
    (2021, 2022)
    """
    return tuple(range(base_year + 1, base_year + 1 + len(draws)))


def require_draws(draws: Array) -> None:
    """Nothing, when they can be counted. Raises: InputError saying what is wrong with shape or figures."""
    if draws.ndim != 3 or draws.shape[1] != AGES or 0 in draws.shape:
        raise InputError(
            f"draws have shape {draws.shape}; expected [year, {AGES} ages, draw], none of them 0"
        )
    wrong = ~np.isfinite(draws) | (draws < 0)
    if wrong.any():
        year, age, draw = (int(axis[0]) for axis in np.nonzero(wrong))
        raise InputError(
            f"{int(wrong.sum())} figures of the draws are negative or missing, the first in year {year + 1} "
            f"after the base, age {age}, draw {draw}; expected counts of zero or more"
        )


def grade_age(grade: int, *, autumn: int, standing: int) -> int:
    """Age on 31 December of `standing` of those in `grade` in the autumn of `autumn`; 0 is pre-primary.

    In a table of the December before, next autumn's first grade is still 6.

    >>> grade_age(1, autumn=2025, standing=2025), grade_age(1, autumn=2025, standing=2024)
    (7, 6)
    """
    if grade != 0 and grade not in GRADES:
        raise InputError(f"grade {grade}: expected 1 to 9, or 0 for pre-primary")
    age = PRE_PRIMARY_AGE + grade - (autumn - standing)
    if age < 0:
        raise InputError(f"those in grade {grade} in {autumn} were not born on 31 December {standing}")
    return age


def group_need(draws: Array, base_year: int, group: AgeGroup) -> Need:
    """How many of `group` live there on 31 December of each year. Raises: InputError for draws or ages.

    >>> need = group_need(np.ones((2, 101, 3)), 2020, AgeGroup("service", "1-2", 1, 2))
    >>> need.bands[1].mean, need.born_share
    (2.0, (1.0, 0.5))
    """
    require_draws(draws)
    if not 0 <= group.age_from <= group.age_to <= OLDEST_AGE:
        raise InputError(
            f"group {group.label} has ages {group.age_from}–{group.age_to}; expected 0–{OLDEST_AGE}"
        )
    years = projected_years(draws, base_year)
    born = np.empty((len(years), draws.shape[2]))
    unborn = np.empty_like(born)
    for position, year in enumerate(years):
        # someone aged a on 31 December of a year was born in the year less a
        oldest_unborn = year - base_year - 1
        first_born = min(max(oldest_unborn + 1, group.age_from), group.age_to + 1)
        unborn[position] = draws[position, group.age_from : first_born].sum(axis=0, dtype=np.float64)
        born[position] = draws[position, first_born : group.age_to + 1].sum(axis=0, dtype=np.float64)
    lived, whole = born.mean(axis=1), (born + unborn).mean(axis=1)
    share = np.divide(lived, whole, out=np.ones(len(years)), where=whole > 0)
    return Need(group.label, years, bands(born + unborn), bands(born), bands(unborn), tuple(share.tolist()))


def pre_primary_need(draws: Array, base_year: int) -> Need:
    """Children of pre-primary age each autumn: those aged 6 on 31 December of the same year."""
    return group_need(draws, base_year, AgeGroup("school", "pre-primary", PRE_PRIMARY_AGE, PRE_PRIMARY_AGE))


def pupils_need(draws: Array, base_year: int) -> tuple[Need, ...]:
    """Children of the age of grades 1 to 9 each autumn; the first is the grade-1 cohort.

    These are children of that age who live there: pupils of other municipalities' schools, and those who
    start a year early or late, are not told apart.

    >>> as_many_as_their_age = np.arange(101.0).reshape(1, 101, 1)
    >>> [grade.bands[0].mean for grade in pupils_need(as_many_as_their_age, 2020)][:2]
    [7.0, 8.0]
    """
    ages = [PRE_PRIMARY_AGE + grade for grade in GRADES]
    groups = [AgeGroup("school", f"grade {age - PRE_PRIMARY_AGE}", age, age) for age in ages]
    return tuple(group_need(draws, base_year, group) for group in groups)


def elderly_need(draws: Array, base_year: int) -> tuple[Need, ...]:
    """People of 75+ and of 85+. Since 2023 their care is the wellbeing services counties' to arrange."""
    return tuple(group_need(draws, base_year, group) for group in ELDERLY)
