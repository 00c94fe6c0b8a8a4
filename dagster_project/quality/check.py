"""One expectation as data: what is looked at, which Great Expectations class judges it, and both in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Check:
    """`expectation` (a class name of great_expectations.expectations, with its `arguments`) on `frame`.

    `label` are columns of the frame that tell the steward which rows fail; `expected` says the rule in words.
    Checks that look at the same frame object share one batch.
    """

    name: str
    expected: str
    frame: pd.DataFrame
    expectation: str
    arguments: dict[str, Any] = field(default_factory=dict)
    label: tuple[str, ...] = ()


def is_zero(name: str, expected: str, frame: pd.DataFrame, column: str, *, tolerance: float = 0.0) -> Check:
    """The check that `column` is zero, give or take, in every row; other columns label a failure."""
    return in_range(name, expected, frame, column, -tolerance, tolerance)


def in_range(
    name: str, expected: str, frame: pd.DataFrame, column: str, least: float | None, most: float | None
) -> Check:
    """The check that `column` lies between `least` and `most`; missing values pass."""
    return Check(
        name,
        expected,
        frame,
        "ExpectColumnValuesToBeBetween",
        {"column": column, "min_value": least, "max_value": most},
        tuple(c for c in frame.columns if c != column),
    )


def is_true(name: str, expected: str, frame: pd.DataFrame, column: str) -> Check:
    """The check that `column` (boolean) holds in every row."""
    return Check(
        name,
        expected,
        frame,
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": [True]},
        tuple(c for c in frame.columns if c != column),
    )
