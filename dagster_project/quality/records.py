"""Checks for tables of records, which the interfaces other than PxWeb give. Each returns small frames."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd

from dagster_project.quality.check import Check, in_range, is_true, is_zero
from dagster_project.quality.common import MUNICIPALITIES, key_unique, period_number
from dagster_project.quality.previous import PreviousVersion
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import RestEntry


def base_checks(
    entry: RestEntry, candidate: Candidate, previous: PreviousVersion | None, *, may_lose: float = 0.0
) -> list[Check]:
    """What every table of records must keep: columns, unique and whole keys, finite numbers, nothing shrunk.

    `may_lose` is the share of the records of an area or a period that may be gone since the loaded version.
    """
    checks = [
        columns_present(entry, candidate),
        key_unique(entry, candidate),
        key_known(candidate),
        numbers_finite(candidate),
        some_records(candidate),
    ]
    if previous is not None:
        checks += not_shrunk(entry, candidate, previous, may_lose=may_lose)
    return checks


def columns_present(entry: RestEntry, candidate: Candidate) -> Check:
    """The columns are those of the catalogue."""
    wrong = sorted(set(entry.raw_columns) ^ set(candidate.frame.columns))
    return is_zero(
        "columns_present",
        f"the columns {', '.join(entry.raw_columns)}",
        pd.DataFrame({"wrong": [len(wrong)], "columns": [" ".join(wrong)]}),
        "wrong",
    )


def key_known(candidate: Candidate) -> Check:
    """No part of a key is missing."""
    gaps = pd.DataFrame(
        {
            "column": list(candidate.key_columns),
            "missing": [int(candidate.frame[name].isna().sum()) for name in candidate.key_columns],
        }
    )
    return is_zero("key_known", f"no record without {', '.join(candidate.key_columns)}", gaps, "missing")


def numbers_finite(candidate: Candidate) -> Check:
    """Every number is finite."""
    infinite = {
        name: int(np.isinf(column.to_numpy(dtype=float, na_value=np.nan)).sum())
        for name, column in candidate.frame.items()
        if pd.api.types.is_float_dtype(column.dtype)
    }
    frame = pd.DataFrame({"column": list(infinite), "infinite": list(infinite.values())})
    return is_zero("values_finite", "every number is finite", frame, "infinite")


def some_records(candidate: Candidate, least: int = 1) -> Check:
    """The table has at least so many records: an empty answer is no table."""
    frame = pd.DataFrame({"records": [len(candidate.frame)]})
    return in_range("records_present", f"at least {least} records", frame, "records", least, None)


def value_range(
    candidate: Candidate, column: str, least: float | None, most: float | None, *, name: str = ""
) -> Check:
    """Every number of the column lies between the bounds; missing ones pass."""
    bounds = " ".join(
        f"{word} {bound:,.0f}".replace(",", " ")
        for word, bound in (("from", least), ("to", most))
        if bound is not None
    )
    return in_range(
        name or f"{column}_in_range", f"every {column} {bounds}", candidate.frame, column, least, most
    )


def not_missing(candidate: Candidate, column: str, *, share: float = 0.0) -> Check:
    """At most `share` of the records lack the column."""
    missing = float(candidate.frame[column].isna().mean()) if len(candidate.frame) else 0.0
    return in_range(
        f"{column}_known",
        f"at most {share:.0%} of the records without {column}",
        pd.DataFrame({"missing_share": [missing]}),
        "missing_share",
        0,
        share,
    )


def allowed_values(candidate: Candidate, column: str, allowed: Collection[str]) -> Check:
    """The column holds only these values; missing ones pass."""
    counted = candidate.frame[column].dropna().astype(str).value_counts().rename("records").reset_index()
    counted["known"] = counted[column].isin(list(allowed))
    told = ", ".join(sorted(allowed)[:8]) + (" …" if len(allowed) > 8 else "")
    return is_true(f"{column}_allowed", f"{column} is one of {told}", counted, "known")


def matching(candidate: Candidate, column: str, pattern: str) -> Check:
    """Every value of the column fits the pattern as a whole; missing ones pass."""
    values = candidate.frame[column].dropna().astype(str).value_counts().rename("records").reset_index()
    values["fits"] = values[column].str.fullmatch(pattern).astype(bool)
    return is_true(f"{column}_form", f"{column} of the form {pattern}", values, "fits")


def reason_when_missing(candidate: Candidate, symbols: Sequence[str]) -> Check:
    """Every missing `value` says why in `symbol`, and no published one carries such a symbol."""
    frame = candidate.frame
    told = frame["symbol"].astype(object).where(frame["symbol"].notna(), "(none)")
    groups = pd.DataFrame({"missing": frame["value"].isna(), "symbol": told}).value_counts().reset_index()
    groups["right"] = [
        (symbol in symbols) == missing
        for missing, symbol in zip(groups["missing"], groups["symbol"], strict=True)
    ]
    words = f"a missing value carries one of {' '.join(symbols)}, a published one none of them"
    return is_true("missing_symbols_known", words, groups, "right")


def periods_complete(candidate: Candidate) -> Check:
    """No year, quarter or month is missing between the first and the last."""
    periods = sorted(candidate.periods)
    numbers = [period_number(period) for period in periods]
    steps = [after - before for before, after in pairwise(numbers)] or [1]
    frame = pd.DataFrame({"period": periods[1:] or periods or ["(none)"], "step": steps})
    ends = f"{periods[0]} to {periods[-1]}" if periods else "the first to the last"
    return in_range("periods_complete", f"every period from {ends}", frame, "step", 1, 1)


def municipalities_present(candidate: Candidate, *, least: int = MUNICIPALITIES[0]) -> Check:
    """The table has about as many municipalities as Finland, or at least `least`."""
    frame = pd.DataFrame({"municipalities": [len(candidate.municipalities)]})
    most = MUNICIPALITIES[1]
    words = f"{least}–{most} municipalities"
    return in_range("municipalities_present", words, frame, "municipalities", least, most)


def not_shrunk(
    entry: RestEntry, candidate: Candidate, previous: PreviousVersion, *, may_lose: float = 0.0
) -> list[Check]:
    """No period, and no area of both versions, has lost records, and no period is gone."""
    checks = []
    for role, column in (("time", entry.period_column), ("area", entry.area_column)):
        if column is None or role not in previous.cells:
            continue
        now = _published(candidate, column)
        before = previous.cells.groupby(role, observed=True)["cells"].sum()
        if role == "area" and not candidate.covers_country:
            before = before[before.index.isin(list(now.index))]
        compared = pd.DataFrame({"before": before, "now": now.reindex(before.index).fillna(0)})
        lost = (compared["before"] - compared["now"]) / compared["before"].clip(lower=1)
        compared["lost_share"] = lost.clip(lower=0)
        checks.append(
            in_range(
                f"{'periods' if role == 'time' else 'areas'}_not_shrunk",
                f"no {column} has lost more than {may_lose:.0%} of the records of the loaded version",
                compared.rename_axis(column).reset_index(),
                "lost_share",
                0,
                may_lose,
            )
        )
    if not checks:
        lost_rows = max(0.0, (previous.rows - _records(candidate)) / max(1, previous.rows))
        checks.append(
            in_range(
                "records_not_shrunk",
                f"at most {may_lose:.0%} of the loaded version's {previous.rows} records are gone",
                pd.DataFrame({"lost_share": [lost_rows]}),
                "lost_share",
                0,
                may_lose,
            )
        )
    return checks


def _published(candidate: Candidate, column: str) -> pd.Series:
    """Published figures, or records where there are none, by the column's values."""
    keys = candidate.frame[column].astype(str)
    if "value" in candidate.frame:
        return candidate.frame["value"].notna().groupby(keys).sum()
    return keys.groupby(keys).size()


def _records(candidate: Candidate) -> int:
    frame = candidate.frame
    return int(frame["value"].notna().sum()) if "value" in frame else len(frame)
