"""Why plain cohort ratios and the shape of a table are no members at 60–84: what they did in past years.

    python -m benchmarks.old_ages --from FOLDER

FOLDER is laid out as `dagster_project/backtesting/reference.py` says. Four tables are printed: the country's
old by the cohort model, by plain cohort ratios and by half of each; regions' departures as the schedules hold
them and plain; how far a region's share of the country that rises with age foretells its cohorts beyond what
its past ratios do; and municipalities in 2020.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from contract.schedules import schedules_for
from dagster_project.backtesting.reference import Histories, default_folder, read_reference
from dagster_project.backtesting.runs import MUNICIPALITIES, forecast, tasks
from foresight import opponents
from foresight.cohorts import Array
from foresight.engine import grow
from foresight.service_need import group_sums

FIRST_BASE, TURN = 1982, 2000
WAYS = {"own": 0.0, "plain": 1.0, "half": 0.5}
"""Weight of the plain ratios."""
OLD = {"65-74": slice(65, 75), "75-84": slice(75, 85)}
RATIO_AGES = slice(60, 80)
YOUNGER, OLDER, YEARS_BETWEEN = slice(58, 65), slice(65, 72), 7
REACHED = slice(60, 75)


def main() -> None:
    """Print the four tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.old_ages", description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, default=default_folder())
    histories = read_reference(parser.parse_args().folder)
    country(histories)
    departures(histories)
    shapes(histories)
    municipalities(histories)


def country(histories: Histories) -> None:
    """Mean absolute error of the country's old in per cent, by years ahead and period of base years."""
    assert histories.regions and histories.regions.tables
    tables = histories.regions.tables
    people, years = tables.values.sum(axis=1), list(tables.years)
    errors: dict[tuple[str, str, int], dict[int, float]] = {}
    for base in range(FIRST_BASE, years[-1]):
        at = years.index(base)
        said = {way: _ahead(people, at, base, weight) for way, weight in WAYS.items()}
        for way, path in said.items():
            for ahead, told in enumerate(path, start=1):
                for label, ages in OLD.items():
                    came = people[at + ahead][:, ages].sum()
                    errors.setdefault((label, way, ahead), {})[base] = 100 * abs(
                        told[:, ages].sum() / came - 1
                    )
    print("\nThe country, mean absolute error %: cohort model, plain ratios at 60–79, half of each")
    for label in OLD:
        for ahead in (1, 2, 5, 10):
            cells = []
            for name, first, end in (
                (f"{FIRST_BASE}–{TURN - 1}", FIRST_BASE, TURN),
                (f"{TURN}–", TURN, years[-1]),
            ):
                means = [
                    float(
                        np.mean([e for base, e in errors[label, way, ahead].items() if first <= base < end])
                    )
                    for way in WAYS
                ]
                cells.append(f"{name} {means[0]:.2f} {means[1]:.2f} {means[2]:.2f}")
            print(f"  {label} after {ahead:2} years: " + "   ".join(cells))


def _ahead(people: Array, at: int, base: int, weight: float) -> list[Array]:
    """Population `[sex, age]` of the years after the base year that have come."""
    schedules = schedules_for(base)
    hazard = schedules.hazard() * np.exp(schedules.drift() * (base - schedules.latest_year))
    found = opponents.cohort_ratios(people[: at + 1, None])
    assert found is not None
    plain = found[0][0]
    population, path = people[at], []
    for ahead in range(1, min(10, len(people) - 1 - at) + 1):
        own = np.exp(-hazard * np.exp(schedules.drift() * ahead))
        ratio = plain.copy()
        ratio[:, RATIO_AGES.start - 1 :] = own[:, RATIO_AGES.start :]
        mixed = slice(RATIO_AGES.start - 1, RATIO_AGES.stop - 1)
        ratio[:, mixed] = (1 - weight) * own[:, RATIO_AGES] + weight * plain[:, mixed]
        population = np.concatenate([population[:, :1], grow(population[None])[0] * ratio], axis=1)
        path.append(population)
    return path


def departures(histories: Histories) -> None:
    """Error of regions' departures from the country: the schedules' against the plain ones of five years."""
    assert histories.regions and histories.regions.tables
    tables, areas = histories.regions.tables, histories.regions.areas
    people, years = tables.values.sum(axis=2), list(tables.years)
    print("\nRegions, error of departures, ‰ a year (root mean square): the schedules' and plain ratios")
    for first_age, end_age in ((55, 65), (65, 70), (70, 75), (75, 80)):
        ages, cells = slice(first_age, end_age), []
        for name, first, end in (
            (f"{FIRST_BASE}–{TURN - 1}", FIRST_BASE, TURN),
            (f"{TURN}–", TURN, years[-1] - 1),
        ):
            wrong: dict[str, list[float]] = {"schedules": [], "plain": []}
            for base in range(first, end):
                at = years.index(base)
                regions = schedules_for(base).regions
                told = regions.of(areas, {area: area for area in areas}) if regions else None
                assert told is not None
                exposed = tables.values[at][:, :, first_age - 1 : end_age - 1]
                weight = people[at][:, ages].sum(axis=1)
                said = {
                    "schedules": (told[:, :, ages] * exposed).sum(axis=(1, 2)) / exposed.sum(axis=(1, 2)),
                    "plain": _mean_departure(people[at - 5 : at + 1], ages),
                }
                came = _departure(people[at], people[at + 2], 2, ages)
                for way, values in said.items():
                    gap = values - came
                    gap -= np.average(gap, weights=weight)
                    wrong[way].append(float(np.average(gap**2, weights=weight)))
            means = [1000 * float(np.sqrt(np.mean(errors))) for errors in wrong.values()]
            cells.append(f"{name} {means[0]:.2f} and {means[1]:.2f}")
        print(f"  {first_age}–{end_age - 1} over the next two years: " + "   ".join(cells))


def _mean_departure(people: Array, ages: slice) -> Array:
    """Log cohort ratio of the years of `people[year, area, age]` together, less the country's, `[area]`."""
    came = people[1:, :, ages].sum(axis=(0, 2))
    were = people[:-1, :, ages.start - 1 : ages.stop - 1].sum(axis=(0, 2))
    return np.asarray(np.log(came / were) - np.log(came.sum() / were.sum()))


def shapes(histories: Histories) -> None:
    """What regions' cohorts at 60–74 followed: their past departure, and how their share rises with age."""
    assert histories.regions and histories.regions.tables
    tables, areas = histories.regions.tables, histories.regions.areas
    people, years = tables.values.sum(axis=2), list(tables.years)
    print(
        "\nRegions at 60–74: departure of the next years on the schedules' departure and on the share's slope"
    )
    for ahead in (1, 2, 5):
        rows = []
        for base in range(FIRST_BASE, years[-1] - ahead + 1):
            at = years.index(base)
            regions = schedules_for(base).regions
            assert regions is not None
            told = regions.of(areas, {area: area for area in areas})
            assert told is not None
            weight = people[at][:, REACHED].sum(axis=1)
            exposed = tables.values[at][:, :, REACHED.start - 1 : REACHED.stop - 1]
            past = (told[:, :, REACHED] * exposed).sum(axis=(1, 2)) / exposed.sum(axis=(1, 2))
            columns = (past, _slope(people[at]), _departure(people[at], people[at + ahead], ahead))
            rows.append(np.stack([*(c - np.average(c, weights=weight) for c in columns), weight], axis=1))
        for name, first, end in (("until 1999", FIRST_BASE, TURN), ("all", FIRST_BASE, years[-1])):
            table = np.concatenate([r for b, r in enumerate(rows, start=FIRST_BASE) if first <= b < end])
            root = np.sqrt(table[:, 3:])
            both = np.linalg.lstsq(table[:, :2] * root, table[:, 2] * root[:, 0], rcond=None)[0]
            alone = np.linalg.lstsq(table[:, 1:2] * root, table[:, 2] * root[:, 0], rcond=None)[0]
            print(
                f"  {ahead} years, base years {name}: past {both[0]:.2f} and slope {both[1]:+.3f} together; "
                f"slope alone {alone[0]:+.3f}"
            )


def _slope(people: Array) -> Array:
    """Growth of each area's log share of the country by year of age, `[area]` of `people[area, age]`."""
    share = [np.log(people[:, ages].sum(axis=1) / people[:, ages].sum()) for ages in (YOUNGER, OLDER)]
    return np.asarray((share[1] - share[0]) / YEARS_BETWEEN)


def _departure(before: Array, after: Array, ahead: int, ages: slice = REACHED) -> Array:
    """Log cohort ratio a year of those who are of `ages` afterwards, less the country's, `[area]`."""
    came = after[:, ages].sum(axis=1)
    were = before[:, ages.start - ahead : ages.stop - ahead].sum(axis=1)
    return np.asarray((np.log(came / were) - np.log(came.sum() / were.sum())) / ahead)


def municipalities(histories: Histories) -> None:
    """WAPE of 65–74 in 2020 from the one table of 2018: ours, the region's plain ratios, half of each."""
    assert histories.municipalities and histories.municipalities.tables
    task = tasks(histories, (MUNICIPALITIES,), range(2018, 2019))[0]
    made = forecast(histories, task, draws=400, seed=1)
    tables = histories.municipalities.tables
    came = group_sums(tables.values[tables.years.index(2020)].sum(axis=1), made.groups)
    group = next(k for k, g in enumerate(made.groups) if g.scheme == "report" and g.label == "65-74")
    ours, plain = (made.points[name][1, :, group] for name in ("ours", "ratios of the region"))
    truth = came[:, group]
    print("\nMunicipalities, 65–74 in 2020 from the table of 2018: weighted error; the country's")
    for name, said in (
        ("ours", ours),
        ("region's plain ratios", plain),
        ("half of each", 0.5 * (ours + plain)),
    ):
        wape, country_error = (
            100 * np.abs(said - truth).sum() / truth.sum(),
            100 * (said.sum() / truth.sum() - 1),
        )
        print(f"  {name}: {wape:.3f} %, {country_error:+.3f} %")


if __name__ == "__main__":
    main()
