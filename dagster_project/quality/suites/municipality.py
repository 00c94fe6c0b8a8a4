"""What the municipalities of every year must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MUNICIPALITIES = (280, 460)
"""In a year: 452 in 1997, 308 in 2025."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    checks = [
        *records.base_checks(entry, candidate, previous),
        records.matching(candidate, "code", r"\d{3}"),
        records.matching(candidate, "year", r"\d{4}"),
        records.periods_complete(candidate),
        *(records.not_missing(candidate, name) for name in ("name_fi", "name_sv", "name_en")),
    ]
    if candidate.covers_country:
        yearly = candidate.frame.groupby("year").size().rename("municipalities").reset_index()
        words = f"{MUNICIPALITIES[0]}–{MUNICIPALITIES[1]} municipalities in every year"
        checks.append(in_range("municipalities_each_year", words, yearly, "municipalities", *MUNICIPALITIES))
    return checks
