"""What monthly unemployment (12r5) must keep.

Small municipalities' figures are hidden month by month, so the municipalities add up to a little less than
the country, and an area may lose a few figures from one version to the next.
"""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

REQUIRED = ("TYOTTOMATLOPUSSA", "TYOVOIMATK")
LARGEST = 3_500_000
"""The country's labour force was 2.8 million in 2023."""
HIDDEN_SHARE = 0.01
MAY_LOSE = 0.05


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    table = common.wide(entry, candidate, REQUIRED)
    both_known = table.dropna().assign(difference=lambda t: t["TYOVOIMATK"] - t["TYOTTOMATLOPUSSA"])
    return [
        *common.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        common.value_range(candidate, 0, LARGEST),
        common.periods_complete(candidate),
        common.country_known(candidate),
        in_range(
            "unemployed_within_labour_force",
            "the unemployed are no more than the labour force",
            both_known[["difference"]].reset_index(),
            "difference",
            0,
            None,
        ),
        common.municipalities_sum(
            candidate,
            ["contents", "time"],
            contents=common.codes(entry, candidate, REQUIRED),
            hidden_share=HIDDEN_SHARE,
        ),
    ]
