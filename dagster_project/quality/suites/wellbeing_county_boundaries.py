"""What the boundaries of wellbeing services counties must keep."""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MAY_LOSE = 0.05
"""Areas merge from year to year."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    count = pd.DataFrame({"areas": [len(candidate.frame)]})
    checks = [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "hyvinvointialue", r"\d{2}"),
        records.not_missing(candidate, "nimi"),
        records.not_missing(candidate, "geometry"),
        records.value_range(candidate, "vuosi", 2013, 2100),
    ]
    if candidate.covers_country:
        checks.append(in_range("areas_present", "20–25 areas", count, "areas", 20, 25))
    return checks
