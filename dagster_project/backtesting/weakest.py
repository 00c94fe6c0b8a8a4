"""Where bands and accuracy are weakest."""

from __future__ import annotations

from dagster_project.backtesting.claims import FEWEST_ORIGINS_CELL
from dagster_project.backtesting.runs import REGIONS, TOTALS
from dagster_project.backtesting.table import Cell, Scores
from foresight.backtest import OURS
from foresight.backtest_rows import EVERY_SIZE, ScoreRow
from foresight.service_need import SCHEMES

_SERVICE = {group.label for group in SCHEMES if group.scheme == "service"}


def stands_twice(row: ScoreRow) -> bool:
    """Whether the group is one of `report` that `service` holds too."""
    return row.scheme == "report" and row.age_group in _SERVICE


def weakest_bands(scores: Scores) -> list[tuple[str, int, str, str, str, float]]:
    """Run, horizon, size, scheme, age and what the 80 % band held, furthest from 80 first.

    Only where there are eight base years or more. Regions of all sizes together: the only one below 50 000 is
    Åland.
    """
    found = []
    for run in (REGIONS, TOTALS):
        for row in scores.pooled(run, "coverage_80"):
            if stands_twice(row) or (run == REGIONS and row.size_class != EVERY_SIZE):
                continue
            cell = Cell(run, row.horizon, row.scheme, row.age_group, row.size_class)
            if (scores.value(cell, OURS, "origins") or 0) >= FEWEST_ORIGINS_CELL:
                found.append((run, row.horizon, row.size_class, row.scheme, row.age_group, row.value))
    return sorted(found, key=lambda one: -abs(one[5] - 80.0))


def weakest_accuracy(scores: Scores) -> list[tuple[str, int, str, str, str, str, float]]:
    """Run, horizon, size, scheme, age, rival and skill where a simple rival was nearer, worst first."""
    worse = [
        (row.run, row.horizon, row.size_class, row.scheme, row.age_group, row.method, row.value)
        for row in scores.rows
        if row.measure == "skill_mape"
        and row.base_year is None
        and row.value < 0
        and row.run in (REGIONS, TOTALS)
        and not stands_twice(row)
    ]
    return sorted(worse, key=lambda one: one[6])
