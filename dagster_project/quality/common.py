"""Checks that several suites are made of. Each returns small frames: the judging is left to the gate."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dagster_project.quality.check import Check, in_range, is_true, is_zero
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import WHOLE_COUNTRY, CatalogueEntry
from dagster_project.sources.resolve import contents_codes

MISSING_SYMBOLS = (".", "..", "...", "-")
"""Not applicable, not available, confidential, nil. `-` is a published zero; the staging models say so."""

MAY_LOSE = 0.05
MUNICIPALITIES = (290, 320)
"""Finland had 311 municipalities in 2017–2019 and has 308 in 2026; outside this span a table is not whole."""


def base_checks(
    entry: CatalogueEntry, candidate: Candidate, previous: PreviousVersion | None, *, may_lose: float = 0.0
) -> list[Check]:
    """What every table must keep: unique keys, known symbols, finite figures, the country, nothing shrunk.

    `may_lose` is the share of an area's figures that secrecy may have hidden since the last version.
    """
    checks = [
        key_unique(entry, candidate),
        symbols_known(candidate),
        finite(candidate),
        areas_whole(candidate),
    ]
    if previous is not None:
        checks += not_shrunk(candidate, previous, may_lose)
    return checks


def usual_checks(
    entry: CatalogueEntry,
    candidate: Candidate,
    previous: PreviousVersion | None,
    *,
    least: float,
    most: float,
    counts: bool = True,
) -> list[Check]:
    """What can be asked of a table whose figures nobody has seen: form, bounds, whole periods, the country.

    Secrecy may hide `MAY_LOSE` of an area's figures from one version to the next. Once a real answer has been
    probed, sums and balances of its own belong into the table's suite.
    """
    if "area" in entry.key_columns:
        checks = base_checks(entry, candidate, previous, may_lose=MAY_LOSE)
    else:
        checks = [key_unique(entry, candidate), symbols_known(candidate), finite(candidate)]
    checks.append(value_range(candidate, least, most))
    if "time" in entry.key_columns:
        checks.append(periods_complete(candidate))
    if counts and "area" in entry.key_columns:
        checks.append(country_known(candidate))
    return checks


def key_unique(entry: CatalogueEntry, candidate: Candidate) -> Check:
    columns = list(entry.key_columns)
    words = f"one row per {', '.join(columns)}"
    if len(columns) == 1:
        return Check(
            "key_unique", words, candidate.frame, "ExpectColumnValuesToBeUnique", {"column": columns[0]}
        )
    return Check(
        "key_unique",
        words,
        candidate.frame,
        "ExpectCompoundColumnsToBeUnique",
        {"column_list": columns},
    )


def symbols_known(candidate: Candidate) -> Check:
    """Every missing figure says why it is missing, and no published one carries a missing symbol."""
    frame = candidate.frame
    told = frame["symbol"].astype(object).where(frame["symbol"].notna(), "(none)")
    groups = pd.DataFrame({"missing": frame["value"].isna(), "symbol": told}).value_counts().reset_index()
    right = [
        symbol in MISSING_SYMBOLS if missing else symbol not in MISSING_SYMBOLS
        for missing, symbol in zip(groups["missing"], groups["symbol"], strict=True)
    ]
    return is_true(
        "missing_symbols_known",
        f"a missing figure carries one of {' '.join(MISSING_SYMBOLS)}, a published one none of them",
        groups.assign(right=right),
        "right",
    )


def finite(candidate: Candidate) -> Check:
    infinite = int(np.isinf(candidate.frame["value"].to_numpy()).sum())
    return is_zero(
        "values_finite", "every figure is a finite number", pd.DataFrame({"infinite": [infinite]}), "infinite"
    )


def areas_whole(candidate: Candidate) -> Check:
    """A table for the whole country has about as many municipalities as Finland; an extract at least one."""
    count = len(candidate.municipalities)
    least, most = MUNICIPALITIES if candidate.covers_country else (1, MUNICIPALITIES[1])
    return in_range(
        "municipalities_present",
        f"{least}–{most} municipalities",
        pd.DataFrame({"municipalities": [count]}),
        "municipalities",
        least,
        most,
    )


def not_shrunk(candidate: Candidate, previous: PreviousVersion, may_lose: float) -> list[Check]:
    """No area of both versions has lost figures, and municipalities have gone only by merging."""
    by = [role for role in ("area", "contents") if role in candidate.frame] or ["time"]
    kept = np.ones(len(previous.cells), dtype=bool)
    if "area" in by:
        kept &= previous.cells["area"].isin(candidate.areas)
    if "contents" in by:
        kept &= previous.cells["contents"].isin(candidate.selection.values["contents"])
    now = candidate.frame.groupby(by, observed=True)["value"].count()
    compared = previous.cells[kept].groupby(by)["cells"].sum().rename("before").to_frame()
    compared["now"] = now.reindex(compared.index).fillna(0)
    compared["lost_share"] = ((compared["before"] - compared["now"]) / compared["before"].clip(lower=1)).clip(
        lower=0
    )
    gone = len(previous.municipalities - set(candidate.municipalities))
    merged = 15 if (candidate.border_year or 0) > (previous.border_year or 0) else 0
    return [
        in_range(
            "figures_not_shrunk",
            f"no area has lost more than {may_lose:.0%} of the figures it had in the loaded version",
            compared.reset_index(),
            "lost_share",
            0,
            may_lose,
        ),
        in_range(
            "municipalities_not_shrunk",
            f"at most {merged} municipalities of the loaded version are gone",
            pd.DataFrame({"gone": [gone]}),
            "gone",
            0,
            merged,
        ),
    ]


def periods_complete(candidate: Candidate) -> Check:
    """No year, quarter or month is missing between the first and the last."""
    periods = sorted(candidate.periods)
    numbers = [period_number(period) for period in periods]
    steps = [b - a for a, b in pairwise(numbers)] or [1]
    frame = pd.DataFrame({"period": periods[1:] or periods, "step": steps})
    return in_range(
        "periods_complete", f"every period from {periods[0]} to {periods[-1]}", frame, "step", 1, 1
    )


def period_number(period: str) -> int:
    """Periods counted from year 0: years, quarters or months."""
    match = re.fullmatch(r"(\d{4})(?:([QM])(\d{1,2}))?", period)
    if match is None:
        return -1
    year, kind, part = int(match[1]), match[2], int(match[3] or 0)
    return year if kind is None else year * (4 if kind == "Q" else 12) + part


def ages_complete(candidate: Candidate, ages: Sequence[str]) -> Check:
    """Exactly the single years of age in `ages`, besides a total."""
    categories = candidate.frame["age"].cat.categories
    there = {categories[code] for code in np.unique(candidate.frame["age"].cat.codes)} - {WHOLE_COUNTRY}
    wrong = sorted(there ^ set(ages))
    return is_zero(
        "ages_complete",
        f"single years of age {ages[0]} to {ages[-1]}, {len(ages)} of them",
        pd.DataFrame({"wrong": [len(wrong)], "ages": [" ".join(wrong)]}),
        "wrong",
    )


def parts_sum_to_total(name: str, expected: str, frame: pd.DataFrame, role: str, by: Sequence[str]) -> Check:
    """The values of `role` add up to its total (`SSS`) for every combination of `by`."""
    is_total = (frame[role] == WHOLE_COUNTRY).to_numpy()
    totals = frame[is_total].set_index(list(by))["value"]
    parts = frame[~is_total].groupby(list(by), observed=True)["value"].sum()
    difference = (parts - totals).fillna(np.inf).rename("difference").reset_index()  # no total: no sum
    return is_zero(name, expected, difference, "difference")


def municipalities_sum(
    candidate: Candidate,
    by: Sequence[str],
    *,
    contents: Collection[str] | None = None,
    hidden_share: float = 0.0,
) -> Check:
    """The municipalities add up to the whole country, or to no more than it when only some are loaded.

    `hidden_share` is how much of the country's figure secrecy may hide in small municipalities; figures of
    `contents` alone are compared when given.
    """
    frame = (
        candidate.frame if contents is None else candidate.frame[candidate.frame["contents"].isin(contents)]
    )
    is_country = (frame["area"] == WHOLE_COUNTRY).to_numpy()
    country = frame[is_country].set_index(list(by))["value"]
    parts = frame[~is_country].groupby(list(by), observed=True)["value"].sum()
    share = ((country - parts) / country.abs().clip(lower=1)).fillna(np.inf).rename("share_outside")
    slack = 1e-3 if hidden_share else 0.0
    if candidate.covers_country:
        most, expected = hidden_share, "the municipalities add up to the whole country"
        if hidden_share:
            expected += f", less at most {hidden_share:.1%} that is hidden"
    else:
        most, expected = 1.0, "the municipalities loaded add up to no more than the whole country"
    return in_range(
        "municipalities_sum_to_country", expected, share.reset_index(), "share_outside", -slack, most
    )


def wide(entry: CatalogueEntry, candidate: Candidate, names: Sequence[str]) -> pd.DataFrame:
    """One row per area and period, one column per catalogue name of the contents `names`."""
    codes = contents_codes(entry, names, candidate.selection.roles["contents"])
    columns = {}
    for name in names:
        rows = candidate.frame[candidate.frame["contents"] == codes[name]]
        columns[name] = rows.set_index([rows["area"].astype(object), rows["time"].astype(object)])["value"]
    return pd.DataFrame(columns).rename_axis(["area", "time"])


def identity(name: str, expected: str, table: pd.DataFrame, difference: pd.Series) -> Check:
    """The check that `difference` (aligned with `table`'s areas and periods) is zero in every row."""
    return is_zero(
        name,
        expected,
        pd.DataFrame({"difference": difference}, index=table.index).reset_index(),
        "difference",
    )


def value_range(candidate: Candidate, least: float, most: float) -> Check:
    """Every published figure lies between the bounds."""
    return Check(
        "values_in_range",
        f"every figure between {least:,.0f} and {most:,.0f}".replace(",", " "),
        candidate.frame,
        "ExpectColumnValuesToBeBetween",
        {"column": "value", "min_value": least, "max_value": most},
    )


def nothing_missing(candidate: Candidate) -> Check:
    """Every figure is published: for tables in which the publisher hides nothing."""
    return Check(
        "nothing_missing",
        "every figure is published",
        candidate.frame,
        "ExpectColumnValuesToNotBeNull",
        {"column": "value"},
    )


def country_known(candidate: Candidate) -> Check:
    """The whole country's figures are all published."""
    country = candidate.frame[candidate.frame["area"] == WHOLE_COUNTRY]
    gaps = (
        country["value"]
        .isna()
        .groupby(country["contents"], observed=True)
        .sum()
        .rename("missing")
        .reset_index()
    )
    return is_zero("country_known", "no figure of the whole country is missing", gaps, "missing")


def counts_not_negative(entry: CatalogueEntry, candidate: Candidate, names: Sequence[str]) -> Check:
    """Counts are zero or more; balances may be negative and are not among `names`."""
    rows = candidate.frame[candidate.frame["contents"].isin(codes(entry, candidate, names))]
    least = rows.groupby("contents", observed=True)["value"].min().rename("least").reset_index()
    return in_range(
        "counts_not_negative", f"no negative figure in {', '.join(names)}", least, "least", 0, None
    )


def codes(entry: CatalogueEntry, candidate: Candidate, names: Sequence[str]) -> list[str]:
    """The publisher's codes of the contents that the catalogue calls `names`."""
    return list(contents_codes(entry, names, candidate.selection.roles["contents"]).values())


def codes_with_text(candidate: Candidate, pattern: str) -> list[str]:
    """Codes of the contents whose whole label fits the pattern."""
    variable = candidate.selection.roles["contents"]
    return [c for c, text in zip(variable.values, variable.texts, strict=True) if re.fullmatch(pattern, text)]


def shares_are_percentages(candidate: Candidate, pattern: str) -> Check:
    """Contents whose code fits the pattern lie between 0 and 100."""
    contents = candidate.frame["contents"]
    fits = np.array([re.fullmatch(pattern, code) is not None for code in contents.cat.categories])
    rows = candidate.frame[fits[contents.cat.codes]]
    return in_range(
        "shares_are_percentages",
        "every share between 0 and 100 %",
        rows[[*candidate.selection.roles, "value"]],
        "value",
        0,
        100,
    )


def latest_known(candidate: Candidate, contents: Sequence[str]) -> Check:
    """The figures the pages need are published for nearly every municipality in the newest period."""
    newest = max(candidate.periods)
    rows = candidate.frame[(candidate.frame["time"] == newest) & candidate.frame["contents"].isin(contents)]
    share = (
        rows["value"].notna().groupby(rows["contents"], observed=True).mean().rename("known").reset_index()
    )
    return in_range(
        "newest_figures_known",
        f"at least 95 % of the areas have a figure for {newest}",
        share,
        "known",
        0.95,
        1,
    )


def one_year_in_texts(candidate: Candidate) -> Check:
    """All labels of an edition end in a year, and its newest figures are at most two years apart."""
    texts = candidate.selection.roles["contents"].texts
    years = [int(match[0]) if (match := re.search(r"\d{4}$", text)) else 0 for text in texts]
    behind = pd.DataFrame({"contents": texts, "years_behind": [max(years) - year for year in years]})
    return in_range(
        "labels_carry_year", "every label ends in the year of its figures", behind, "years_behind", 0, 2
    )
