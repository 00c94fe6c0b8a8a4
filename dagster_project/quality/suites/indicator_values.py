"""What Sotkanet's indicator figures must keep.

What is not published is an absent row, so areas need not have every year; a share is a share, and the
population is a count whose country is known.
"""

from __future__ import annotations

import pandas as pd

from dagster_project.quality import records
from dagster_project.quality.check import Check, in_range
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry

MAY_LOSE = 0.05
"""Secrecy may take a small municipality's figures from one update to the next."""
GENDERS = ("total", "male", "female")
COUNTRY = (3_500_000, 7_000_000)
"""Finland's population has lain between these since the 1930s and will while this is read."""
PERCENT = ("%", "pienituloisuusaste")
LARGEST_RATIO = 1_000


def suite(entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None) -> list[Check]:
    """The checks of the table."""
    frame = candidate.frame
    checks = [
        *records.base_checks(entry, candidate, previous, may_lose=MAY_LOSE),
        records.reason_when_missing(candidate, ("..",)),
        records.allowed_values(candidate, "gender", GENDERS),
        records.allowed_values(candidate, "region_category", entry.query["categories"]),
        records.matching(candidate, "year", r"(19|20)\d{2}"),
        municipality_codes(candidate),
        shares(candidate),
        ratios(candidate),
    ]
    if candidate.covers_country and (frame["indicator_key"] == "population").any():
        checks.append(population_whole(candidate))
    return checks


def municipality_codes(candidate: Candidate) -> Check:
    """A municipality's code has three digits, leading zeros kept."""
    frame = candidate.frame
    codes = frame.loc[frame["region_category"] == "KUNTA", ["region_code"]].drop_duplicates()
    codes["digits"] = codes["region_code"].astype(str).str.fullmatch(r"\d{3}").astype(int)
    return in_range("municipality_codes", "three digits to a municipality", codes, "digits", 1, 1)


def shares(candidate: Candidate) -> Check:
    """Percentages lie between 0 and 100."""
    frame = candidate.frame
    is_share = frame["title_fi"].str.contains("|".join(PERCENT), regex=True)
    return in_range(
        "shares_in_range",
        "percentages from 0 to 100",
        frame.loc[is_share, ["indicator_key", "region", "year", "value"]],
        "value",
        0,
        100,
    )


def ratios(candidate: Candidate) -> Check:
    """Everything but the population is a ratio: none is beyond a thousand either way."""
    rest = candidate.frame[candidate.frame["indicator_key"] != "population"]
    return in_range(
        "ratios_in_range",
        f"ratios between {-LARGEST_RATIO} and {LARGEST_RATIO}",
        rest[["indicator_key", "region", "year", "value"]],
        "value",
        -LARGEST_RATIO,
        LARGEST_RATIO,
    )


def population_whole(candidate: Candidate) -> Check:
    """The municipalities' population adds up to a country's in every year."""
    frame = candidate.frame
    counted = frame[(frame["indicator_key"] == "population") & (frame["region_category"] == "KUNTA")]
    total = counted.groupby("year")["value"].sum().rename("population").reset_index()
    return in_range(
        "population_whole",
        f"{COUNTRY[0]}–{COUNTRY[1]} people in the municipalities of every year",
        pd.DataFrame(total),
        "population",
        *COUNTRY,
    )
