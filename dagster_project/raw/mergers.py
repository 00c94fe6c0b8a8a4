"""The municipalities there are, and those that have merged: older tables hold today's in parts."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

MERGERS = PROJECT_ROOT / "dbt" / "seeds" / "municipality_mergers.csv"
"""The same seed by which the models bring counts to today's borders."""
MUNICIPALITIES = MERGERS.with_name("municipalities.csv")


def known_municipalities(municipalities: Path = MUNICIPALITIES, mergers: Path = MERGERS) -> frozenset[str]:
    """Three-digit codes of every municipality of the seeds, today's and those that have merged."""
    codes = set()
    for path, column in ((municipalities, "municipality_code"), (mergers, "old_municipality_code")):
        with path.open(encoding="utf-8", newline="") as file:
            codes.update(row[column] for row in csv.DictReader(file))
    return frozenset(codes)


def with_predecessors(areas: Collection[str], mergers: Path = MERGERS) -> frozenset[str]:
    """`areas` and every municipality that has merged into one of them, however many steps ago."""
    with mergers.open(encoding="utf-8", newline="") as file:
        pairs = [(row["old_municipality_code"], row["municipality_code"]) for row in csv.DictReader(file)]
    known = set(areas)
    while joined := {old for old, new in pairs if new in known and old not in known}:
        known |= joined
    return frozenset(known)
