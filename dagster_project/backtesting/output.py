"""What a backtest leaves behind: its scores as parquet, a summary as JSON, tables of a page."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from dagster_project.backtesting.claims import claims
from dagster_project.backtesting.page import with_tables
from dagster_project.backtesting.table import Scores
from dagster_project.backtesting.weakest import weakest_accuracy, weakest_bands
from foresight.backtest_cells import Cells
from foresight.backtest_rows import ScoreRow
from foresight.project import ENGINE_VERSION

SCORES_FILE, SUMMARY_FILE = "scores.parquet", "summary.json"
NAMED = 25
"""Weakest places that the summary names."""


def write_scores(path: Path, rows: Sequence[ScoreRow]) -> None:
    """The rows as parquet, whole or not at all; no time and no path stands in the bytes."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    types = {"base_year": pa.int32(), "horizon": pa.int32(), "cases": pa.int32(), "value": pa.float64()}
    columns = {
        field.name: pa.array([getattr(row, field.name) for row in rows], types.get(field.name, pa.string()))
        for field in fields(ScoreRow)
    }
    beside = path.with_name(f".{path.name}.partial")
    pq.write_table(pa.table(columns), beside, compression="zstd")
    beside.replace(path)


def read_scores(path: Path) -> list[ScoreRow]:
    """The rows of a file that `write_scores` wrote."""
    import pyarrow.parquet as pq

    return [ScoreRow(**row) for row in pq.read_table(path).to_pylist()]


def summary_of(scores: Scores, cells: Sequence[Cells], *, draws: int, seed: int) -> dict[str, Any]:
    """What a person or a machine asks first: what was run, what was promised, where it is weakest."""
    runs = {
        (one.run, one.protocol.value, one.base_year): {
            "run": one.run,
            "protocol": one.protocol.value,
            "base_year": one.base_year,
            "information_date": one.information_date.isoformat(),
            "newest_known_from": one.newest_known_from.isoformat(),
            "official_as_member": one.member,
            "official_as_opponent": one.opponent,
        }
        for one in cells
    }
    return {
        "engine_version": ENGINE_VERSION,
        "draws": draws,
        "seed": seed,
        "claims": [asdict(claim) for claim in claims(scores)],
        "weakest_bands": [list(one) for one in weakest_bands(scores)[:NAMED]],
        "worse_than_a_rival": [list(one) for one in weakest_accuracy(scores)[:NAMED]],
        "base_years": list(runs.values()),
    }


def write_summary(path: Path, summary: dict[str, Any]) -> None:
    """The summary as JSON, the same bytes for the same scores."""
    path.write_text(json.dumps(summary, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def renew_page(path: Path, scores: Scores) -> None:
    """The tables of the page at `path` made again, its words left as they are."""
    path.write_text(with_tables(path.read_text("utf-8"), scores), encoding="utf-8")
