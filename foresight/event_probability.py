"""How likely something is to happen, and to have happened by a year, counted over joint draws.

Draws are whole paths, so "by then" is right: a path that crossed a limit once has crossed it, whatever it did
afterwards. With m draws nothing rarer than about 1/m can be told from never.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from foresight.cohorts import Array, InputError

Side = Literal["at_most", "below", "at_least", "above"]
_COMPARE: dict[str, Callable[[Array, Array], Array]] = {
    "at_most": operator.le,
    "below": operator.lt,
    "at_least": operator.ge,
    "above": operator.gt,
}


@dataclass(frozen=True)
class EventProbability:
    """Probabilities of one year: that it is so `now`, is so for the `first` time, has been so `by_then`."""

    year: int
    now: float
    first: float
    by_then: float


@dataclass(frozen=True)
class EventRule:
    """Something a figure may do: be `side` of `limit`, or of `factor` times what it was in the base year.

    Exactly one of the two is given. Raises: InputError naming the rule.
    """

    id: str
    measure: str
    side: Side
    limit: float | None = None
    factor: float | None = None

    def __post_init__(self) -> None:
        if self.side not in _COMPARE:
            raise InputError(f"side {self.side!r} of {self.id}: expected one of {', '.join(_COMPARE)}")
        if (self.limit is None) == (self.factor is None):
            raise InputError(
                f"{self.id} has limit {self.limit} and factor {self.factor}; expected one of them"
            )

    def limits(self, base: Array) -> Array:
        """The limit for each figure of the base year; NaN where a share of nothing would be asked for.

        >>> grows = EventRule("grows", "people_75_plus", "at_least", factor=1.25)
        >>> grows.limits(np.array([80.0, 0.0])).tolist()
        [100.0, nan]
        """
        if self.factor is None:
            return np.full(np.shape(base), self.limit)
        return np.where(base > 0, self.factor * base, np.nan)


class EventCount:
    """Counts over the draws of many figures, year by year, how often each is `side` of its limit.

    `limits[…]` is the limit of each figure; where it is NaN nothing ever happens.
    """

    def __init__(self, side: Side, limits: Array, draws: int) -> None:
        if side not in _COMPARE:
            raise InputError(f"side {side!r}: expected one of {', '.join(_COMPARE)}")
        self._compare = _COMPARE[side]
        self._limits = np.asarray(limits, dtype=np.float64)[..., None]
        self._happened = np.zeros((*np.shape(limits), draws), dtype=bool)

    def add(self, figures: Array) -> tuple[Array, Array]:
        """Shares of draws in which the next year's `figures[…, draw]` are so now, and have been by now."""
        happens = np.asarray(self._compare(figures, self._limits))
        self._happened |= happens
        return happens.mean(axis=-1), self._happened.mean(axis=-1)


def event_probability(
    figures: Array, side: Side, limit: float, base_year: int
) -> tuple[EventProbability, ...]:
    """Probability each year that `figures[year, draw]` are `side` (`at_most`, `below`, …) of `limit`.

    Day care exceeds its places: `event_probability(children, "above", places, base_year)`. First-grade
    classes fall to one: `event_probability(classes, "at_most", 1, base_year)`; an area that is there already
    has probability 1 from the first year. Raises: InputError for shape, missing figures, an unknown side.

    >>> paths = np.array([[1.0, 3.0], [3.0, 3.0], [1.0, 1.0]])
    >>> [(e.year, e.now, e.first, e.by_then) for e in event_probability(paths, "below", 2, 2020)]
    [(2021, 0.5, 0.5, 0.5), (2022, 0.0, 0.0, 0.5), (2023, 1.0, 0.5, 1.0)]
    """
    if figures.ndim != 2 or 0 in figures.shape:
        raise InputError(f"figures have shape {figures.shape}; expected [year, draw], none of them 0")
    if not np.isfinite(limit) or not np.isfinite(figures).all():
        raise InputError(f"the limit ({limit}) or a figure is missing; a probability needs all of them")
    count = EventCount(side, np.array(limit), figures.shape[1])
    found = [count.add(year) for year in figures]
    first = np.diff([float(by_then) for _, by_then in found], prepend=0.0)
    return tuple(
        EventProbability(base_year + 1 + k, float(now), float(first[k]), float(by_then))
        for k, (now, by_then) in enumerate(found)
    )
