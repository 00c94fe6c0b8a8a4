"""Municipalities that have merged: a table on older borders holds today's municipality in parts."""

from __future__ import annotations

import csv
from collections.abc import Collection
from pathlib import Path

from dagster_project.settings import PROJECT_ROOT

MERGERS = PROJECT_ROOT / "dbt" / "seeds" / "municipality_mergers.csv"
"""The same seed by which the models bring counts to today's borders."""


def with_predecessors(areas: Collection[str], mergers: Path = MERGERS) -> frozenset[str]:
    """`areas` and every municipality that has merged into one of them, however many steps ago."""
    with mergers.open(encoding="utf-8", newline="") as file:
        pairs = [(row["old_municipality_code"], row["municipality_code"]) for row in csv.DictReader(file)]
    known = set(areas)
    while joined := {old for old, new in pairs if new in known and old not in known}:
        known |= joined
    return frozenset(known)
