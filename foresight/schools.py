"""Classes per school and grade, where a register gives schools, their shares of cohorts and group limits.

Without a register there are pupils per grade (`service_need.pupils_need`), not classes: no law says how large
a class in general teaching may be, so a number of classes without the school's own limit would be invented.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array, InputError
from foresight.service_need import (
    GRADES,
    PRE_PRIMARY_AGE,
    Band,
    bands,
    projected_years,
    require_draws,
    rounded_up,
)

FIRST_SUBJECT_GRADE = 7
"""From here subject teachers teach: grades 6 and 7 are never joined in one class."""
_ROUNDING = 1e-9


@dataclass(frozen=True)
class School:
    """A school of the register: the shares of the municipality's children of each of its grades that it has.

    `group_limit` is the largest class, one for all grades or by grade. With `combined_limit`, neighbouring
    grades (at most `most_combined`) are taught as one class (yhdysluokka) as long as they have no more pupils
    together. Raises: InputError.
    """

    name: str
    shares: Mapping[int, float]
    group_limit: int | Mapping[int, int]
    combined_limit: int | None = None
    most_combined: int = 2

    def __post_init__(self) -> None:
        grades = sorted(self.shares)
        if not grades or grades != list(range(grades[0], grades[-1] + 1)) or not set(grades) <= set(GRADES):
            raise InputError(f"{self.name} has grades {grades}; expected neighbouring grades of 1 to 9")
        for grade, share in self.shares.items():
            if not 0.0 <= share <= 1.0:
                raise InputError(f"{self.name} has a share of {share} of grade {grade}; expected 0 to 1")
        if not isinstance(self.group_limit, int) and not set(grades) <= set(self.group_limit):
            raise InputError(f"{self.name} has group limits {dict(self.group_limit)} for grades {grades}")
        limits = self.limits
        if min(limits) < 1 or self.most_combined < 2:
            raise InputError(
                f"{self.name} has a group limit of {min(limits)} and joins up to {self.most_combined} "
                "grades; expected at least 1 pupil and 2 grades"
            )
        if self.combined_limit is not None and not 1 <= self.combined_limit <= min(limits):
            raise InputError(
                f"{self.name} joins grades of up to {self.combined_limit} pupils, its groups hold "
                f"{min(limits)}; expected no more than that"
            )

    @property
    def grades(self) -> tuple[int, ...]:
        """Its grades, lowest first."""
        return tuple(sorted(self.shares))

    @property
    def limits(self) -> tuple[int, ...]:
        """The largest class of each of its grades."""
        if isinstance(self.group_limit, int):
            return (self.group_limit,) * len(self.shares)
        return tuple(self.group_limit[grade] for grade in self.grades)


@dataclass(frozen=True)
class SchoolDraws:
    """One school in every draw: `pupils`, `classes_by_grade` `[grade, year, draw]`, the rest `[year, draw]`.

    `classes_by_grade` counts the classes in which the grade is taught, a combined one in each of its grades;
    `classes` counts every class once, `combined` those of several grades.
    """

    name: str
    grades: tuple[int, ...]
    pupils: Array
    classes_by_grade: Array
    classes: Array
    combined: Array

    def grade(self, grade: int) -> Array:
        """Classes of one grade, `[year, draw]`, for `event_probability`. Raises: InputError."""
        if grade not in self.grades:
            raise InputError(f"{self.name} has grades {self.grades}, not {grade}")
        one: Array = self.classes_by_grade[self.grades.index(grade)]
        return one


@dataclass(frozen=True)
class SchoolNeed:
    """One school's bands by year; `pupils_by_grade` and `classes_by_grade` in the order of `grades`."""

    name: str
    years: tuple[int, ...]
    grades: tuple[int, ...]
    pupils: tuple[Band, ...]
    classes: tuple[Band, ...]
    combined: tuple[Band, ...]
    pupils_by_grade: tuple[tuple[Band, ...], ...]
    classes_by_grade: tuple[tuple[Band, ...], ...]


def school_draws(
    draws: Array, base_year: int, schools: Sequence[School], rng: np.random.Generator
) -> tuple[SchoolDraws, ...]:
    """Whole pupils and classes of every school in every draw.

    Draws as in `service_need`; grade g in autumn t are those aged 6 + g on 31 December of t. Children are
    whole, and which of them live near which school is chance (multinomial by the shares; who is left goes to
    school elsewhere). A cohort keeps its split from year to year as long as the shares of its grades stay, so
    "has happened by then" is right. Raises: InputError for draws, or shares of a grade above one together.
    """
    require_draws(draws)
    split = np.stack([_shares_of_grade(schools, grade) for grade in GRADES])
    years = projected_years(draws, base_year)
    pupils = np.zeros((len(schools), len(GRADES), len(years), draws.shape[2]))
    ages = [PRE_PRIMARY_AGE + grade for grade in GRADES]
    for born in range(years[0] - ages[-1], years[-1] - ages[0] + 1):
        at = [(year - born - ages[0], k) for k, year in enumerate(years) if year - born in ages]
        counts = np.stack([draws[k, ages[grade]] for grade, k in at])
        for (grade, k), placed in zip(at, _place(counts, split[[g for g, _ in at]], rng), strict=True):
            pupils[:, grade, k] = placed
    return tuple(
        _with_classes(school, pupils[position][[GRADES.index(grade) for grade in school.grades]])
        for position, school in enumerate(schools)
    )


def school_need(school: SchoolDraws, base_year: int) -> SchoolNeed:
    """Bands of one school. The mean of classes is that of numbers rounded up in each draw."""
    years = tuple(range(base_year + 1, base_year + 1 + len(school.classes)))
    return SchoolNeed(
        school.name,
        years,
        school.grades,
        bands(school.pupils.sum(axis=0)),
        bands(school.classes),
        bands(school.combined),
        tuple(bands(grade) for grade in school.pupils),
        tuple(bands(grade) for grade in school.classes_by_grade),
    )


def classes_by_grade(pupils: Array, group_limit: int | NDArray[np.int_]) -> Array:
    """Classes that pupils fill when no class is larger than `group_limit`; none for none.

    >>> classes_by_grade(np.array([0.0, 1.0, 24.0, 25.0]), 24).tolist()
    [0.0, 1.0, 1.0, 2.0]
    """
    return rounded_up(pupils / group_limit)


def joined_classes(
    pupils: Array, grades: Sequence[int], limits: Sequence[int], combined_limit: int, most_combined: int
) -> tuple[Array, Array]:
    """Classes, and combined ones among them, when small neighbouring grades of `pupils[grade, …]` are joined.

    `limits` are the largest classes of the grades.

    Grades are joined from the lowest up; for neighbours under a limit on their sum that gives the fewest.

    >>> total, combined = joined_classes(np.array([8.0, 9.0, 20.0, 5.0]), [1, 2, 3, 4], [24] * 4, 20, 2)
    >>> int(total), int(combined)
    (3, 1)
    """
    nobody: Array = np.zeros(pupils.shape[1:])
    total = combined = size = members = nobody
    for grade, number, limit in zip(grades, pupils, limits, strict=True):
        if grade == FIRST_SUBJECT_GRADE:
            members = nobody
        joins = (number > 0) & (members > 0) & (members < most_combined) & (size + number <= combined_limit)
        opens = (number > 0) & ~joins
        total = total + np.where(opens, classes_by_grade(number, limit), 0.0)
        combined = combined + (joins & (members == 1))
        size = np.where(joins, size + number, np.where(opens, number, size))
        members = np.where(joins, members + 1, np.where(opens, 1.0, members))
    return total, combined


def _shares_of_grade(schools: Sequence[School], grade: int) -> Array:
    """Shares of one grade over schools, and last of those elsewhere. Raises: InputError above one."""
    shares = np.array([school.shares.get(grade, 0.0) for school in schools])
    elsewhere = 1.0 - shares.sum()
    if elsewhere < -_ROUNDING:
        raise InputError(f"schools share out {shares.sum():.4f} of grade {grade}; expected at most 1")
    return np.append(shares, max(elsewhere, 0.0))


def _place(counts: Array, split: Array, rng: np.random.Generator) -> list[Array]:
    """Whole pupils of one cohort at each school, `[school, draw]` for each row of `counts[step, draw]`.

    A new split is drawn when the shares change. While they stay, a cohort that grows or shrinks keeps its
    proportions: cumulated shares are rounded with one random offset per draw, so schools sum to the cohort.
    """
    offset = rng.random((2, counts.shape[1]))
    placed: list[Array] = []
    reach = np.zeros((0, 0))
    for step, number in enumerate(counts):
        whole = np.floor(number.astype(np.float64) + offset[0]).astype(np.int64)
        if step == 0 or not np.array_equal(split[step], split[step - 1]):
            fallen = rng.multinomial(whole, split[step] / split[step].sum()).T.astype(np.float64)
            some = np.maximum(whole, 1)
            expected = np.broadcast_to(split[step][:, None], fallen.shape)
            reach = np.cumsum(np.where(whole > 0, fallen / some, expected), axis=0)
            reach[-1] = 1.0
        ends = np.floor(reach * whole + offset[1] + _ROUNDING)
        placed.append(np.diff(ends, axis=0, prepend=0.0)[:-1])
    return placed


def _with_classes(school: School, pupils: Array) -> SchoolDraws:
    limits = np.array(school.limits)
    by_grade = classes_by_grade(pupils, limits[:, None, None])
    classes: Array = by_grade.sum(axis=0)
    combined: Array = np.zeros_like(classes)
    if school.combined_limit is not None:
        classes, combined = joined_classes(
            pupils, school.grades, school.limits, school.combined_limit, school.most_combined
        )
    return SchoolDraws(school.name, school.grades, pupils, by_grade, classes, combined)
