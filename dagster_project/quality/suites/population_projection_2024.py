"""What the official projection of 2024 (14wx) must keep.

The table has single ages without a total; answers have been seen with ages 0–99 and with three years only,
so its years are checked one by one and its whole against the country's size.
"""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import common
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import WHOLE_COUNTRY, CatalogueEntry

AGES = tuple(f"{age:03}" for age in range(100))
OPEN_AGE = "100-"
LARGEST = 200_000
"""No single age has more: the largest cohort, of 1947–1949, had 108 000 births."""
COUNTRY = (5_000_000, 7_000_000)


def suite(entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    frame = candidate.frame[candidate.frame["age"] != WHOLE_COUNTRY]
    has_open_age = bool((frame["age"] == OPEN_AGE).any())
    ages = (*AGES, OPEN_AGE) if has_open_age else AGES
    country = (
        frame[frame["area"] == WHOLE_COUNTRY].groupby("time", observed=True)["value"].sum().reset_index()
    )
    years = pd.DataFrame({"year": pd.to_numeric(pd.Series(candidate.periods), errors="coerce").fillna(0)})
    return [
        *common.base_checks(entry, candidate, previous),
        in_range("ages_in_range", f"every single age between 0 and {LARGEST}", frame, "value", 0, LARGEST),
        common.nothing_missing(candidate),
        in_range("years_of_projection", "years from 2024 to 2060", years, "year", 2024, 2060),
        common.ages_complete(candidate, ages),
        in_range(
            "country_in_range",
            f"the ages of the country add up to {COUNTRY[0]}–{COUNTRY[1]}",
            country,
            "value",
            *COUNTRY,
        ),
        common.municipalities_sum(candidate, ["age", "time"]),
    ]
