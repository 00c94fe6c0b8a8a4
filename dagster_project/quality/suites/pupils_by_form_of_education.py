"""What the pupils by school year, provider and form of education must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LARGEST_PROVIDER = 80_000
"""Helsinki, the largest provider, has some 50 000 pupils."""
MAY_LOSE = 0.1
LEAST_MUNICIPALITIES = 200


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    checks = [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "lukuvuosi", r"\d{4}/\d{4}"),
        records.value_range(candidate, "oppilaat_lkm", 0, LARGEST_PROVIDER),
        records.not_missing(candidate, "oppilaat_lkm"),
    ]
    if candidate.covers_country:
        checks.append(records.municipalities_present(candidate, least=LEAST_MUNICIPALITIES))
    return checks
