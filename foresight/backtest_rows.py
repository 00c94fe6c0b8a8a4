"""Scores of backtests as plain rows: by run, horizon, size class and age group, pooled and by base year.

A row of a single base year (`base_year` given) is printed and not judged: errors of one origin share a
national part. Pooled rows have no base year; their intervals come from resampling whole origins.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from foresight.backtest import OURS
from foresight.backtest_cells import LEVELS, Cells
from foresight.band_scores import coverage_at, interval_score, pinball
from foresight.cohorts import SIZE_CLASS_STARTS, Array
from foresight.noise_floor import noise_floor_mape, noise_floor_wape, noise_floor_wape_least
from foresight.score_tests import bootstrap_mean, diebold_mariano
from foresight.scores import bias, mape, mdape, skill, wape
from foresight.service_need import AgeGroup

EVERY_SIZE = "all"
CHANCE = "chance"
"""Method of the noise floor: what chance alone gives, had every rate been known."""
WITHIN_PCT = 10.0
PIT_BINS = 10
BANDS = {"coverage_50": 0.5, "coverage_80": 0.8, "coverage_95": 0.95}
PINBALL_LEVELS = (0.1, 0.5, 0.9)


@dataclass(frozen=True)
class ScoreRow:
    """One number. `base_year` None is pooled over base years; `cases` are areas times base years.

    Measures in %: `mape`, `mdape`, `bias`, `wape`, `within_10`, `coverage_…`; `crps`, `pinball_…` and
    `interval_80` as % of what came. `…_low` and `…_high` are a 95 % interval over origins, `skill…` 1 − ours
    over the method's, `wins` the share of origins in which ours was nearer, `dm_…` Diebold–Mariano of ours
    less theirs, `pit_0` … `pit_9` the share of cells in each tenth of our distribution, `wape_least` what
    luck may make of the floor, `mape_shares` ours had the sum of all areas been known.
    """

    run: str
    protocol: str
    base_year: int | None
    information_date: str | None
    horizon: int
    size_class: str
    scheme: str
    age_group: str
    method: str
    measure: str
    value: float
    cases: int


@dataclass(frozen=True)
class _Pool:
    """Cells of one age group side by side, `[case]`, with the base year of each."""

    origins: NDArray[np.intp]
    came: Array
    points: dict[str, Array]
    shared_out: Array
    quantiles: Array
    crps: Array
    pit: Array
    chance: Array
    horizon: int

    def where(self, chosen: NDArray[np.bool_]) -> _Pool:
        return _Pool(
            self.origins[chosen],
            self.came[chosen],
            {name: values[chosen] for name, values in self.points.items()},
            self.shared_out[chosen],
            self.quantiles[:, chosen],
            self.crps[chosen],
            self.pit[chosen],
            self.chance[chosen],
            self.horizon,
        )


Measured = tuple[str, str, float, int]
"""Method, measure, value, cases."""


def score_rows(cells: Sequence[Cells], seed: int) -> list[ScoreRow]:
    """Every score of `cells`: pooled over base years by size class, and by base year for all sizes."""
    rows: list[ScoreRow] = []

    def place(one: Cells) -> tuple[str, str, int]:
        return one.run, one.protocol.value, one.horizon

    for (run, protocol, horizon), some in groupby(sorted(cells, key=place), key=place):
        same = sorted(some, key=lambda one: one.base_year)
        rng = np.random.default_rng([seed, horizon])
        for position, group in enumerate(same[0].groups):
            pool, classes = _pool(same, position)
            for label, chosen in _sizes(classes):
                rows.extend(
                    _row(run, protocol, None, None, horizon, label, group, measured)
                    for measured in _pooled(pool.where(chosen), rng)
                )
            for one in same:
                on = one.information_date.isoformat()
                mine = pool.where(pool.origins == one.base_year)
                rows.extend(
                    _row(run, protocol, one.base_year, on, horizon, EVERY_SIZE, group, measured)
                    for measured in _of_one_origin(mine)
                )
    return rows


def _row(
    run: str,
    protocol: str,
    base_year: int | None,
    on: str | None,
    horizon: int,
    size: str,
    group: AgeGroup,
    measured: Measured,
) -> ScoreRow:
    method, measure, value, cases = measured
    return ScoreRow(
        run,
        protocol,
        base_year,
        on,
        horizon,
        size,
        group.scheme,
        group.label,
        method,
        measure,
        round(value, 6),
        cases,
    )


def size_label(position: int) -> str:
    """Name of a size class.

    >>> [size_label(k) for k in (0, 1, 5)]
    ['0-1999', '2000-4999', '50000+']
    """
    start = SIZE_CLASS_STARTS[position]
    if position + 1 == len(SIZE_CLASS_STARTS):
        return f"{start}+"
    return f"{start}-{SIZE_CLASS_STARTS[position + 1] - 1}"


def _pool(cells: Sequence[Cells], position: int) -> tuple[_Pool, NDArray[np.intp]]:
    """The age group at `position` of all cells that came and hold somebody, and their size classes."""
    methods = sorted({name for one in cells for name in one.points})
    silent = [np.full(len(one.came), np.nan) for one in cells]
    points = {
        name: np.concatenate(
            [
                one.points[name][:, position] if name in one.points else nothing
                for one, nothing in zip(cells, silent, strict=True)
            ]
        )
        for name in methods
    }
    pool = _Pool(
        origins=np.concatenate([np.full(len(one.came), one.base_year) for one in cells]),
        came=np.concatenate([one.came[:, position] for one in cells]),
        points=points,
        shared_out=np.concatenate([one.shared_out[:, position] for one in cells]),
        quantiles=np.concatenate([one.quantiles[:, :, position] for one in cells], axis=1),
        crps=np.concatenate([one.crps[:, position] for one in cells]),
        pit=np.concatenate([one.pit[:, position] for one in cells]),
        chance=np.concatenate([one.chance[:, position] for one in cells]),
        horizon=cells[0].horizon,
    )
    classes = np.concatenate([one.size_class for one in cells])
    usable = np.asarray(pool.came > 0)
    return pool.where(usable), classes[usable]


def _sizes(classes: NDArray[np.intp]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    yield EVERY_SIZE, np.ones(len(classes), dtype=bool)
    found = np.unique(classes)
    if len(found) > 1:
        for position in found.tolist():
            yield size_label(position), np.asarray(classes == position)


def _of_one_origin(pool: _Pool) -> Iterator[Measured]:
    """The few scores that are printed for a single base year."""
    if not len(pool.came):
        return
    for method, said in pool.points.items():
        told = np.isfinite(said)
        if told.any():
            cases = int(told.sum())
            yield method, "mape", mape(said[told], pool.came[told]), cases
            yield method, "wape", wape(said[told], pool.came[told]), cases
            yield method, "bias", bias(said[told], pool.came[told]), cases
    cases = len(pool.came)
    yield OURS, "coverage_80", coverage_at(pool.quantiles, LEVELS, pool.came, 0.8), cases
    yield OURS, "crps", float((100.0 * pool.crps / pool.came).mean()), cases


def _pooled(pool: _Pool, rng: np.random.Generator) -> Iterator[Measured]:
    if not len(pool.came):
        return
    for method, said in pool.points.items():
        told = np.isfinite(said)
        if told.any():
            for measure, value in _errors(said[told], pool.came[told]):
                yield method, measure, value, int(told.sum())
            if method != OURS:
                yield from _against(method, pool.where(told))
    shared_out = np.isfinite(pool.shared_out)
    if shared_out.any():
        yield OURS, "mape_shares", mape(pool.shared_out[shared_out], pool.came[shared_out]), len(pool.came)
    yield from _distribution(pool)
    yield from _intervals(pool, rng)
    expected = pool.points[OURS]
    yield CHANCE, "mape", noise_floor_mape(expected, pool.chance), len(pool.came)
    yield CHANCE, "wape", noise_floor_wape(expected, pool.chance), len(pool.came)
    yield CHANCE, "wape_least", noise_floor_wape_least(expected, pool.chance), len(pool.came)


def _errors(said: Array, came: Array) -> Iterator[tuple[str, float]]:
    yield "mape", mape(said, came)
    yield "mdape", mdape(said, came)
    yield "bias", bias(said, came)
    yield "wape", wape(said, came)
    yield "within_10", float(100.0 * (np.abs(said / came - 1.0) <= WITHIN_PCT / 100.0).mean())


def _distribution(pool: _Pool) -> Iterator[Measured]:
    """How good our draws were: bands, CRPS, PIT."""
    cases, came = len(pool.came), pool.came
    for measure, nominal in BANDS.items():
        yield OURS, measure, coverage_at(pool.quantiles, LEVELS, came, nominal), cases
    yield OURS, "crps", float((100.0 * pool.crps / came).mean()), cases
    for level in PINBALL_LEVELS:
        loss = pinball(pool.quantiles[LEVELS.index(level)], came, level)
        yield OURS, f"pinball_{level * 100:.0f}", float((100.0 * loss / came).mean()), cases
    low, high = pool.quantiles[LEVELS.index(0.1)], pool.quantiles[LEVELS.index(0.9)]
    yield OURS, "interval_80", float((100.0 * interval_score(low, high, came, 0.8) / came).mean()), cases
    tenths = np.minimum((pool.pit * PIT_BINS).astype(int), PIT_BINS - 1)
    for position, count in enumerate(np.bincount(tenths, minlength=PIT_BINS).tolist()):
        yield OURS, f"pit_{position}", 100.0 * count / cases, cases


def _intervals(pool: _Pool, rng: np.random.Generator) -> Iterator[Measured]:
    """95 % intervals of MAPE and coverage from resampled blocks of origins, as long as the horizon.

    None where two such blocks do not fit into the origins: there is nothing to resample.
    """
    origins = np.unique(pool.origins)
    yield OURS, "origins", float(len(origins)), len(pool.came)
    if len(origins) < 2 * pool.horizon:
        return
    block = pool.horizon
    inside = (pool.quantiles[LEVELS.index(0.1)] <= pool.came) & (
        pool.came <= pool.quantiles[LEVELS.index(0.9)]
    )
    of = {"mape": _ape(pool.points[OURS], pool.came), "coverage_80": 100.0 * inside.astype(np.float64)}
    for measure, values in of.items():
        told = bootstrap_mean(values, pool.origins, rng, block=block)
        yield OURS, f"{measure}_low", told.low, len(values)
        yield OURS, f"{measure}_high", told.high, len(values)


def _against(method: str, pool: _Pool) -> Iterator[Measured]:
    """Ours against `method` in the cells where both speak."""
    ours, theirs = _ape(pool.points[OURS], pool.came), _ape(pool.points[method], pool.came)
    cases = len(ours)
    if theirs.mean() > 0:
        yield method, "skill_mape", skill(float(ours.mean()), float(theirs.mean())), cases
        crps = float((100.0 * pool.crps / pool.came).mean())
        yield method, "skill_crps", skill(crps, float(theirs.mean())), cases
    origins = np.unique(pool.origins)
    won = [float(ours[pool.origins == o].mean()) < float(theirs[pool.origins == o].mean()) for o in origins]
    yield method, "wins", 100.0 * float(np.mean(won)), len(origins)
    if len(origins) >= max(3, 2 * pool.horizon):
        test = diebold_mariano(ours, theirs, pool.origins, horizon=pool.horizon)
        yield method, "dm_statistic", test.statistic, len(origins)
        yield method, "dm_p_value", test.p_value, len(origins)


def _ape(said: Array, came: Array) -> Array:
    return np.asarray(100.0 * np.abs(said - came) / came)
