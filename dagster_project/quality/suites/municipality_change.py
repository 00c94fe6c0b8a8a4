"""What the changes of municipalities from year to year must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LEAST = 280
"""Municipalities that are mapped on: all of a year."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    frame = candidate.frame
    steps = frame.assign(step=frame["to_year"].astype(int) - frame["from_year"].astype(int))
    checks = [
        *records.base_checks(entry, candidate, previous),
        records.matching(candidate, "from_code", r"\d{3}"),
        records.matching(candidate, "to_code", r"\d{3}"),
        in_range("years_follow", "from one year to the next", steps, "step", 1, 1),
        records.periods_complete(candidate),
    ]
    if candidate.covers_country:
        checks.append(records.municipalities_present(candidate, least=LEAST))
    return checks
