"""Age groups in which municipalities plan services: the one definition that every reader follows.

A child starts pre-primary in the autumn of the year it turns 6 and grade 1 when it turns 7, so ages on
31 December of year t are the groups of the autumn of year t (foresight.md A10).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, OLDEST_AGE, Array


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
