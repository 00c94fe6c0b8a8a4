"""What municipalities' regions, sub-regions and wellbeing services counties must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    checks = [
        *records.base_checks(entry, candidate, previous),
        records.matching(candidate, "municipality_code", r"\d{3}"),
        records.allowed_values(candidate, "classification", ("maakunta", "seutukunta", "hyvinvointialue")),
        records.not_missing(candidate, "parent_code"),
    ]
    if candidate.covers_country:
        regions = candidate.frame.groupby(["year", "classification"])["parent_code"].nunique()
        counted = regions.rename("parents").reset_index()
        checks.append(in_range("parents_each_year", "17–90 of each kind a year", counted, "parents", 17, 90))
    return checks
