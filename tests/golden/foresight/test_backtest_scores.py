"""Scores of backtests on the published figures, compared with those stored beside this file.

`python -m tests.golden.foresight.test_backtest_scores` stores them again after a change that is meant to
move them; what moved is then seen in the difference.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dagster_project.backtesting.claims import claims
from dagster_project.backtesting.reference import Histories, default_folder, read_reference
from dagster_project.backtesting.runs import (
    MUNICIPALITIES,
    REGIONS,
    RUNS,
    TOTALS,
    WITH_OFFICIAL,
    run_tasks,
    tasks,
)
from dagster_project.backtesting.table import Scores
from foresight.backtest_rows import EVERY_SIZE, ScoreRow, score_rows

pytestmark = pytest.mark.reference

FEW = Path(__file__).with_name("backtest_few.json")
ALL = Path(__file__).with_name("backtest_all.json")
SAMPLE = {REGIONS: (1990, 2005), TOTALS: (1995, 2010), MUNICIPALITIES: (2018,), WITH_OFFICIAL: (2018,)}
FEW_DRAWS, ALL_DRAWS = 40, 100
HORIZONS = (1, 2, 5, 10, 20)
GROUPS = ("0", "16-18", "65-74", "85+", "total")
ERRORS, BANDS = ("mape", "crps"), ("coverage_80",)
RELATIVE = 0.02
"""Errors may move by this share, the rounding of another machine's arithmetic included."""
POINTS = 3.0
"""Coverage may move by this many percentage points."""


def sample(histories: Histories) -> Scores:
    """A few base years of every run, quick enough for every change."""
    every = tasks(histories, RUNS, range(1900, 2100))
    return _scores(histories, [task for task in every if task.base_year in SAMPLE[task.run]], FEW_DRAWS)


def whole(histories: Histories) -> Scores:
    """Every base year."""
    return _scores(histories, tasks(histories, RUNS, range(1900, 2100)), ALL_DRAWS)


def _scores(histories: Histories, todo: list, draws: int) -> Scores:
    cells = run_tasks(histories, todo, draws=draws, seed=1, progress=lambda *_: None)
    return Scores(score_rows(cells, 1))


def told(scores: Scores) -> dict[str, float]:
    """What is stored of the scores, by a name that says where it stands."""
    shown = [
        row
        for row in scores.rows
        if row.base_year is None
        and row.size_class == EVERY_SIZE
        and row.horizon in HORIZONS
        and row.age_group in GROUPS
        and row.scheme != "service"
        and row.measure in (*ERRORS, *BANDS)
    ]
    return {_name(row): round(row.value, 4) for row in shown}


def _name(row: ScoreRow) -> str:
    place = f"{row.run} | {row.protocol} | {row.horizon} y | {row.scheme} {row.age_group}"
    return f"{place} | {row.method} | {row.measure}"


def compare(found: dict[str, float], stored: dict[str, float]) -> None:
    assert found.keys() == stored.keys()
    moved = {
        name: (stored[name], value)
        for name, value in found.items()
        if abs(value - stored[name])
        > (POINTS if name.endswith("coverage_80") else max(RELATIVE * stored[name], 0.002))
    }
    assert not moved, f"stored and found differ: {moved}"


@pytest.fixture(scope="module")
def histories(reference_data: Path) -> Histories:
    return read_reference(reference_data)


def test_a_few_base_years_score_as_stored(histories: Histories) -> None:
    compare(told(sample(histories)), json.loads(FEW.read_text("utf-8")))


@pytest.mark.long
def test_all_base_years_score_as_stored_and_keep_the_promises_that_were_kept(histories: Histories) -> None:
    scores = whole(histories)
    stored = json.loads(ALL.read_text("utf-8"))
    compare(told(scores), stored["scores"])
    kept = {claim.promise for claim in claims(scores) if claim.reached}
    assert kept >= set(stored["promises kept"])


def store() -> None:
    """Write both files again."""
    histories = read_reference(default_folder())
    _write(FEW, told(sample(histories)))
    scores = whole(histories)
    kept = [claim.promise for claim in claims(scores) if claim.reached]
    _write(ALL, {"promises kept": kept, "scores": told(scores)})


def _write(path: Path, values: dict) -> None:
    path.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    store()
