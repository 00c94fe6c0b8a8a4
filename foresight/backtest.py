"""A projection from a past base year, held against the years that came, beside simple opponents.

The projection is given `inputs.until(base)` and nothing else, so a later figure cannot reach it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from foresight.cohorts import Array, Inputs
from foresight.project import Projection, project
from foresight.schedules import Schedules
from foresight.scores import bias, coverage, mape, wape
from foresight.service_need import AgeGroup, group_sums
from foresight.totals import trend


@dataclass(frozen=True)
class GroupScore:
    """Errors (%) of one age group in one target year over all areas; `coverage` of the 80 % band."""

    horizon: int
    scheme: str
    age_group: str
    method: str
    mape: float
    wape: float
    bias: float
    coverage: float | None = None


def backtest(
    inputs: Inputs,
    *,
    base_year: int,
    draws: int,
    seed: int,
    groups: tuple[AgeGroup, ...],
    schedules: Schedules,
    opponents: Mapping[str, Mapping[int, Array]] | None = None,
) -> list[GroupScore]:
    """Scores of the engine and its opponents for every age table after `base_year`.

    `opponents` give other forecasts `{name: {year: [area, age]}}` in the order of `inputs.areas`. No change
    is always among them, the trend of totals for the group `total`. Raises: InputError when
    `base_year` has no age table.
    """
    known = inputs.until(base_year)
    targets = [year for year in inputs.tables.years if year > base_year]
    ours = project(
        known, horizon=targets[-1] - base_year, draws=draws, seed=seed, groups=groups, schedules=schedules
    )
    scores = []
    for year in targets:
        table = inputs.tables.population[inputs.tables.years.index(year)]
        actual = group_sums(table.sum(axis=1), groups)
        horizon = year - base_year
        rivals = {"no change": group_sums(known.base.sum(axis=1), groups)}
        for name, by_year in (opponents or {}).items():
            if year in by_year:
                rivals[name] = group_sums(by_year[year], groups)
        for position, group in enumerate(groups):
            scores.append(_own_score(ours, horizon, position, actual[:, position]))
            for name, forecast in rivals.items():
                scores.append(_score(name, horizon, group, forecast[:, position], actual[:, position]))
            if group.scheme == "total":
                scores.append(_score("trend", horizon, group, _trend(known, horizon), actual[:, position]))
    return scores


def _score(method: str, horizon: int, group: AgeGroup, forecast: Array, actual: Array) -> GroupScore:
    return GroupScore(
        horizon,
        group.scheme,
        group.label,
        method,
        mape(forecast, actual),
        wape(forecast, actual),
        bias(forecast, actual),
    )


def _own_score(ours: Projection, horizon: int, position: int, actual: Array) -> GroupScore:
    at = (horizon - 1, slice(None), position)
    group = ours.groups[position]
    score = _score("engine", horizon, group, ours.by_group.mean[at], actual)
    held = coverage(ours.by_group.p10[at], ours.by_group.p90[at], actual)
    return GroupScore(**{**score.__dict__, "coverage": held})


def _trend(known: Inputs, horizon: int) -> Array:
    """Linear-or-exponential totals over the years that are known, at most five."""
    people = known.events.population
    window = min(5, len(people) - 1)
    return np.asarray(trend(people[-1 - window], people[-1], window, horizon))
