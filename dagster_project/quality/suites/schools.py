"""What the register of educational institutions must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MAY_LOSE = 0.1
"""Schools are closed and joined."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "tunn", r"\w{4,6}"),
        records.not_missing(candidate, "onimi"),
        records.not_missing(candidate, "geometry", share=0.05),
    ]
