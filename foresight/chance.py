"""Local randomness of a year: chance in small numbers, and how far net migration is misjudged for good.

Each area and year has its own random stream, so results do not depend on how work is split.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from foresight.cohorts import AGES, Array
from foresight.migration import BAND_OF_AGE, CLUSTERING, by_band
from foresight.uncertainty import antithetic, bounded, scale_for

OLD_FROM = 65
"""From this age single-year chance is drawn in deaths, below it in moves: there the other is negligible."""
OLD_BANDS = (OLD_FROM, 75, 85)
"""First ages of the bands that share what single years of deaths cannot carry."""
LARGEST_OF_AGE = 0.25
"""Largest variance of a single age's relative error; more would drown what its band shares."""
_OLD_BAND_OF_AGE = np.repeat(np.arange(len(OLD_BANDS)), np.diff([*OLD_BANDS, AGES]))


class _Stream(IntEnum):
    """What a stream of random numbers is for; the number is part of its seed."""

    LASTING_NET = 2
    LASTING_FERTILITY = 3
    LASTING_MORTALITY = 4
    MOVES_OF_BAND = 5
    MOVES_OF_AGE = 6
    DEATHS_OF_BAND = 7
    DEATHS_OF_AGE = 8
    BIRTHS = 9


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

    `move[area, sex, age < 65]` and `move_band[area, sex, band]` act on moves, `death[area, sex, age ≥ 65]`
    and `death_band[area, sex, old band]` on deaths, `births[area, sex]` on births. `move_pass` and
    `death_pass`, shaped as the bands, are the shares of an error of a whole band that come through beside
    the single ages' own: bounding the sum of both dampens each.
    """

    move: Array
    move_band: Array
    move_pass: Array
    death: Array
    death_band: Array
    death_pass: Array
    births: Array


def chance_scales(flows: Flows) -> ChanceScales:
    """Scales that give births and deaths their Poisson variance and moves `CLUSTERING` times that.

    A single age carries at most `LARGEST_OF_AGE`, so the variance it cannot carry moves up to its band:
    sums over ages keep theirs.
    """
    moves, deaths = flows.internal, flows.deaths.copy()
    events = moves + flows.immigration + flows.emigration
    old_deaths = deaths[:, :, OLD_FROM:].copy()
    deaths[:, :, OLD_FROM:] = 0.0
    alone = np.minimum(_relative(events + deaths, moves), LARGEST_OF_AGE)
    alone[:, :, OLD_FROM:] = 0.0
    together = by_band(CLUSTERING[BAND_OF_AGE] * events + deaths - alone * moves**2)
    death_alone = np.minimum(_relative(old_deaths, old_deaths), LARGEST_OF_AGE)
    deaths_together = _by_old_band(old_deaths - death_alone * old_deaths**2)
    return ChanceScales(
        move=scale_for(alone[:, :, :OLD_FROM]),
        move_band=scale_for(_relative(together, by_band(moves))),
        move_pass=1.0 - _share(by_band(alone * moves), by_band(moves)),
        death=scale_for(death_alone),
        death_band=scale_for(_relative(deaths_together, _by_old_band(old_deaths))),
        death_pass=1.0 - _share(_by_old_band(death_alone * old_deaths), _by_old_band(old_deaths)),
        births=scale_for(_relative(flows.births, flows.births)),
    )


def _relative(variance: Array, size: Array) -> Array:
    """`variance / size²`; 0 where there is nothing to vary."""
    return _share(variance, size**2)


def _share(part: Array, whole: Array) -> Array:
    return np.divide(part, whole, out=np.zeros_like(whole), where=whole > 0)


def _by_old_band(values: Array) -> Array:
    sums: Array = np.add.reduceat(values, [start - OLD_FROM for start in OLD_BANDS], axis=-1)
    return sums


@dataclass(frozen=True)
class Misjudged:
    """Errors that stay for a whole path, because a level was misjudged.

    `growth[area, h, draw]` is the error of each year's log growth, `spread[area, h]` its standard deviation
    and `mobility[area]` moves in and out a year per inhabitant, by which it is turned into moves. Scales
    of bounded errors: `net[area, sex, band]` of the moves of one band, `fertility[area]` of births,
    `mortality[area]` of deaths from `OLD_FROM` on.
    """

    growth: Array
    spread: Array
    mobility: Array
    net: Array
    fertility: Array
    mortality: Array

    def moves(self, area: int, position: int) -> Array:
        """Scaled error of all moves of one area in a year, `[draw]`, before it is bounded."""
        if self.mobility[area] <= 0 or self.spread[area, position] <= 0:
            return np.zeros(self.growth.shape[2], np.float32)
        deviation = self.spread[area, position] / self.mobility[area]
        scale = float(scale_for(np.array([deviation**2]))[0]) / self.spread[area, position]
        return np.asarray(self.growth[area, position] * np.float32(scale))


class LocalDraws:
    """Bounded relative errors of one area and year, last axis draws; the same for the same seed."""

    def __init__(self, seed: int, draws: int, base_year: int, lasting: Misjudged) -> None:
        self.seed, self.draws, self.base_year, self.lasting = seed, draws, base_year, lasting

    def moves(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of moves `[sex, age, draw]`: in-moves times `1 + e`, out-moves times `1 − e`."""
        shared = self._scaled(_Stream.MOVES_OF_BAND, area, year, scales.move_band[area])
        shared += self._scaled(_Stream.LASTING_NET, area, 0, self.lasting.net[area])
        shared += self.lasting.moves(area, year - self.base_year - 1)
        shared /= scales.move_pass[area].astype(np.float32)[..., None]
        error: Array = shared[:, BAND_OF_AGE]
        error[:, :OLD_FROM] += self._scaled(_Stream.MOVES_OF_AGE, area, year, scales.move[area])
        return bounded(error)

    def deaths(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of deaths at ages of 65 and over, `[sex, age − 65, draw]`."""
        band = self._scaled(_Stream.DEATHS_OF_BAND, area, year, scales.death_band[area])
        band += self._scaled(_Stream.LASTING_MORTALITY, area, 0, self.lasting.mortality[area])
        band /= scales.death_pass[area].astype(np.float32)[..., None]
        error: Array = band[:, _OLD_BAND_OF_AGE]
        error += self._scaled(_Stream.DEATHS_OF_AGE, area, year, scales.death[area])
        return bounded(error)

    def births(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Factor on births, `[sex, draw]`: the local level's error and chance."""
        level = 1.0 + bounded(self._scaled(_Stream.LASTING_FERTILITY, area, 0, self.lasting.fertility[area]))
        chance = 1.0 + bounded(self._scaled(_Stream.BIRTHS, area, year, scales.births[area]))
        return np.asarray(level * chance)

    def _scaled(self, stream: _Stream, area: int, year: int, scale: Array) -> Array:
        """Normal draws times `scale`, one more axis; the same numbers for the same stream, area and year."""
        rng = np.random.Generator(np.random.SFC64([self.seed, stream, area, year]))
        normal: Array = antithetic(rng, np.shape(scale), self.draws)
        normal *= np.asarray(scale, dtype=np.float32)[..., None]
        return normal
