"""What the pupils by school year and school must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LARGEST_SCHOOL = 3_000
"""The largest comprehensive schools have some 1 500 pupils at a time."""
MAY_LOSE = 0.1
"""Schools are renamed and joined back in time."""
LEAST_MUNICIPALITIES = 200
"""Providers that are municipalities with a known business id; Åland is not in the data."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    checks = [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "lukuvuosi", r"\d{4}/\d{4}"),
        records.value_range(candidate, "oppilaat_lukuvuosi_lkm", 1, LARGEST_SCHOOL),
        records.value_range(candidate, "oppilaat_syyslukukausi_lkm", 0, LARGEST_SCHOOL),
        records.value_range(candidate, "oppilaat_kevatlukukausi_lkm", 0, LARGEST_SCHOOL),
        records.not_missing(candidate, "oppilaat_lukuvuosi_lkm"),
    ]
    if candidate.covers_country:
        checks.append(records.municipalities_present(candidate, least=LEAST_MUNICIPALITIES))
    return checks
