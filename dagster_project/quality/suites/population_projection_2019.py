"""What the official projection of 2019 (128v) must keep: ages and municipalities add up to their totals."""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

AGES = (*(f"{age:03}" for age in range(100)), "100-")
LARGEST = 7_000_000


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *common.base_checks(entry, candidate, previous),
        common.value_range(candidate, 0, LARGEST),
        common.nothing_missing(candidate),
        common.periods_complete(candidate),
        common.ages_complete(candidate, AGES),
        common.parts_sum_to_total(
            "ages_sum_to_total", "single ages add up to all ages", candidate.frame, "age", ["area", "time"]
        ),
        common.municipalities_sum(candidate, ["age", "time"]),
    ]
