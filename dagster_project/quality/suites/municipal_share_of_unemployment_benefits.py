"""What the benefits that municipalities finance in part must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MOST_RECIPIENTS = 700_000
MOST_EUR = 5_000_000_000
"""More than all unemployment benefits of the country in a year."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous),
        records.matching(candidate, "vuosikuukausi", r"20\d{2}(0[1-9]|1[0-2])?"),
        records.value_range(candidate, "saaja_lkm", 0, MOST_RECIPIENTS),
        records.value_range(candidate, "etuus_eur", 0, MOST_EUR),
        records.value_range(candidate, "kunnan_osuus_eur", 0, MOST_EUR),
        records.not_missing(candidate, "etuus_eur", share=0.5),
    ]
