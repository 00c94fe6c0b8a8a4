"""How good the built-in schedules of mortality have been. Prints; asserts nothing.

    .venv/bin/python -m benchmarks.schedules_check --from FOLDER

FOLDER holds `tidy/` as `benchmarks.schedules` reads it and the answer of table 11ae under
`mirror/StatFin/muutl/11ae.px/`. First, the deaths of each year implied by the population at its start
and the schedules of that year, or those of the year before moved on by their drift, against the deaths
counted. Then survivors to ages 75–84 and 85+ ten years after each base year against those found: only deaths
touch them, apart from the few who move abroad.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from benchmarks.schedules import Figures, read
from contract.schedules import built_in_files, load_schedules
from foresight.cohorts import AGES, Array
from foresight.engine import advance
from foresight.schedules import Schedules

YEARS_AHEAD = 10
OLD = {"75–84": slice(75, 85), "85+": slice(85, AGES)}
BIRTHS, DEATHS = "muutl-vm01", "muutl-vm11"


def counted(folder: Path) -> dict[int, tuple[float, float]]:
    """Births and deaths of the whole country by year."""
    answer = json.loads((folder / "data.json").read_text("utf-8"))
    codes = [
        sorted(index, key=index.get)
        for name in answer["id"]
        for index in [answer["dimension"][name]["category"]["index"]]
    ]
    values = np.array(answer["value"], float).reshape(answer["size"])
    country = [i for i, code in enumerate(codes[0]) if code.startswith("KU")]
    born, died = (values[country][:, :, codes[2].index(code)].sum(axis=0) for code in (BIRTHS, DEATHS))
    return {int(year): (born[k], died[k]) for k, year in enumerate(codes[1])}


def implied_deaths(start: Array, born: float, schedules: Schedules, year: int) -> float:
    """Deaths of `year` among `start[sex, age]` and the newborn, nobody moving."""
    boys = schedules.share_of_boys * born
    aged = advance(start[None], np.array([[boys, born - boys]]))[0]
    hazard = schedules.hazard() * np.exp(schedules.drift() * (year - schedules.latest_year))
    return float((aged * -np.expm1(-hazard)).sum())


def survivors(figures: Figures, schedules: Schedules, *, drift: bool) -> Array:
    """Population `YEARS_AHEAD` years on, of those alive at the schedules' year: `[sex, age]`."""
    people: Array = figures.population[schedules.latest_year - figures.first_year]
    for ahead in range(1, YEARS_AHEAD + 1):
        pace = schedules.drift() * ahead if drift else 0.0
        aged = advance(people[None], np.zeros((1, 2)))[0]
        people = aged * np.exp(-schedules.hazard() * np.exp(pace))
    return people


def print_deaths(figures: Figures, events: dict[int, tuple[float, float]], built_in: list[Schedules]) -> None:
    """Implied against counted deaths, and their mean error."""
    by_year = {schedules.latest_year: schedules for schedules in built_in}
    print("deaths  counted   of the year, %   of the year before, %")
    errors = []
    for year, (born, died) in events.items():
        start = figures.population[year - 1 - figures.first_year]
        error = [
            100 * (implied_deaths(start, born, by_year[known], year) / died - 1) for known in (year, year - 1)
        ]
        errors.append(error)
        print(f"{year}   {died:8.0f}   {error[0]:+13.1f}   {error[1]:+20.1f}")
    print(f"mean              {np.mean(errors, axis=0)[0]:+13.1f}   {np.mean(errors, axis=0)[1]:+20.1f}")


def print_survivors(figures: Figures, built_in: list[Schedules]) -> None:
    """Mean size of the error of survivors by group of base years, with the drift and without."""
    last = figures.first_year + len(figures.population) - 1
    print(f"\nsurvivors after {YEARS_AHEAD} years: mean size of error (bias), %, with drift | without")
    for first, until in ((1973, 1981), (1982, 1989), (1990, 1999), (2000, last - YEARS_AHEAD)):
        some = [s for s in built_in if first <= s.latest_year <= until]
        cells = []
        for label, ages in OLD.items():
            for drift in (True, False):
                errors = []
                for schedules in some:
                    found = figures.population[schedules.latest_year + YEARS_AHEAD - figures.first_year]
                    expected = survivors(figures, schedules, drift=drift)
                    errors.append(100 * (expected[:, ages].sum() / found[:, ages].sum() - 1))
                cells.append(f"{np.mean(np.abs(errors)):5.1f} ({np.mean(errors):+5.1f})")
            cells[-2:] = [f"{label:>6}: {cells[-2]} | {cells[-1]}"]
        print(f"base years {first}–{until}  {'   '.join(cells)}")


def main() -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.schedules_check", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True)
    folder: Path = parser.parse_args().folder
    figures = read(folder / "tidy")
    built_in = [load_schedules(path) for path in built_in_files().values()]
    print_deaths(figures, counted(folder / "mirror" / "StatFin" / "muutl" / "11ae.px"), built_in)
    print_survivors(figures, built_in)


if __name__ == "__main__":
    main()
