"""Local randomness of a year: chance in small numbers, and how far net migration is misjudged for good.

Each area and year has its own random numbers, so results do not depend on how work is split.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from enum import IntEnum
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, SEXES, Array
from foresight.migration import BAND_OF_AGE, CLUSTERING, by_band
from foresight.normal_pool import NormalPool
from foresight.schedules import AGE_BANDS
from foresight.uncertainty import bounded, scale_for

OLD_FROM = 65
"""From this age single-year chance is drawn in deaths, below it in moves: there the other is negligible."""
OLD_BANDS = (OLD_FROM, 75, 85)
"""First ages of the bands that share what single years of deaths cannot carry."""
LARGEST_OF_AGE = 0.25
"""Largest variance of a single age's relative error; more would drown what its band shares."""
_AGES_OF_BAND = tuple(slice(*ends) for ends in pairwise(AGE_BANDS))
_AGES_OF_OLD_BAND = tuple(
    slice(first - OLD_FROM, end - OLD_FROM) for first, end in pairwise((*OLD_BANDS, AGES))
)


class _Stream(IntEnum):
    """What a stream of random numbers is for; the number is part of its seed."""

    LASTING_NET = 2
    LASTING_FERTILITY = 3
    LASTING_MORTALITY = 4


class _Rows:
    """Which rows of an area's window of normal draws one source of chance takes, and their shape."""

    def __init__(self, start: int, *shape: int) -> None:
        self.stop = start + math.prod(shape)
        self._rows, self._shape = slice(start, self.stop), (*shape, -1)

    def of(self, window: NDArray[np.float32]) -> NDArray[np.float32]:
        """Its normal draws `[*shape, pair]`: a view."""
        return window[self._rows].reshape(self._shape)


_MOVES_OF_AGE = _Rows(0, len(SEXES), OLD_FROM)
_MOVES_OF_BAND = _Rows(_MOVES_OF_AGE.stop, len(SEXES), len(_AGES_OF_BAND))
_DEATHS_OF_AGE = _Rows(_MOVES_OF_BAND.stop, len(SEXES), AGES - OLD_FROM)
_DEATHS_OF_BAND = _Rows(_DEATHS_OF_AGE.stop, len(SEXES), len(OLD_BANDS))
_BIRTHS = _Rows(_DEATHS_OF_BAND.stop, len(SEXES))
_WINDOW = _BIRTHS.stop


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
    scales = ChanceScales(
        move=scale_for(alone[:, :, :OLD_FROM]),
        move_band=scale_for(_relative(together, by_band(moves))),
        move_pass=1.0 - _share(by_band(alone * moves), by_band(moves)),
        death=scale_for(death_alone),
        death_band=scale_for(_relative(deaths_together, _by_old_band(old_deaths))),
        death_pass=1.0 - _share(_by_old_band(death_alone * old_deaths), _by_old_band(old_deaths)),
        births=scale_for(_relative(flows.births, flows.births)),
    )
    return ChanceScales(*(getattr(scales, f.name).astype(np.float32) for f in fields(scales)))


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

    `growth[area, h, draw]` is the error of each year's log growth (draws mirrored), `spread[area, h]` its
    standard deviation and `mobility[area]` moves in and out a year per inhabitant, by which it is turned into
    moves. Scales of bounded errors: `net[area, sex, band]` of the moves of one band, `fertility[area]` of
    births, `mortality[area]` of deaths from `OLD_FROM` on.
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
    """Bounded relative errors of one area and year, last axis draws; the same for the same seed.

    Draws come in mirrored pairs: the second half of the draws has the errors of the first with the other
    sign. Chance is taken from windows of one pool of normal draws, what lasts from a stream of each area.
    """

    def __init__(self, seed: int, draws: int, base_year: int, lasting: Misjudged) -> None:
        self.seed, self.draws, self.base_year, self.lasting = seed, draws, base_year, lasting
        self.pairs = draws // 2
        self._pool = NormalPool(seed, self.pairs, _WINDOW)
        self._kept: dict[tuple[_Stream, int], Array] = {}
        self._places: dict[int, list[int]] = {}

    def moves(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of moves `[sex, age, draw]`: in-moves times `1 + e`, out-moves times `1 − e`."""
        return _mirrored(self.pairs_of_moves(area, year, scales, _room(AGES, self.pairs)))

    def deaths(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Relative error of deaths at ages of 65 and over, `[sex, age − 65, draw]`."""
        return _mirrored(self.pairs_of_deaths(area, year, scales, _room(AGES - OLD_FROM, self.pairs)))

    def births(self, area: int, year: int, scales: ChanceScales) -> Array:
        """Factor on births, `[sex, draw]`: the local level's error and chance."""
        level = bounded(self._lasting(_Stream.LASTING_FERTILITY, area, self.lasting.fertility).copy())
        chance = bounded(_scaled(_BIRTHS.of(self._window(area, year)), scales.births[area]))
        return np.asarray((1.0 + _mirrored(level)) * (1.0 + _mirrored(chance)))

    def pairs_of_moves(self, area: int, year: int, scales: ChanceScales, out: Array) -> Array:
        """The first half of `moves`, written to `out[sex, age, pair]`."""
        window = self._window(area, year)
        shared = _scaled(_MOVES_OF_BAND.of(window), scales.move_band[area])
        shared += self._lasting(_Stream.LASTING_NET, area, self.lasting.net)
        shared += self.lasting.moves(area, year - self.base_year - 1)[: self.pairs]
        shared /= scales.move_pass[area].astype(np.float32)[..., None]
        alone = out[:, :OLD_FROM]
        _scaled(_MOVES_OF_AGE.of(window), scales.move[area], alone)
        for band, ages in enumerate(_AGES_OF_BAND):
            if ages.stop <= OLD_FROM:
                alone[:, ages] += shared[:, band, None]
            else:
                out[:, ages] = bounded(shared[:, band, None])
        bounded(alone)
        return out

    def pairs_of_deaths(self, area: int, year: int, scales: ChanceScales, out: Array) -> Array:
        """The first half of `deaths`, written to `out[sex, age − 65, pair]`."""
        window = self._window(area, year)
        shared = _scaled(_DEATHS_OF_BAND.of(window), scales.death_band[area])
        shared += self._lasting(_Stream.LASTING_MORTALITY, area, self.lasting.mortality)
        shared /= scales.death_pass[area].astype(np.float32)[..., None]
        _scaled(_DEATHS_OF_AGE.of(window), scales.death[area], out)
        for band, ages in enumerate(_AGES_OF_OLD_BAND):
            out[:, ages] += shared[:, band, None]
        return bounded(out)

    def _window(self, area: int, year: int) -> NDArray[np.float32]:
        """The area's normal draws of chance in a year, `[row, pair]`."""
        places = self._places.get(year)
        if places is None:
            places = self._places[year] = self._pool.places(year, len(self.lasting.net)).tolist()
        return self._pool.window(places[area])

    def _lasting(self, stream: _Stream, area: int, scale: Array) -> Array:
        """Normal draws times `scale[area]`, `[…, pair]`; drawn when first asked for."""
        kept = self._kept.get((stream, area))
        if kept is None:
            rng = np.random.Generator(np.random.SFC64([self.seed, stream, area]))
            normal = rng.standard_normal((*np.shape(scale[area]), self.pairs), dtype=np.float32)
            kept = self._kept[stream, area] = _scaled(normal, scale[area], normal)
        return kept


def _room(ages: int, pairs: int) -> NDArray[np.float32]:
    return np.empty((len(SEXES), ages, pairs), np.float32)


def _scaled(normal: Array, scale: Array, out: Array | None = None) -> Array:
    """`normal[…, pair]` times `scale[…]`."""
    return np.asarray(np.multiply(normal, np.asarray(scale, dtype=np.float32)[..., None], out=out))


def _mirrored(pairs: Array) -> Array:
    """All draws of errors of which the first half is given."""
    return np.concatenate([pairs, -pairs], axis=-1)


@dataclass(frozen=True)
class YearNoise:
    """The local randomness of one year."""

    draws: LocalDraws
    scales: ChanceScales
    year: int

    def moves(self, area: int) -> Array:
        """Relative error of moves of one area, `[1, sex, age, draw]`."""
        return self.draws.moves(area, self.year, self.scales)[None]

    def deaths(self, area: int) -> Array:
        """Relative error of deaths from `OLD_FROM` on, `[1, sex, age, draw]`."""
        return self.draws.deaths(area, self.year, self.scales)[None]

    def births(self, area: int) -> Array:
        """Factor on births, `[1, sex, draw]`."""
        return self.draws.births(area, self.year, self.scales)[None]

    def write_moves(self, area: int, out: Array) -> None:
        """Write the first half of the draws of `moves` to `out[sex, age, pair]`."""
        out[...] = self.moves(area)[0, ..., : out.shape[-1]]

    def write_deaths(self, area: int, out: Array) -> None:
        """Write the first half of the draws of `deaths` to `out[sex, age, pair]`."""
        out[...] = self.deaths(area)[0, ..., : out.shape[-1]]


class DrawnNoise(YearNoise):
    """The same, written where it is needed without making the mirror images."""

    def write_moves(self, area: int, out: Array) -> None:
        self.draws.pairs_of_moves(area, self.year, self.scales, out)

    def write_deaths(self, area: int, out: Array) -> None:
        self.draws.pairs_of_deaths(area, self.year, self.scales, out)
