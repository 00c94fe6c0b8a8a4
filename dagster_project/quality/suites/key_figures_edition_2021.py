"""What the key figures' edition of 2021 must keep: percentages, known figures, and counts that add up."""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

COUNTED = r"(Number of|Employed labour force).*, \d{4}"


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    counted = common.codes_with_text(candidate, COUNTED)
    needed = common.codes_with_text(candidate, "|".join(entry.contents.required_texts))
    return [
        *common.base_checks(entry, candidate, previous),
        common.one_year_in_texts(candidate),
        common.shares_are_percentages(candidate, r".*, %, \d{4}"),
        common.value_range(candidate, -50_000, 7_000_000),
        common.latest_known(candidate, needed),
        common.municipalities_sum(candidate, ["contents"], contents=counted),
    ]
