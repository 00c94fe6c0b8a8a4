"""What Sotkanet's list of indicators must keep."""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LEAST = 1_000
"""Sotkanet had some 3 500 indicators in 2025."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    span = candidate.frame[["indicator", "first_year", "last_year"]].dropna()
    span = span.assign(years=(span["last_year"] - span["first_year"]).astype("int64"))
    return [
        *records.base_checks(entry, candidate, previous, may_lose=0.1),
        in_range(
            "list_whole",
            f"at least {LEAST} indicators",
            pd.DataFrame({"indicators": [len(candidate.frame)]}),
            "indicators",
            LEAST,
            None,
        ),
        records.matching(candidate, "indicator", r"\d+"),
        records.not_missing(candidate, "title_fi"),
        in_range("years_in_order", "the first year no later than the last", span, "years", 0, 300),
    ]
