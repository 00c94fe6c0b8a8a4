"""What vital events and migration (11ae) must keep: the balance of population holds in every row."""

from __future__ import annotations

from dagster_project.quality import common
from dagster_project.quality.check import Check
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import WHOLE_COUNTRY, CatalogueEntry

EVENTS = (
    "vm01",
    "vm11",
    "luonvalisays",
    "vm43_tulo",
    "vm43_lahto",
    "koknetmuutto",
    "vakorjaus",
    "kokmuutos",
    "vaesto",
)
COUNTS = ("vm01", "vm11", "vm43_tulo", "vm43_lahto", "vm41", "vm42", "vaesto")
LARGEST = 7_000_000


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    table = common.wide(entry, candidate, EVENTS)
    country = table[table.index.get_level_values("area") == WHOLE_COUNTRY].sort_index()
    return [
        *common.base_checks(entry, candidate, previous),
        common.value_range(candidate, -LARGEST, LARGEST),
        common.nothing_missing(candidate),
        common.counts_not_negative(entry, candidate, COUNTS),
        common.periods_complete(candidate),
        common.identity(
            "births_less_deaths",
            "births less deaths are the natural increase",
            table,
            table["vm01"] - table["vm11"] - table["luonvalisays"],
        ),
        common.identity(
            "balance_of_population",
            "natural increase, net migration and correction add up to the total change",
            table,
            table["luonvalisays"] + table["koknetmuutto"] + table["vakorjaus"] - table["kokmuutos"],
        ),
        common.identity(
            "moves_balance",
            "over the country as many move into a municipality as out of one",
            country,
            country["vm43_tulo"] - country["vm43_lahto"],
        ),
        common.identity(
            "population_follows_change",
            "the country's population grows by the year's total change",
            country,
            (country["vaesto"].diff() - country["kokmuutos"]).fillna(0),
        ),
        common.municipalities_sum(
            candidate, ["contents", "time"], contents=common.codes(entry, candidate, COUNTS)
        ),
    ]
