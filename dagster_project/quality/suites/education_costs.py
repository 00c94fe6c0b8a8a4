"""What the costs of education must keep."""

from __future__ import annotations

from dagster_project.quality import records
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

LARGEST = 2e9
"""Euros of one provider's one kind of expenditure; Helsinki's whole education costs some 1 300 million."""
MAY_LOSE = 0.1


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    return [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.matching(candidate, "tilastovuosi", r"20\d{2}"),
        records.matching(candidate, "koulutuksen_jarjestajan_kunta_koodi", r"\d{1,3}"),
        records.value_range(candidate, "summa", -LARGEST, LARGEST),
        records.not_missing(candidate, "summa", share=0.5),
    ]
