"""The drawn year as one would write it down: area by area, a fresh normal for each cell and draw.

The yardstick of benchmarks/projection.py, and the reference of tests/unit/foresight/test_paths.py: the
formulas of foresight/year.py without blocks, pools and mirror images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.chance import OLD_BANDS, OLD_FROM, ChanceScales
from foresight.cohorts import AGES, FEMALE, Array
from foresight.engine import births, grow, survive
from foresight.migration import BAND_OF_AGE
from foresight.schedules import FERTILE_AGES
from foresight.year import MOST_REPELLED
from foresight.year_rates import MOST_LEAVING, Factors, YearRates

_OLD_BAND_OF_AGE = np.repeat(np.arange(len(OLD_BANDS)), np.diff([*OLD_BANDS, AGES]))


@dataclass(frozen=True)
class Errors:
    """Relative errors of one area and year: moves `[sex, age, draw]`, deaths from 65, a factor on births."""

    moves: Array
    deaths: Array
    births: Array


def drawn_errors(rng: np.random.Generator, scales: ChanceScales, area: int, draws: int) -> Errors:
    """Errors of chance with the engine's scales, every number drawn anew."""

    def normal(scale: Array) -> Array:
        return scale.astype(np.float32)[..., None] * rng.standard_normal(
            (*scale.shape, draws), dtype=np.float32
        )

    band = normal(scales.move_band[area]) / scales.move_pass[area].astype(np.float32)[..., None]
    moves = band[:, BAND_OF_AGE]
    moves[:, :OLD_FROM] += normal(scales.move[area])
    old = normal(scales.death_band[area]) / scales.death_pass[area].astype(np.float32)[..., None]
    deaths = old[:, _OLD_BAND_OF_AGE] + normal(scales.death[area])
    return Errors(np.tanh(moves), np.tanh(deaths), 1.0 + np.tanh(normal(scales.births[area])))


def plain_year(population: Array, rates: YearRates, factors: Factors, errors: list[Errors]) -> Array:
    """`population[area, sex, age, draw]` a year later."""
    end = np.empty_like(population)
    grown, born = slice(1, AGES), slice(0, 1)
    aged = grow(population)
    _move_and_die(grown, aged, end, rates, factors, errors)
    newborn = np.empty_like(population[:, :, born])
    for area, error in enumerate(errors):
        by_age = births(
            rates.fertility[area, FERTILE_AGES, None],
            population[area, FEMALE, FERTILE_AGES],
            end[area, FEMALE, FERTILE_AGES],
        )
        newborn[area, :, 0] = by_age.sum(axis=0) * factors.births * rates.sex_shares[:, None] * error.births
    _move_and_die(born, newborn, end, rates, factors, errors)
    return end


def _move_and_die(
    ages: slice, aged: Array, end: Array, rates: YearRates, factors: Factors, errors: list[Errors]
) -> None:
    out, moved_in = np.empty_like(aged), np.empty_like(aged)
    for area, error in enumerate(errors):
        rate = rates.out_rate[area, :, ages, None]
        room = np.maximum(np.minimum(rate, MOST_LEAVING - rate), 0.0)
        out[area] = aged[area] * (rate - room * error.moves[:, ages])
        weight = rates.in_weight[area, :, ages, None]
        moved_in[area] = weight * (1.0 + MOST_REPELLED * error.moves[:, ages])
    weights = moved_in.sum(axis=0)
    moved_in *= np.divide(out.sum(axis=0), weights, out=np.zeros_like(weights), where=weights > 0)
    for area, error in enumerate(errors):
        survival = np.exp(-rates.hazard[area, :, ages, None] * factors.mortality[ages])
        if ages.stop == AGES:
            old = survival[:, OLD_FROM - ages.start :]
            old -= np.minimum(old, 1.0 - old) * error.deaths
        arrived = rates.immigration[area, :, ages, None] * factors.immigration
        gone = aged[area] * rates.emigration_rate[area, :, ages, None] * factors.emigration + out[area]
        half = 0.5 * (moved_in[area] + arrived)
        end[area, :, ages], _ = survive(aged[area], half - gone, half, survival)
