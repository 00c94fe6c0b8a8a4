"""The published backtest scores are those of the engine that is here and of the page that tells them."""

from __future__ import annotations

import csv
import re
from pathlib import Path

from foresight.project import ENGINE_VERSION

ROOT = Path(__file__).parents[3]
SEED = ROOT / "dbt" / "seeds" / "backtest_scores.csv"
PAGE = ROOT / "docs" / "methods" / "foresight_backtest.md"


def _rows() -> list[dict[str, str]]:
    with SEED.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_scores_are_of_this_engine() -> None:
    assert {row["engine_version"] for row in _rows()} == {ENGINE_VERSION}


def test_the_scores_of_regions_are_those_of_the_page() -> None:
    """MAPE of totals after 1, 5 and 10 years, which the page prints with two decimals."""
    table = PAGE.read_text("utf-8").split("<!-- table: regions totals -->")[1].split("<!-- end")[0]
    told = {
        m[1]: float(m[2]) for m in re.finditer(r"^\| (\d+) \| \d+ \| \*\*([\d.]+)\*\*", table, re.MULTILINE)
    }
    seeded = {
        row["horizon_years"]: float(row["value"])
        for row in _rows()
        if (row["run"], row["method"], row["measure"]) == ("regions", "ours", "mape")
        and (row["age_group"], row["size_class"]) == ("total", "all")
    }
    for horizon in ("1", "5", "10"):
        assert abs(told[horizon] - seeded[horizon]) < 0.0051
