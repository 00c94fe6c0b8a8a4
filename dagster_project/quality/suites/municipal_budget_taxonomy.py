"""What the taxonomy of budgets and plans (KTAS) must keep."""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, is_true
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

NEEDED = ("Toimintamenot", "VUOSIKATE")
"""Names of figures that every budget has: without them the budget's figures mean nothing to us."""


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    names = set(candidate.frame["tunnusluku"].dropna())
    needed = pd.DataFrame({"tunnusluku": NEEDED, "there": [name in names for name in NEEDED]})
    return [
        *records.base_checks(entry, candidate, previous, may_lose=0.1),
        records.not_missing(candidate, "tunnusluku"),
        records.matching(candidate, "solutunniste", r"[\w.:-]+"),
        is_true("needed_figures_named", f"figures named {', '.join(NEEDED)}", needed, "there"),
    ]
