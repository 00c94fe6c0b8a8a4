"""How wrong the projection has been: past base years of a warehouse, against what came and against others.

    .venv/bin/python -m benchmarks.foresight_holdout [--warehouse data/warehouse.duckdb] [--draws 200]

Prints, per base year, horizon and age group: MAPE (areas count the same), WAPE (persons count the same),
bias, and the share of areas inside the engine's 80 % band; beside no change, the trend of totals and every
official vintage that the warehouse holds.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import numpy as np

from contract.engine_adapter import engine_inputs
from contract.schedules import schedules_for
from foresight.backtest import GroupScore, backtest
from foresight.cohorts import AGES, Array, Inputs
from foresight.service_need import SCHEMES

GROUPS = tuple(group for group in SCHEMES if group.scheme in ("total", "service"))
SEED = 3


def official(con: duckdb.DuckDBPyConnection, areas: tuple[str, ...]) -> dict[str, dict[int, Array]]:
    """Official vintages `{name: {year: [area, age]}}`, only years with every area and age."""
    rows = con.execute(
        "select vintage, projection_year, municipality_code, age, population_count"
        " from intermediate.int_official_projection where municipality_code <> 'SSS'"
    ).fetchall()
    found: dict[str, dict[int, Array]] = {}
    for vintage, year, area, age, people in rows:
        if area in areas and people is not None:
            grid = found.setdefault(f"official {vintage}", {}).setdefault(
                year, np.full((len(areas), AGES), np.nan)
            )
            grid[areas.index(area), age] = people
    return {
        name: {year: grid for year, grid in years.items() if not np.isnan(grid).any()}
        for name, years in found.items()
    }


def read(warehouse: Path) -> tuple[Inputs, dict[str, dict[int, Array]]]:
    """Engine inputs and official vintages of a built warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        inputs = engine_inputs(
            con.sql("select * from intermediate.int_population_by_age").fetchnumpy(),
            con.sql("select * from intermediate.int_vital_events").fetchnumpy(),
        )
        return inputs, official(con, inputs.areas)


def line(score: GroupScore) -> str:
    """One printed row."""
    held = "" if score.coverage is None else f"{score.coverage:6.0f}"
    return (
        f"  {score.scheme}:{score.age_group:<8}{score.method:<15}"
        f"{score.mape:7.2f}{score.wape:7.2f}{score.bias:+7.2f}{held}"
    )


def main() -> None:
    """Print the scores of every base year that has a later age table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"))
    parser.add_argument("--draws", type=int, default=200)
    chosen = parser.parse_args()
    inputs, vintages = read(chosen.warehouse)
    for base in inputs.tables.years[:-1]:
        opponents = {name: years for name, years in vintages.items() if int(name.split()[-1]) <= base + 1}
        scores = backtest(
            inputs,
            base_year=base,
            draws=chosen.draws,
            seed=SEED,
            groups=GROUPS,
            schedules=schedules_for(base),
            opponents=opponents,
        )
        for horizon in sorted({score.horizon for score in scores}):
            print(f"base {base}, after {horizon} years: MAPE, WAPE, bias, inside the 80 % band (%)")
            for score in scores:
                if score.horizon == horizon:
                    print(line(score))


if __name__ == "__main__":
    main()
