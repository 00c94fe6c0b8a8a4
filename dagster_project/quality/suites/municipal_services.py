"""What the services of the service directory must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MAY_LOSE = 0.3
"""Organisations archive and renew their descriptions."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "municipality_code", r"\d{3}"),
        records.matching(candidate, "service_id", r"[0-9a-fA-F-]{36}"),
        records.not_missing(candidate, "service_name_fi", share=0.02),
        records.not_missing(candidate, "organization_id", share=0.1),
    ]
