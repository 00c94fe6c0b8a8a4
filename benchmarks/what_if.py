"""How fast a what-if answers, and how near its base is to the night's own draws.

    .venv/bin/python -m benchmarks.what_if [--warehouse data/warehouse.duckdb] [--areas 305,687] [--draws 500]

Projects the warehouse's areas once, as the night does, then asks for one municipality at a time. `cold` makes
everything from the published inputs; `slider` is one more scenario on what was prepared. The floor does the
same number of random normals, array passes, exponentials and sorted draws in plain numpy. Times are processor
time, which is the time on one core that has nothing else to do; set OMP_NUM_THREADS=1 with it.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from contract.engine_adapter import REST, engine_inputs
from contract.scenario_files import built_in
from contract.schedules import schedules_for
from foresight.cohorts import AGES, SEXES, Array, Inputs
from foresight.normal_pool import ROWS, SHORTEST_ROW
from foresight.one_area import what_if_inputs
from foresight.project import Projection, project
from foresight.scenarios import scenario
from foresight.service_need import SCHEMES, group_sums
from foresight.what_if import Prepared, prepare, what_if

HORIZON, SEED = 20, 3
REPEATS = 5
NORMALS = ROWS * SHORTEST_ROW
"""Size of the pool that chance is taken from (foresight/normal_pool.py), drawn when nothing is prepared."""
PASSES_A_STEP = 28
"""Elementwise passes of one step over the pair, counted in foresight/year.py: errors 1, leaving 6, sharing
out 3, the end of the year 18, its exponential apart."""
TOTAL = [group.scheme for group in SCHEMES].index("total")


def read(warehouse: Path) -> Inputs:
    """Engine inputs of a built warehouse."""
    with duckdb.connect(str(warehouse), read_only=True) as con:
        return engine_inputs(
            con.sql("select * from intermediate.int_population_by_age").fetchnumpy(),
            con.sql("select * from intermediate.int_vital_events").fetchnumpy(),
        )


def night(inputs: Inputs, areas: list[str], draws: int) -> tuple[Projection, Array]:
    """The night's projection and its draws of `areas` by group, `[area, year, group, draw]`."""
    kept = np.empty((len(areas), HORIZON, len(SCHEMES), draws))
    at = [inputs.areas.index(area) for area in areas]

    def watch(position: int, groups: Array) -> None:
        kept[:, position] = groups[at]

    schedules = schedules_for(inputs.base_year)
    run = project(inputs, horizon=HORIZON, draws=draws, seed=SEED, schedules=schedules, observe=watch)
    return run, kept


def seconds(work: Callable[[], object]) -> float:
    """Median processor time of `REPEATS` runs."""
    times = []
    for _ in range(REPEATS):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return float(np.median(times))


def floor(draws: int, normals: bool) -> None:
    """The same amount of work on plain arrays: one walk of the pair, with its noise or without."""
    rng = np.random.Generator(np.random.SFC64(1))
    cells = np.ones((2, len(SEXES), AGES, draws), np.float32)
    other = np.full_like(cells, 0.5)
    by_age = np.empty((HORIZON, AGES, draws), np.float32)
    if normals:
        rng.standard_normal(NORMALS, dtype=np.float32)
    for year in range(HORIZON):
        if normals:
            np.tanh(cells[0, ..., : draws // 2])
        for _ in range(PASSES_A_STEP):
            np.multiply(cells, other, out=other)
        np.exp(cells)
        cells[0].sum(axis=0, out=by_age[year])
    np.sort(group_sums(by_age), axis=-1)


def agreement(base: Prepared, drawn: Array) -> str:
    """How far the base's draws and bands are from the night's, after 1, 5, 10 and 20 years."""
    told = []
    for year in (1, 5, 10, 20):
        mine, theirs = base.base.by_group[year - 1], drawn[year - 1]
        gap = np.sqrt(((mine - theirs) ** 2).mean(axis=1)) / theirs.std(axis=1)
        ends = [np.quantile(x, [0.1, 0.9], axis=1) for x in (mine, theirs)]
        band = np.abs(ends[0] - ends[1]) / (ends[1][1] - ends[1][0])
        mean = np.abs(mine.mean(axis=1) / theirs.mean(axis=1) - 1)
        told.append(
            f"    after {year:2}: draws {100 * gap[TOTAL]:5.1f} {100 * gap.max():5.1f}   band "
            f"{100 * band[:, TOTAL].max():4.1f} {100 * band.max():4.1f}   mean {100 * mean[TOTAL]:5.3f} "
            f"{100 * mean.max():5.3f}"
        )
    return "\n".join(told)


def measure(run: Projection, inputs: Inputs, area: str, drawn: Array, draws: int) -> None:
    """Print the times of every scenario for one area, and how near its base is to the night's."""
    known = what_if_inputs(run, inputs, area)
    ready = prepare(known, draws)
    print(f"{area}: {known.base[0].sum():.0f} inhabitants")
    for file in built_in().values():
        definition = file.definition()
        asked = scenario(definition, areas=None if "country" in definition.scopes else [area])
        slider = seconds(partial(what_if, known, asked, draws=draws, prepared=ready))
        print(f"    {file.id:20}{1000 * slider:6.0f} ms on a slider")
    asked = scenario(built_in()["new_housing"].definition(), areas=[area])
    cold = seconds(partial(what_if, known, asked, draws=draws))
    least = seconds(partial(floor, draws, True)) + seconds(partial(floor, draws, False))
    print(
        f"    new_housing, nothing prepared: {1000 * cold:.0f} ms, floor {1000 * least:.0f} ms, "
        f"{cold / least:.2f} times"
    )
    print("    difference to the night's own draws, total and worst group, % (of spread, of band, of mean)")
    print(agreement(ready, drawn))


def main() -> None:
    """Print times beside the floor, and the difference to the night's draws."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--warehouse", type=Path, default=Path("data/warehouse.duckdb"))
    parser.add_argument("--areas", default="", help="codes; default: the smallest, a middle and the largest")
    parser.add_argument("--draws", type=int, default=500)
    chosen = parser.parse_args()
    inputs = read(chosen.warehouse)
    people = inputs.base.sum(axis=(1, 2))
    by_size = sorted((float(n), a) for n, a in zip(people, inputs.areas, strict=True) if a != REST)
    areas = [a for a in chosen.areas.split(",") if a] or [by_size[k][1] for k in (0, len(by_size) // 2, -1)]
    run, drawn = night(inputs, areas, chosen.draws)
    print(f"{len(inputs.areas)} areas, base {inputs.base_year}, {HORIZON} years, {chosen.draws} draws")
    print(f"load {os.getloadavg()[0]:.1f}")
    for area, own in zip(areas, drawn, strict=True):
        measure(run, inputs, area, own, chosen.draws)


if __name__ == "__main__":
    main()
