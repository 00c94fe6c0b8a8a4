"""Forecasts held against what came, cell by cell: areas and age groups of one base year and horizon."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from foresight.backtest import OURS, Forecasts
from foresight.band_scores import crps, pit
from foresight.cohorts import Array
from foresight.known import History, Protocol
from foresight.service_need import AgeGroup, group_sums

LEVELS = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
"""Quantiles kept of every cell: the ends of the 50, 80 and 95 % bands, and the middle."""


@dataclass(frozen=True)
class Cells:
    """One base year and horizon, areas that are judged: `came[area, group]`, NaN where nothing came.

    `points[method][area, group]`; `shared_out` is ours had the sum of all areas been known: what of our error
    is not the country's; of our draws `quantiles[level, area, group]`, `crps` and `pit`; `chance`
    as in `Forecasts`.
    """

    run: str
    protocol: Protocol
    base_year: int
    information_date: date
    newest_known_from: date
    member: str | None
    opponent: str | None
    horizon: int
    groups: tuple[AgeGroup, ...]
    size_class: NDArray[np.intp]
    came: Array
    points: Mapping[str, Array]
    shared_out: Array
    quantiles: Array
    crps: Array
    pit: Array
    chance: Array


def against_what_came(forecasts: Forecasts, history: History) -> list[Cells]:
    """The cells of every horizon whose year has come."""
    judged = np.array([area not in history.not_scored for area in forecasts.areas])
    cells = []
    for position in range(len(forecasts.chance)):
        year = forecasts.base_year + position + 1
        came = _came(history, year, forecasts.groups)
        if came is None or not np.isfinite(came[judged]).any():
            continue
        ours = forecasts.points[OURS][position]
        shared_out = ours * _ratio(came.sum(axis=0), ours.sum(axis=0))
        came = came[judged]
        draws = forecasts.draws[position][judged].astype(np.float64)
        known = np.isfinite(came)
        filled = np.where(known, came, 0.0)
        cells.append(
            Cells(
                run=forecasts.run,
                protocol=forecasts.protocol,
                base_year=forecasts.base_year,
                information_date=forecasts.information_date,
                newest_known_from=forecasts.newest_known_from,
                member=forecasts.member,
                opponent=forecasts.opponent,
                horizon=position + 1,
                groups=forecasts.groups,
                size_class=forecasts.size_class[judged],
                came=came,
                points={name: values[position][judged] for name, values in forecasts.points.items()},
                shared_out=shared_out[judged],
                quantiles=np.quantile(draws, LEVELS, axis=-1),
                crps=np.where(known, crps(draws, filled), np.nan),
                pit=np.where(known, pit(draws, filled), np.nan),
                chance=forecasts.chance[position][judged],
            )
        )
    return cells


def _ratio(part: Array, whole: Array) -> Array:
    """`part / whole`, NaN where nobody is expected."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _came(history: History, year: int, groups: tuple[AgeGroup, ...]) -> Array | None:
    """`[area, group]` of what came in `year`, None when nothing is known of it."""
    by_age, total = history.came(year)
    if by_age is not None:
        return group_sums(by_age, groups)
    if total is None:
        return None
    only_total = np.array([group.scheme == "total" for group in groups])
    return np.where(only_total[None], total[:, None], np.nan)
