"""What the directory of the municipalities' business ids must keep."""

from __future__ import annotations

from dagster_project.quality import records, treasury
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.business_ids import is_valid
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    checked = candidate.frame.assign(right=candidate.frame["ytunnus"].map(is_valid))
    return [
        *records.base_checks(entry, candidate, previous, may_lose=0.05),
        records.matching(candidate, "kunta_koodi", r"\d{3}"),
        treasury.mostly("check_digit", "the check digit is right", checked["right"], share=1.0),
        records.municipalities_present(candidate),
    ]
