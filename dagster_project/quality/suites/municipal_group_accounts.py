"""What the municipalities' group accounts (KKOTR) must keep."""

from __future__ import annotations

from dagster_project.quality import treasury
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

PERIODS = r"\d{4}(C(03|06|09|12))?"


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table: its figure ids are not reconciled, so no sums are expected of them."""
    return treasury.figure_checks(entry, candidate, previous, periods=PERIODS)
