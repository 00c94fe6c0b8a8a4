"""What bankruptcies instigated by month must keep."""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

LEAST, MOST = 0, 1_000_000
"""Bounds beyond any of the table's figures."""


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return common.usual_checks(entry, candidate, previous, least=LEAST, most=MOST)
