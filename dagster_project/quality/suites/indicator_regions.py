"""What Sotkanet's list of regions must keep."""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MUNICIPALITIES = (290, 700)
"""Abolished municipalities stay in the list."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    frame = candidate.frame
    municipal = frame[frame["category"] == "KUNTA"].assign(
        digits=lambda rows: rows["code"].astype(str).str.fullmatch(r"\d{3}").astype(int)
    )
    count = pd.DataFrame({"municipalities": [len(municipal)]})
    return [
        *records.base_checks(entry, candidate, previous),
        records.matching(candidate, "region", r"\d+"),
        records.not_missing(candidate, "code"),
        records.not_missing(candidate, "title_fi"),
        in_range(
            "municipality_codes",
            "three digits to a municipality",
            municipal[["region", "code", "digits"]],
            "digits",
            1,
            1,
        ),
        in_range(
            "municipalities_present",
            f"{MUNICIPALITIES[0]}–{MUNICIPALITIES[1]} municipalities, abolished ones among them",
            count,
            "municipalities",
            *MUNICIPALITIES,
        ),
    ]
