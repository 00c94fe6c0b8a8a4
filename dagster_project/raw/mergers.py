"""The municipalities there are, and those that have merged: older tables hold today's in parts."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

CHANGES = PROJECT_ROOT / "dbt" / "seeds" / "municipality_changes.csv"
"""The same seed by which the models bring counts to today's borders."""
MUNICIPALITIES = CHANGES.with_name("municipalities.csv")
WHOLE = frozenset({"merger", "code_change"})
"""Kinds of change by which all of a municipality's counts belong to its successor."""


def known_municipalities(municipalities: Path = MUNICIPALITIES, changes: Path = CHANGES) -> frozenset[str]:
    """Three-digit codes of every municipality of the seeds, today's and those that have ceased."""
    codes = set()
    for path, column in ((municipalities, "municipality_code"), (changes, "from_code")):
        with path.open(encoding="utf-8", newline="") as file:
            codes.update(row[column] for row in csv.DictReader(file))
    return frozenset(codes)


def with_predecessors(areas: Collection[str], changes: Path = CHANGES) -> frozenset[str]:
    """`areas` and every municipality that has merged into one of them, however many steps ago."""
    with changes.open(encoding="utf-8", newline="") as file:
        pairs = [(row["from_code"], row["to_code"]) for row in csv.DictReader(file) if row["kind"] in WHOLE]
    known = set(areas)
    while joined := {old for old, new in pairs if new in known and old not in known}:
        known |= joined
    return frozenset(known)
