"""One expectation as data: what is looked at, which Great Expectations class judges it, and both in words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd


@dataclass(frozen=True)
class Check:
    """`expectation` (a class name of great_expectations.expectations, with its `arguments`) on `frame`.

    `expected` says the rule in words; a failing row is shown to the steward with all columns of the frame.
    Checks that look at the same frame object share one batch.
    """

    name: str
    expected: str
    frame: pd.DataFrame
    expectation: str
    arguments: dict[str, Any] = field(default_factory=dict)


def is_zero(name: str, expected: str, frame: pd.DataFrame, column: str, *, tolerance: float = 0.0) -> Check:
    """The check that `column` is zero, give or take `tolerance`, in every row."""
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
    )


def is_true(name: str, expected: str, frame: pd.DataFrame, column: str) -> Check:
    """The check that `column` (boolean) holds in every row."""
    return Check(
        name,
        expected,
        frame,
        "ExpectColumnValuesToBeInSet",
        {"column": column, "value_set": [True]},
    )
