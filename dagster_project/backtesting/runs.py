"""Which backtests are run: base years, horizons and protocols of each history."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from contract.schedules import schedules_for
from dagster_project.backtesting.reference import Histories
from foresight.backtest import Forecasts, forecast_by_age, forecast_totals
from foresight.backtest_cells import Cells, against_what_came
from foresight.known import History, Protocol
from foresight.project import PARTS
from foresight.service_need import SCHEMES

REGIONS, MUNICIPALITIES, TOTALS = "regions", "municipalities", "municipal totals"
WITH_OFFICIAL = "municipalities with official"
RUNS = (REGIONS, MUNICIPALITIES, WITH_OFFICIAL, TOTALS)
GROUPS = tuple(group for group in SCHEMES if group.scheme in ("total", "service", "report"))
FEWEST_TABLES = 5
"""Age tables before the first base year of regions: four transitions, as few as ratios can be told from."""
FEWEST_TOTALS = 11
"""Years of totals before the first base year: ten years of growth, which the longest trend needs."""
LONGEST_HORIZON = 20


@dataclass(frozen=True)
class Task:
    """One base year of one run."""

    run: str
    base_year: int
    protocol: Protocol
    horizon: int
    without: str = ""
    """Part of the ensemble that is left out; such a task is scored by its means alone."""

    @property
    def name(self) -> str:
        """The run its scores stand under."""
        return without_part(self.run, self.without) if self.without else self.run


def without_part(run: str, part: str) -> str:
    """The name of a run with a part of the ensemble left out."""
    return f"{run} without {part}"


Progress = Callable[[str, float], None]


def tasks(histories: Histories, runs: Sequence[str], base_years: range) -> list[Task]:
    """What there is to do: the base years among `base_years` that the histories can carry."""
    found: list[Task] = []
    same = Protocol.SAME_INFORMATION
    if REGIONS in runs and histories.regions:
        found.extend(_of_tables(REGIONS, histories.regions, same, FEWEST_TABLES))
    if histories.municipalities:
        for run in (MUNICIPALITIES, WITH_OFFICIAL):
            for protocol in Protocol if run == WITH_OFFICIAL else (same,):
                if run in runs:
                    found.extend(_of_tables(run, histories.municipalities, protocol, 1))
    if TOTALS in runs and histories.totals:
        years = histories.totals.events["population"].years
        found.extend(
            Task(TOTALS, year, same, min(LONGEST_HORIZON, years[-1] - year))
            for year in years[FEWEST_TOTALS - 1 : -1]
        )
    return [task for task in found if task.base_year in base_years]


def ablation(todo: Sequence[Task]) -> list[Task]:
    """The tasks of regions and of municipalities again, each without one part of the ensemble."""
    by_age = [task for task in todo if task.run in (REGIONS, MUNICIPALITIES)]
    return [replace(task, without=part) for part in PARTS for task in by_age]


def _of_tables(run: str, history: History, protocol: Protocol, fewest: int) -> Iterator[Task]:
    assert history.tables is not None
    years = history.tables.years
    for year in years[fewest - 1 : -1]:
        if run == WITH_OFFICIAL and not history.seen(year, protocol.information_date(year)).vintages:
            continue
        yield Task(run, year, protocol, min(LONGEST_HORIZON, years[-1] - year))


def forecast(histories: Histories, task: Task, *, draws: int, seed: int) -> Forecasts:
    """The forecasts of a task, from nothing later than its information date."""
    history = history_of(histories, task)
    if task.run == TOTALS:
        return forecast_totals(
            history,
            task.base_year,
            task.protocol,
            run=task.name,
            horizon=task.horizon,
            draws=draws,
            seed=seed + task.base_year,
        )
    return forecast_by_age(
        history,
        task.base_year,
        task.protocol,
        run=task.name,
        horizon=task.horizon,
        draws=2 if task.without else draws,
        seed=seed + task.base_year,
        groups=GROUPS,
        schedules=schedules_for(task.base_year),
        official=task.run == WITH_OFFICIAL,
        without=(task.without,) if task.without else (),
    )


def history_of(histories: Histories, task: Task) -> History:
    """The history that a task is about."""
    chosen = {REGIONS: histories.regions, TOTALS: histories.totals}.get(task.run, histories.municipalities)
    assert chosen is not None
    return chosen


def run_tasks(
    histories: Histories, todo: Sequence[Task], *, draws: int, seed: int, progress: Progress
) -> list[Cells]:
    """Cells of every task, in order."""
    cells: list[Cells] = []
    for done, task in enumerate(todo):
        progress(f"{task.name}, {task.base_year}, {task.protocol}", done / len(todo))
        forecasts = forecast(histories, task, draws=draws, seed=seed)
        cells.extend(against_what_came(forecasts, history_of(histories, task)))
    return cells
