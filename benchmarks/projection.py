"""How quickly the engine draws a country, beside a plain loop over areas and a floor nobody can be below.

The floor does what the engine cannot do without, in numpy and as quickly as numpy does it, with no demography
in it: as many random numbers, passes over the array (each an in-place product of two blocks that stay in
the cache) and quantile selections. Engine and floor run one after the other: on one thread, where seconds are
those of the processor (the machine may be shared), and on two, where they are those of the clock.

cohortproj (PyPI) is named as a yardstick but could not be installed where this was written, so nothing is
measured or claimed against it; the plain loop does what a package without draws would be wrapped in.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

import foresight.blocks
from benchmarks.plain_projection import drawn_errors, plain_year
from contract.schedules import schedules_for
from foresight.chance import LocalDraws, chance_scales
from foresight.cohorts import AGES, SEXES, AgeTables, EventTotals, Inputs
from foresight.normal_pool import ROWS, SHORTEST_ROW
from foresight.paths import Factors, Paths
from foresight.project import Projection, project
from foresight.summary import QUANTILES, Summary
from foresight.uncertainty import mortality_by_age

BASE_YEAR, SEED = 2018, 1
GROUPS = 15
"""Age groups that differ among those published."""
LASTING_ROWS = 35
"""Normal draws of an area that last a whole path: relative net moves by sex and band, births, deaths, and
one a year for growth, which is counted in the passes."""

PASSES = (
    ("relative error of moves and deaths", 1.0),
    ("share of a cohort that moves away, with its error", 2.5),
    ("who moves away", 1.0),
    ("sum of those over areas", 1.0),
    ("in-weights with their error, summed over areas", 1.0),
    ("share that stays, with its error and emigration", 2.5),
    ("who stays", 1.0),
    ("in-weights with their error", 2.5),
    ("who moves in", 1.0),
    ("sum of those over areas, to check that moves close", 1.0),
    ("immigrants, and all who arrive", 2.0),
    ("who is exposed to death", 1.0),
    ("hazard by age and draw", 1.0),
    ("error of deaths from 65 on", 1.4),
    ("who survives, and who is there at the end", 2.0),
    ("check of signs", 1.0),
    ("means", 1.0),
    ("copy to be put in order", 1.0),
    ("both sexes, age groups", 1.0),
)
"""What a year passes over the array `[area, sex, age, draw]` for, and how often."""
EXPONENTIALS, TANGENTS = 1.0, 0.5


@dataclass(frozen=True)
class Size:
    """How much is drawn."""

    areas: int = 309
    years: int = 40
    draws: int = 1000


def country(areas: int) -> Inputs:
    """A made-up country of that many areas, from 700 to 650 000 inhabitants: three age tables, ten years."""
    rng = np.random.default_rng(SEED)
    alive = np.exp(-np.cumsum(schedules_for(BASE_YEAR).hazard(), axis=1))
    sizes = np.geomspace(700, 650_000, areas)
    people = sizes[:, None, None] * alive / alive.sum() * rng.uniform(0.8, 1.2, (areas, len(SEXES), AGES))
    base = np.round(people)
    total = base.sum(axis=(1, 2))
    years = tuple(range(BASE_YEAR - 9, BASE_YEAR + 1))
    out = total * rng.uniform(0.03, 0.06, (len(years), areas))
    into = out * rng.uniform(0.8, 1.2, out.shape)
    events = {
        "births": total * rng.uniform(0.006, 0.012, out.shape),
        "deaths": total * rng.uniform(0.006, 0.014, out.shape),
        "in_migration": into * (out.sum(axis=1) / into.sum(axis=1))[:, None],
        "out_migration": out,
        "immigration": total * rng.uniform(0.002, 0.006, out.shape),
        "emigration": total * rng.uniform(0.001, 0.003, out.shape),
        "population": np.tile(total, (len(years), 1)),
    }
    names = tuple(f"{area:03d}" for area in range(areas))
    return Inputs(
        AgeTables(names, years[-3:], np.stack([base] * 3)),
        EventTotals(names, years, **{name: np.round(values) for name, values in events.items()}),
    )


def engine(inputs: Inputs, size: Size, threads: int) -> tuple[float, Projection]:
    """Seconds and result of a projection: of the processor on one thread, of the clock on more."""
    clock = time.process_time if threads == 1 else time.perf_counter
    foresight.blocks.THREADS = threads
    started = clock()
    done = project(
        inputs,
        horizon=size.years,
        draws=size.draws,
        seed=SEED,
        schedules=schedules_for(BASE_YEAR),
        unions={"SSS": inputs.areas},
    )
    return clock() - started, done


@contextmanager
def timed(places: dict[str, tuple[type, tuple[str, ...]]]) -> Iterator[dict[str, float]]:
    """Seconds spent in methods, by name; one thread only, so that nothing is counted twice."""
    spent = dict.fromkeys(places, 0.0)
    kept: list[tuple[type, str, Callable[..., Any]]] = []

    def watch(name: str, owner: type, method: str) -> None:
        original = owner.__dict__[method]
        kept.append((owner, method, original))

        def watched(*args: Any, **kwargs: Any) -> Any:
            started = time.process_time()
            try:
                return original(*args, **kwargs)
            finally:
                spent[name] += time.process_time() - started

        setattr(owner, method, watched)

    for name, (owner, methods) in places.items():
        for method in methods:
            watch(name, owner, method)
    try:
        yield spent
    finally:
        for owner, method, original in kept:
            setattr(owner, method, original)


def shares(inputs: Inputs, size: Size) -> tuple[float, dict[str, float]]:
    """Seconds of a projection on one thread, in all and by part."""
    places: dict[str, tuple[type, tuple[str, ...]]] = {
        "errors": (LocalDraws, ("__init__", "pairs_of_moves", "pairs_of_deaths", "births")),
        "draws": (Paths, ("step",)),
        "bands": (Summary, ("add",)),
    }
    with timed(places) as spent:
        seconds, _ = engine(inputs, size, 1)
    return seconds, {
        "random numbers and what is made of them": spent["errors"],
        "passes": spent["draws"] - spent["errors"],
        "means and quantiles": spent["bands"],
        "rest (rates, expected path, ensemble)": seconds - spent["draws"] - spent["bands"],
    }


def floor(size: Size, threads: int) -> dict[str, float]:
    """Seconds of the floor by part, as `engine` counts them; those of threads are averaged."""
    clock = time.process_time if threads == 1 else time.perf_counter
    parts = dict.fromkeys(("random numbers", "passes", "quantiles"), 0.0)
    started = clock()
    rng = np.random.Generator(np.random.SFC64(SEED))
    rng.standard_normal(ROWS * max(SHORTEST_ROW, size.draws // 2), dtype=np.float32)
    rng.standard_normal((size.areas, LASTING_ROWS + size.years, size.draws // 2), dtype=np.float32)
    parts["random numbers"] = clock() - started
    array = np.random.default_rng(SEED).random((size.areas, len(SEXES), AGES, size.draws), dtype=np.float32)
    passes = sum(times for _, times in PASSES)

    def work(worker: int) -> tuple[float, float]:
        other = np.full((AGES, size.draws), 0.999, np.float32)
        ordered = np.empty((AGES, size.draws), np.float32)
        groups = np.random.default_rng(SEED).random((GROUPS, size.draws))
        ranks = [int(share * (size.draws - 1)) + k for share in QUANTILES for k in (0, 1)]
        passing = selecting = 0.0
        for _ in range(size.years):
            for area in range(worker, size.areas, threads):
                for block in array[area]:
                    begun = clock()
                    for _ in range(int(passes)):
                        np.multiply(block, other, out=block)
                    rest = block[: int((passes % 1) * AGES)]
                    np.multiply(rest, other[: len(rest)], out=rest)
                    np.exp(block, out=ordered)
                    half = ordered[: int(TANGENTS * AGES)]
                    np.tanh(half, out=half)
                    middle = clock()
                    np.copyto(ordered, block)
                    ordered.sort(axis=-1)
                    ordered[:, ranks]
                    selecting += clock() - middle
                    passing += middle - begun
                begun = clock()
                groups[:, ::-1].copy().sort(axis=-1)
                selecting += clock() - begun
        return passing, selecting

    with ThreadPoolExecutor(threads) as pool:
        for passing, selecting in pool.map(work, range(threads)):
            parts["passes"] += passing / threads
            parts["quantiles"] += selecting / threads
    return parts


def whole_array_pass(size: Size) -> float:
    """Processor seconds of one in-place pass over the whole array of a year."""
    array = np.ones((size.areas, len(SEXES), AGES, size.draws), np.float32)
    started = time.process_time()
    for _ in range(3):
        np.multiply(array, np.float32(0.999), out=array)
    return (time.process_time() - started) / 3


def plain_loop(inputs: Inputs, done: Projection) -> tuple[float, float]:
    """Seconds of one year by the plain loop with `np.quantile`, and how far its mean total is from ours."""
    rng = np.random.default_rng(SEED)
    national = done.national
    factors = Factors(
        national.births[0],
        mortality_by_age(national.mortality[0]),
        national.immigration[0],
        national.emigration[0],
    ).as_type(np.float32)
    scales = chance_scales(done.flows[0])
    population = np.repeat(inputs.base.astype(np.float32)[..., None], done.draws, axis=3)
    started = time.perf_counter()
    errors = [drawn_errors(rng, scales, area, done.draws) for area in range(len(inputs.areas))]
    end = plain_year(population, done.year_rates[0], factors, errors)
    for area in end:
        np.quantile(area, QUANTILES, axis=-1)
    seconds = time.perf_counter() - started
    mean = end.sum(axis=(0, 1, 2), dtype=np.float64).mean()
    return seconds, float(abs(mean / done.by_age.mean[0].sum() - 1.0))


def _line(what: str, seconds: float, against: float | None = None) -> None:
    ratio = "" if against is None else f"  {seconds / against:5.2f} × floor"
    print(f"  {what:56} {seconds:8.2f} s{ratio}")


def _beside_floor(inputs: Inputs, size: Size) -> Projection:
    """Print engine and floor of one size; the projection."""
    print(
        f"\nProjection: {size.areas} areas x {AGES} ages x 2 sexes x {size.years} years x {size.draws} draws"
    )
    seconds, parts = shares(inputs, size)
    bare = floor(size, 1)
    whole = sum(bare.values())
    _line("engine, one thread", seconds, whole)
    for part, spent in parts.items():
        print(f"    {part:54} {spent:8.2f} s  {spent / seconds:5.0%}")
    _line("floor, one thread, blocks in the cache", whole)
    for part, spent in bare.items():
        print(f"    {part:54} {spent:8.2f} s  {spent / whole:5.0%}")
    one_pass = whole_array_pass(size)
    passes = sum(times for _, times in PASSES) + EXPONENTIALS + TANGENTS
    print(f"    {passes:.1f} passes a year; one over the whole array takes {1000 * one_pass:.0f} ms")
    uncached = bare["random numbers"] + bare["quantiles"] + size.years * passes * one_pass
    _line("floor, one thread, passes over the whole array", uncached)
    print(f"    the engine on one thread is {seconds / uncached:.2f} × that")
    seconds, done = engine(inputs, size, 2)
    _line("engine, two threads", seconds, sum(floor(size, 2).values()))
    return done


def measure(size: Size = Size(), night: Size = Size(years=20, draws=200)) -> None:
    """Print the engine's time and memory beside floor and plain loop."""
    inputs = country(size.areas)
    _beside_floor(inputs, night)
    done = _beside_floor(inputs, size)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(f"  peak memory, engine and floor                            {peak:8.2f} GB")
    print("  NOT MEASURED beside cohortproj: pip found no version of it")
    seconds, apart = plain_loop(inputs, done)
    print(
        f"  plain loop over areas, one year of {size.years:<22}{seconds:8.2f} s, {size.years} such years "
        f"{size.years * seconds:.0f} s; its mean total is {apart:.3%} from the engine's"
    )


if __name__ == "__main__":
    measure()
