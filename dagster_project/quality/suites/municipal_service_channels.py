"""What the channels of the service directory must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

CHANNELS = ("EChannel", "WebPage", "PrintableForm", "Phone", "ServiceLocation")
MAY_LOSE = 0.3
"""Organisations archive and renew their descriptions."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "municipality_code", r"\d{3}"),
        records.matching(candidate, "channel_id", r"[0-9a-fA-F-]{36}"),
        records.allowed_values(candidate, "channel_type", CHANNELS),
    ]
