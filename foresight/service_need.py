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
CHILDREN = range(PRE_PRIMARY_AGE + GRADES[-1] + 1)
"""Ages 0–15, told one by one: children until the end of comprehensive school."""


def _child(age: int) -> str:
    if age < PRE_PRIMARY_AGE:
        return f"children_{age}"
    return "pre_primary" if age == PRE_PRIMARY_AGE else f"grade_{age - PRE_PRIMARY_AGE}"


NEED = "need"
NEED_GROUPS: tuple[AgeGroup, ...] = tuple(
    AgeGroup(NEED, label, age_from, age_to)
    for label, age_from, age_to in (
        *((_child(age), age, age) for age in CHILDREN),
        ("children_0_6", 0, 6),
        ("children_1_2", 1, 2),
        ("children_3_5", 3, 5),
        ("day_care_age", 1, 5),
        ("pupils_1_6", 7, 12),
        ("pupils_7_9", 13, 15),
        ("pupils_1_9", 7, 15),
        ("youth_16_18", 16, 18),
        ("people_75_plus", 75, OLDEST_AGE),
        ("people_85_plus", 85, OLDEST_AGE),
    )
)
"""Whom services are planned for, by published name; the first are single ages in order, and groups overlap.

`day_care_age` ends before pre-primary, which is its own. `pupils` and `grade_…` are children of that age who
live there: pupils of other municipalities' schools, and those who start a year early or late, are not told
apart. Care of those of 75+ and 85+ has been the wellbeing services counties' to arrange since 2023."""


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


def born_share(means: Array, weights: Array, base_year: int, first_year: int) -> Array:
    """Share of the expected `Σ weights[age]·means[year, …, age]` born by the end of `base_year`, `[year, …]`.

    The first row of `means` is of `first_year`. 1 where nobody is expected.

    >>> born_share(np.ones((2, 101)), np.r_[0, 1, 1, np.zeros(98)], 2020, 2021).tolist()
    [1.0, 0.5]
    """
    years = np.arange(first_year, first_year + len(means))
    # someone aged a on 31 December of a year was born in the year less a
    born = years[:, None] - np.arange(AGES) <= base_year
    counted = means * weights
    whole = counted.sum(axis=-1)
    lived = (counted * born.reshape(len(years), *(1,) * (means.ndim - 2), AGES)).sum(axis=-1)
    share: Array = np.divide(lived, whole, out=np.ones_like(whole), where=whole > 0)
    return share


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
    weights = np.zeros(AGES)
    weights[group.age_from : group.age_to + 1] = 1.0
    share = born_share(draws.mean(axis=2, dtype=np.float64), weights, base_year, years[0])
    return Need(group.label, years, bands(born + unborn), bands(born), bands(unborn), tuple(share.tolist()))
