"""Means and quantiles of the draws, gathered year by year: no array of all draws and years is ever held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from foresight.blocks import Scratch, each_strip
from foresight.cohorts import AGES, SEXES, Array
from foresight.service_need import AgeGroup

QUANTILES = (0.1, 0.5, 0.9)
MEAN_DECIMALS, QUANTILE_DECIMALS = 4, 2
"""Precision of what is returned: finer digits mean nothing and only swell the published tables. Means are
rounded by single age before anything is summed, so that sums of published means are exact."""
Observe = Callable[[int, Array], None]
"""Called with (position of the year, people by group in every draw `[area, group, draw]`)."""


@dataclass(frozen=True)
class Bands:
    """Mean and quantiles over draws, arrays of one shape. Means add up over areas; quantiles do not."""

    mean: Array
    p10: Array
    p50: Array
    p90: Array


class Summary:
    """Bands by age `[year, area, sex, age]`, by group `[year, area, group]` and of unions of areas.

    Without `single_ages` the quantiles by age are NaN: they cost most, and not everybody reads them.
    """

    def __init__(
        self,
        horizon: int,
        areas: int,
        member: Array,
        groups: tuple[AgeGroup, ...],
        observe: Observe | None = None,
        *,
        single_ages: bool = True,
    ) -> None:
        self._member, self._observe, self._single_ages = member, observe, single_ages
        self._parts = _Parts(groups)
        self._scratch = Scratch()
        self.by_age = _empty((horizon, areas, len(SEXES), AGES))
        self.by_group = _empty((horizon, areas, len(groups)))
        self.by_aggregate = _empty((horizon, len(member), len(groups)))

    def add(self, position: int, population: Array) -> None:
        """Summarise one year of draws `[area, sex, age, draw]`."""
        areas, sexes, ages, draws = population.shape
        ranks = _Ranks(draws)
        parts = self._scratch.take("parts", (areas, self._parts.count, draws), np.float64)
        sums = np.empty((areas, sexes, ages))
        by_age = ranks.empty((areas, sexes, ages))
        if not self._single_ages:
            by_age.fill(np.nan)
        by_group = ranks.empty((areas, self._parts.distinct))

        def summarise(_: int, strip: slice, worker: int) -> None:
            ordered = self._scratch.take(f"ordered {worker}", (sexes, ages, draws), population.dtype)
            both = self._scratch.take(f"both {worker}", (ages, draws), population.dtype)
            for area in range(strip.start, strip.stop):
                one = population[area]
                sums[area] = one.sum(axis=-1)
                if self._single_ages:
                    np.copyto(ordered, one)
                    ranks.pick(ordered, by_age[area])
                np.add.reduce(one, axis=0, out=both)
                self._parts.split(both, parts[area])
            ranks.pick(self._parts.joined(parts[strip]), by_group[strip])

        each_strip(summarise, population)
        self.by_age.mean[position] = (sums / draws).round(MEAN_DECIMALS)
        ranks.fill(self.by_age, position, by_age)
        ranks.fill(self.by_group, position, by_group[:, self._parts.of_group])
        ranks.fill(self.by_aggregate, position, self._of_unions(ranks, parts))
        if self._observe:
            self._observe(position, self._parts.joined(parts)[:, self._parts.of_group])
        # one number may not differ from the sum of its parts by a rounding of the draws' number type
        means = self._parts.of_ages(self.by_age.mean[position].sum(axis=1)).round(MEAN_DECIMALS)
        self.by_group.mean[position] = means
        self.by_aggregate.mean[position] = np.einsum("ui,ig->ug", self._member, means).round(MEAN_DECIMALS)

    def _of_unions(self, ranks: _Ranks, parts: Array) -> Array:
        """Ranks of every group of every union, summed within draws."""
        found = ranks.empty((len(self._member), self._parts.distinct))
        for members, out in zip(self._member, found, strict=True):
            whole = np.zeros(parts.shape[1:])
            for area in np.flatnonzero(members):
                whole += parts[area]
            ranks.pick(self._parts.joined(whole), out)
        return found[:, self._parts.of_group]


class _Parts:
    """Age groups that overlap, put together from the parts between their borders: each age is added once.

    `count` is the number of parts, `distinct` the number of groups that differ, `of_group` which of
    these each group is.
    """

    def __init__(self, groups: tuple[AgeGroup, ...]) -> None:
        spans = [(group.age_from, group.age_to + 1) for group in groups]
        edges = sorted({0, AGES, *(edge for span in spans for edge in span)})
        differing = sorted(set(spans))
        self._ages = [slice(*ages) for ages in pairwise(edges)]
        self.count, self.distinct = len(self._ages), len(differing)
        self.of_group = np.array([differing.index(span) for span in spans], dtype=np.intp)
        self._member = np.array(
            [[first <= ages.start < end for ages in self._ages] for first, end in differing], float
        )

    def split(self, by_age: Array, out: Array) -> None:
        """Write the sums of `by_age[age, …]` between the borders to `out[part, …]`."""
        for one, ages in zip(out, self._ages, strict=True):
            one[...] = np.add.reduce(by_age[ages], axis=0)

    def of_ages(self, by_age: Array) -> Array:
        """Sums of `by_age[area, age]` over every group, `[area, group]`."""
        parts = np.empty((len(self._ages), len(by_age)))
        self.split(by_age.T, parts)
        return self.joined(parts).T[:, self.of_group]

    def joined(self, parts: Array) -> Array:
        """Sums of `parts[…, part, draw]` over the groups that differ, `[…, group, draw]`."""
        return np.asarray(self._member @ parts)


class _Ranks:
    """Quantiles of `draws` values: the two ranks around each, and how far it lies between them."""

    def __init__(self, draws: int) -> None:
        places = [quantile * (draws - 1) for quantile in QUANTILES]
        self._ranks = np.array([[int(place), min(int(place) + 1, draws - 1)] for place in places])
        self._part = np.array([place - int(place) for place in places])

    def empty(self, shape: tuple[int, ...]) -> Array:
        """Room for the ranks of an array of this shape."""
        return np.empty((*shape, *self._ranks.shape))

    def pick(self, draws: Array, out: Array) -> None:
        """Write the ranks along the last axis of `draws`, which is put in order, to `out`."""
        # a full sort: numpy's is several times as fast as its selection of six ranks
        draws.sort(axis=-1)
        out[...] = draws[..., self._ranks]

    def fill(self, bands: Bands, position: int, ranks: Array) -> None:
        """Write the quantiles of a year from its ranks."""
        quantiles = ranks[..., 0] * (1.0 - self._part) + ranks[..., 1] * self._part
        for k, target in enumerate((bands.p10, bands.p50, bands.p90)):
            target[position] = quantiles[..., k].round(QUANTILE_DECIMALS)


def _empty(shape: tuple[int, ...]) -> Bands:
    return Bands(*(np.empty(shape) for _ in range(4)))
