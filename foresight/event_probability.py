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
_COMPARE: dict[str, Callable[[Array, float], Array]] = {
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
    if side not in _COMPARE:
        raise InputError(f"side {side!r}: expected one of {', '.join(_COMPARE)}")
    if figures.ndim != 2 or 0 in figures.shape:
        raise InputError(f"figures have shape {figures.shape}; expected [year, draw], none of them 0")
    if not np.isfinite(limit) or not np.isfinite(figures).all():
        raise InputError(f"the limit ({limit}) or a figure is missing; a probability needs all of them")
    happens = np.asarray(_COMPARE[side](figures, limit))
    happened = np.logical_or.accumulate(happens, axis=0)
    by_then = happened.mean(axis=1)
    first = np.diff(by_then, prepend=0.0)
    return tuple(
        EventProbability(base_year + 1 + k, float(happens[k].mean()), float(first[k]), float(by_then[k]))
        for k in range(len(figures))
    )
