"""Local randomness of a year: chance in small numbers, and how far net migration is misjudged for good.

Each area and year has its own random stream, so results do not depend on how work is split.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.cohorts import Array
from foresight.migration import BAND_OF_AGE, CLUSTERING, by_band
from foresight.uncertainty import antithetic, bounded, scale_for

OLD_FROM = 65
"""From this age single-year chance is drawn in deaths, below it in moves: there the other is negligible."""

_LASTING, _FERTILITY, _MOVES, _DEATHS, _BIRTHS = range(1, 6)


@dataclass(frozen=True)
class Flows:
    """What happened in one year of the expected path, `[area, sex, age]` by age reached; births at age 0."""

    births: Array
    deaths: Array
    moved_in: Array
    moved_out: Array
    immigration: Array
    emigration: Array

    @property
    def internal(self) -> Array:
        """Moves in and out together."""
        return self.moved_in + self.moved_out

    @property
    def net_migration(self) -> Array:
        """All moves, in less out."""
        return self.moved_in - self.moved_out + self.immigration - self.emigration


@dataclass(frozen=True)
class ChanceScales:
    """Scales σ of the bounded errors of one year.

    `cell[area, sex, age < 65]` and `band[area, sex, band]` act on moves, `deaths[area, sex, age ≥ 65]`
    on deaths, `births[area, sex]` on births.
    """

    cell: Array
    band: Array
    deaths: Array
    births: Array


def chance_scales(flows: Flows) -> ChanceScales:
    """Scales that give each flow its Poisson variance, moves `CLUSTERING` times that.

    A single cell's relative error is bounded, so the variance it cannot carry moves up to its band: sums
    over ages keep theirs.
    """
    moves = flows.internal
    events = moves + flows.immigration + flows.emigration
    young = slice(0, OLD_FROM)
    cell = scale_for(_relative(events[:, :, young] + flows.deaths[:, :, young], moves[:, :, young]))
    carried = np.zeros_like(moves)
    carried[:, :, young] = np.minimum(np.tanh(cell) ** 2, cell**2) * moves[:, :, young] ** 2
    deaths_young = flows.deaths.copy()
    deaths_young[:, :, OLD_FROM:] = 0.0
    left_over = np.maximum(by_band(CLUSTERING * events + deaths_young - carried), 0.0)
    return ChanceScales(
        cell=cell,
        band=scale_for(_relative(left_over, by_band(moves))),
        deaths=scale_for(_relative(flows.deaths[:, :, OLD_FROM:], flows.deaths[:, :, OLD_FROM:])),
        births=scale_for(_relative(flows.births, flows.births)),
    )


def _relative(variance: Array, size: Array) -> Array:
    """`variance / size²`; 0 where there is nothing to vary."""
    return np.divide(variance, size**2, out=np.zeros_like(size), where=size > 0)


def lasting_scale(lasting: Array, flows: Flows, population: Array) -> Array:
    """Scale of the lasting error of moves that makes each area's growth rate err by `lasting`, `[area]`."""
    mobility = flows.internal.sum(axis=(1, 2)) / np.maximum(population.sum(axis=(1, 2)), 1.0)
    return scale_for(np.divide(lasting, mobility, out=np.zeros_like(lasting), where=mobility > 0) ** 2)


class LocalDraws:
    """Bounded relative errors of one area and year, last axis draws; the same for the same seed."""

    def __init__(self, seed: int, draws: int, lasting: Array, fertility_error: Array) -> None:
        self.seed = seed
        self.draws = draws
        self.lasting = np.stack([s * self._normal(_LASTING, i, 0, ()) for i, s in enumerate(lasting)])
        fertility = scale_for(fertility_error**2)
        self.fertility = np.stack(
            [
                1.0 + bounded(np.float32(s) * self._normal(_FERTILITY, i, 0, ()))
                for i, s in enumerate(fertility)
            ]
        )
        self.scales: ChanceScales | None = None

    def _normal(self, kind: int, area: int, year: int, shape: tuple[int, ...]) -> Array:
        stream = np.random.Generator(np.random.SFC64([self.seed, kind, area, year]))
        return antithetic(stream, shape, self.draws)

    def moves(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of moves `[sex, age, draw]`: in-moves times `1 + e`, out-moves times `1 − e`."""
        band = scales.band[area].astype(np.float32)
        shared = self._normal(_MOVES, area, year, band.shape)
        shared *= band[..., None]
        shared += self.lasting[area].astype(np.float32)
        error = shared[:, BAND_OF_AGE]
        cell = scales.cell[area].astype(np.float32)
        own = self._normal(_MOVES + 10, area, year, cell.shape)
        own *= cell[..., None]
        error[:, :OLD_FROM] += own
        return bounded(error)

    def deaths(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of deaths at ages of 65 and over, `[sex, age − 65, draw]`."""
        scale = scales.deaths[area].astype(np.float32)
        normal = self._normal(_DEATHS, area, year, scale.shape)
        normal *= scale[..., None]
        return bounded(normal)

    def births(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of births, `[sex, draw]`."""
        scale = scales.births[area].astype(np.float32)
        normal = self._normal(_BIRTHS, area, year, scale.shape)
        normal *= scale[..., None]
        return bounded(normal)
