"""Scores of backtests, looked up by what they are about, and the size classes they are told by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np

from foresight.backtest_rows import CHANCE, EVERY_SIZE, size_label
from foresight.cohorts import SIZE_CLASS_STARTS, size_class
from foresight.known import Protocol

REGIONS, MUNICIPALITIES, TOTALS = "regions", "municipalities", "municipal totals"
"""Runs: regions by age, municipalities by age, municipalities by totals alone."""
SAME_INFORMATION = Protocol.SAME_INFORMATION.value
OURS, NO_CHANGE, HAMILTON_PERRY, OFFICIAL = "ours", "no change", "hamilton-perry", "official"
OFFICIAL_REBASED, REGION_RATIOS = "official rebased", "ratios of the region"
TRENDS = ("lin/exp 5", "lin/exp 10")
TOTAL = "total"
WITHIN_10, MAPE, WAPE, COVERAGE_80 = "within_10", "mape", "wape", "coverage_80"

__all__ = ["CHANCE", "EVERY_SIZE"]


class About(NamedTuple):
    """What a score is about; `method` and `measure` as in foresight/backtest_rows.py."""

    run: str
    horizon: int
    method: str = OURS
    measure: str = MAPE
    size_class: str = EVERY_SIZE
    scheme: str = TOTAL
    age_group: str = TOTAL


@dataclass(frozen=True)
class Score:
    """A score in %, over `cases` forecasts of the base years from `first` to `last`."""

    value: float
    cases: int
    first: int
    last: int
    base_years: int


@dataclass(frozen=True)
class Backtest:
    """Scores by what they are about; empty where the snapshot holds none."""

    scores: dict[About, Score] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.scores)

    def value(self, about: About) -> float | None:
        """The score, None where there is none."""
        found = self.scores.get(about)
        return found.value if found else None

    @cached_property
    def _horizons(self) -> dict[About, list[int]]:
        """Years ahead by what is told of them, under the horizon 0."""
        found: dict[About, list[int]] = {}
        for about in self.scores:
            found.setdefault(about._replace(horizon=0), []).append(about.horizon)
        return {about: sorted(horizons) for about, horizons in found.items()}

    def horizons(self, about: About) -> list[int]:
        """Years ahead for which there is such a score, the horizon of `about` aside."""
        return self._horizons.get(about._replace(horizon=0), [])

    def longest(self, run: str, scheme: str, size: str | None = None) -> int:
        """The longest horizon at which ours was tested in any group of `scheme`, 0 without any."""
        return max(
            (
                horizons[-1]
                for about, horizons in self._horizons.items()
                if (about.run, about.scheme, about.method) == (run, scheme, OURS)
                and size in (None, about.size_class)
            ),
            default=0,
        )

    def best(self, about: About, methods: Iterable[str]) -> tuple[str, float] | None:
        """Which of `methods` has the smallest score, and the score; None where none has any."""
        told = [
            (value, method)
            for method in methods
            if (value := self.value(about._replace(method=method))) is not None
        ]
        return (min(told)[1], min(told)[0]) if told else None


def size_classes() -> list[str]:
    """The backtest's size classes, smallest first: `0-1999` … `50000+`."""
    return [size_label(position) for position in range(len(SIZE_CLASS_STARTS))]


def size_class_of(population: float) -> str:
    """The backtest's size class of a municipality with so many inhabitants."""
    return size_label(int(size_class(np.array([population]))[0]))


def size_bounds(label: str) -> tuple[int, int | None]:
    """Fewest and most inhabitants of a size class; no most for the largest.

    >>> size_bounds("2000-4999"), size_bounds("50000+")
    ((2000, 4999), (50000, None))
    """
    low, _, high = label.rstrip("+").partition("-")
    return int(low), int(high) if high else None
