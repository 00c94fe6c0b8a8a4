"""What the key figures of 2006–2016 must keep. Those that start later have missing symbols before."""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry

NEEDED = (
    "Vuosikate_euroa_asukas",
    "Lainakanta_euroa_asukas",
    "Konsernin_lainakanta_euroa_asukas",
    "Tyollisyysaste",
    "Taloudellinen_huoltosuhde",
    "Tyopaikkaomavaraisuus",
    "Tyottomien_osuus_tyovoimasta",
    "Vakiluku",
)
COUNTRY = (5_200_000, 5_600_000)
"""Finland's population in 2006 and 2016 was 5.28 and 5.50 million."""


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    population = common.wide(entry, candidate, ["Vakiluku"])["Vakiluku"].groupby("time").sum().reset_index()
    return [
        *common.base_checks(entry, candidate, previous),
        common.periods_complete(candidate),
        common.shares_are_percentages(candidate, r".*_osuus(_.*)?|Taajama_aste|Tyollisyysaste"),
        common.value_range(candidate, -50_000, 700_000),
        common.counts_not_negative(entry, candidate, ["Vakiluku", "Lainakanta_euroa_asukas"]),
        common.latest_known(candidate, common.codes(entry, candidate, NEEDED)),
        in_range(
            "population_in_range",
            "the municipalities add up to Finland's population",
            population,
            "Vakiluku",
            *COUNTRY,
        ),
    ]
