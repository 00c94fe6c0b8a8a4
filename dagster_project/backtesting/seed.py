"""Pooled scores as a seed of dbt: what every snapshot says of past accuracy, without running a backtest.

The CSV is `fct_backtest_score` row by row; the YAML beside it says which engine, figures and command made it.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from contract.published import published_table
from dagster_project.backtesting.runs import MUNICIPALITIES, REGIONS, RUNS, TOTALS, WITH_OFFICIAL
from foresight.backtest import OURS
from foresight.backtest_rows import EVERY_SIZE, ScoreRow
from foresight.project import ENGINE_VERSION

HORIZONS = (1, 2, 3, 4, 5, 10, 15, 20)
"""Years ahead told of every age group; total population is told of every year."""
OURS_BY = ("mape", "wape", "bias", "coverage_50", "coverage_80", "coverage_95", "within_10", "crps")
RIVALS_BY = {"mape": "mape", "wape": "wape", "skill_mape": "skill"}
"""Measures of the other methods, with the name they are published under."""
OF_SIZES = ("mape", "bias", "coverage_80", "within_10")
OF_AGES = ("mape", "wape", "bias", "coverage_80")
SCHEMES_OF = {
    REGIONS: ("service",),
    MUNICIPALITIES: ("service", "report"),
    WITH_OFFICIAL: ("report",),
    TOTALS: (),
}
EVERY_YEAR_BY = ("mape", "within_10", "coverage_80")
"""Measures told of every year ahead: a shelf life is the last year before a gap."""
DECIMALS = 3

_YAML = """seeds:
  - name: {name}
    description: >-
      One row per run, protocol, years ahead, size class, age group, method and measure: how far off forecasts
      from past base years would have been, all base years together (docs/methods/foresight_backtest.md).
      Measures in %, but `skill`, which is 1 less our error over the method's. Written with engine
      {engine_version} by
      `kuntaluotsi backtest {options} --seed-file dbt/seeds/{file}`;
      never edited by hand.
    config:
      column_types:
{types}
    data_tests:
      - grain:
          arguments: {{columns: [{key}]}}
"""


def write_seed(path: Path, rows: Sequence[ScoreRow], options: str) -> int:
    """Write the pooled `rows` that pages need to `path` and their description beside it; how many they are.

    `options` are those of the command that made them.
    """
    table = published_table("fct_backtest_score")
    wanted = seed_rows(rows)
    beside = path.with_name(f".{path.name}.partial")
    with beside.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table.columns)
        writer.writerows(wanted)
    beside.replace(path)
    words = _YAML.format(
        name=path.stem,
        file=path.name,
        options=options,
        engine_version=ENGINE_VERSION,
        types="\n".join(f"        {name}: {kind.lower()}" for name, kind in table.columns.items()),
        key=", ".join(table.key),
    )
    path.with_suffix(".yml").write_text(words, "utf-8")
    return len(wanted)


def seed_rows(rows: Iterable[ScoreRow]) -> list[tuple[str | int | float, ...]]:
    """Rows in the columns of `fct_backtest_score`, in the order of its key."""
    pooled, base_years = [], defaultdict(set)
    for row in rows:
        if row.base_year is None:
            pooled.append(row)
        else:
            base_years[row.run, row.protocol, row.horizon].add(row.base_year)
    told = []
    for row in pooled:
        if not _is_wanted(row):
            continue
        years = base_years[row.run, row.protocol, row.horizon]
        told.append(
            (
                ENGINE_VERSION,
                row.run,
                row.protocol,
                min(years),
                max(years),
                len(years),
                row.horizon,
                row.size_class,
                row.scheme,
                row.age_group,
                row.method,
                _measure(row),
                round(row.value, DECIMALS),
                row.cases,
            )
        )
    return sorted(told)


def _measure(row: ScoreRow) -> str:
    """The name a measure is published under."""
    return RIVALS_BY.get(row.measure, row.measure)


def _is_wanted(row: ScoreRow) -> bool:
    """Totals in full, sizes where municipalities are projected, ages of all sizes together."""
    if row.run not in RUNS or row.measure not in (OURS_BY if row.method == OURS else RIVALS_BY):
        return False
    of_all_sizes = row.size_class == EVERY_SIZE
    if row.scheme != "total":
        return row.horizon in HORIZONS and _is_wanted_age(row, of_all_sizes)
    if row.horizon not in HORIZONS and row.measure not in EVERY_YEAR_BY:
        return False
    by_size = row.measure in OF_SIZES if row.method == OURS else row.measure == "mape"
    return of_all_sizes or (by_size and row.run in (TOTALS, MUNICIPALITIES))


def _is_wanted_age(row: ScoreRow, of_all_sizes: bool) -> bool:
    """Groups that the run is told by: services of regions, both schemes of municipalities, else reports."""
    if row.scheme not in SCHEMES_OF[row.run]:
        return False
    if not of_all_sizes:
        return row.run == MUNICIPALITIES and (row.method, row.measure) == (OURS, "mape")
    if row.method == OURS:
        return row.measure in OF_AGES
    return row.measure == ("mape" if row.run == REGIONS else "wape")
