"""Scores of a backtest as the seed that every snapshot is published with."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from contract.published import published_table
from dagster_project.backtesting.runs import RUNS
from dagster_project.backtesting.seed import seed_rows, write_seed
from dagster_project.cli import kuntaluotsi
from dagster_project.running.exits import PlainFailure
from dagster_project.settings import Settings
from foresight.backtest_rows import ScoreRow
from foresight.project import ENGINE_VERSION

COLUMNS = published_table("fct_backtest_score").columns
COMMITTED = Settings().dbt_dir / "seeds" / "backtest_scores.csv"
LARGEST = 300_000
POOLED = ScoreRow(
    "regions", "same information", None, None, 5, "all", "total", "total", "ours", "mape", 1.23456, 38
)


def _of(base_year: int) -> ScoreRow:
    return replace(POOLED, base_year=base_year, information_date=f"{base_year + 1}-05-31", cases=19)


def _told(*rows: ScoreRow) -> list[dict[str, str | int | float]]:
    return [dict(zip(COLUMNS, row, strict=True)) for row in seed_rows(rows)]


def test_a_pooled_score_is_told_with_its_base_years() -> None:
    (told,) = _told(_of(1990), POOLED, _of(1985), replace(_of(1999), horizon=6))
    assert told == {
        "engine_version": ENGINE_VERSION,
        "run": "regions",
        "protocol": "same information",
        "first_base_year": 1985,
        "last_base_year": 1990,
        "base_years": 2,
        "horizon_years": 5,
        "size_class": "all",
        "scheme": "total",
        "age_group": "total",
        "method": "ours",
        "measure": "mape",
        "value": 1.235,
        "cases": 38,
    }


def test_the_skill_over_another_method_is_told_under_one_name() -> None:
    (told,) = _told(_of(1990), replace(POOLED, method="lin/exp 10", measure="skill_mape", value=0.1))
    assert (told["method"], told["measure"], told["value"]) == ("lin/exp 10", "skill", 0.1)


def test_total_population_is_told_every_year_ahead_and_age_groups_some() -> None:
    children = replace(POOLED, scheme="service", age_group="7-12")
    rows = [replace(row, horizon=h) for row in (POOLED, children, _of(1990)) for h in (5, 6)]
    told = [(row["scheme"], row["horizon_years"]) for row in _told(*rows)]
    assert told == [("service", 5), ("total", 5), ("total", 6)]


@pytest.mark.parametrize(
    "left_out",
    [
        {"run": "regions without growth"},
        {"measure": "pit_0"},
        {"size_class": "0-1999"},
        {"scheme": "report", "age_group": "0"},
    ],
)
def test_what_no_page_shows_is_left_out(left_out: dict[str, str]) -> None:
    assert _told(_of(1990), replace(POOLED, **left_out), replace(_of(1990), **left_out)) == []


def test_the_description_beside_says_what_made_it(tmp_path: Path) -> None:
    path = tmp_path / "scores.csv"
    assert write_seed(path, [POOLED, _of(1990)], "--draws 400 --seed 1") == 1
    with path.open(encoding="utf-8", newline="") as file:
        assert next(csv.reader(file)) == list(COLUMNS)
    (seed,) = yaml.safe_load(path.with_suffix(".yml").read_text("utf-8"))["seeds"]
    assert seed["name"] == "scores"
    assert f"engine {ENGINE_VERSION}" in seed["description"]
    assert "backtest --draws 400 --seed 1 --seed-file dbt/seeds/scores.csv" in seed["description"]
    assert seed["config"]["column_types"] == {name: kind.lower() for name, kind in COLUMNS.items()}


def test_a_part_of_the_runs_is_no_seed(tmp_path: Path) -> None:
    asked = ["backtest", "--run", "regions", "--seed-file", str(tmp_path / "scores.csv")]
    with pytest.raises(PlainFailure, match="tells of every run and base year"):
        CliRunner().invoke(kuntaluotsi, asked, catch_exceptions=False)


def test_the_seed_that_comes_with_the_project_is_whole_and_small() -> None:
    with COMMITTED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == list(COLUMNS)
    assert COMMITTED.stat().st_size < LARGEST
    key = published_table("fct_backtest_score").key
    assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
    assert {row["run"] for row in rows} == set(RUNS)
    (version,) = {row["engine_version"] for row in rows}
    assert f"engine {version}" in " ".join(COMMITTED.with_suffix(".yml").read_text("utf-8").split())
