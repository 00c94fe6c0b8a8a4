"""What the list of open datasets must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MAY_LOSE = 0.2
"""Keepers clear their datasets now and then."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "name", r"[a-z0-9_-]+"),
        records.not_missing(candidate, "title"),
        records.not_missing(candidate, "organization_name", share=0.1),
    ]
