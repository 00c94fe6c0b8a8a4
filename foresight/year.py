"""Moves and deaths of one year at some ages, block by block and in place.

First who leaves, summed over areas; then what left is shared out and each block is brought to the end of
the year. The formulas are those of foresight/engine.py, arranged so that every array of a block is passed
over as seldom as possible: `end = (stayers + half) · survival + half`, where `half` of the arrivals share
the year's mortality and stayers are those who neither move within the country nor leave it.

Draws that mirror each other are an axis of their own, `[area, sex, mirror, age, pair]`, so that an error is
added to the first half of the draws and taken from the second. The expected path is one draw without mirror.
"""

from __future__ import annotations

import numpy as np

from foresight.blocks import Scratch
from foresight.chance import OLD_FROM
from foresight.cohorts import Array
from foresight.engine import require_balance, require_closed, require_population, survive
from foresight.year_rates import MOST_LEAVING, Factors, YearRates

WITNESSES = 1
"""Pairs of draws whose cells are balanced one by one every year; signs and sums are checked in all."""
MOST_GONE = 0.99
"""Share of a cohort that movers and emigrants together take at most, in whatever draw."""
MOST_REPELLED = 0.99
"""Share of an area's in-moves that an error can take away at most, so that whoever leaves finds a place."""
_NOTED = ("start", "survival", "end", "error")


class YearOfAges:
    """One year at the ages reached `ages`, from `start` to `end`, both `[area, sex, age, draw]`.

    `end` may lie in the memory of `start` as long as no two blocks overlap. `error[area, sex, age, pair]`
    shifts both flows between areas of the first half of the draws, and those of the second half the other
    way; without it (None) there is one expected path.
    """

    def __init__(
        self,
        ages: slice,
        start: Array,
        end: Array,
        rates: YearRates,
        factors: Factors,
        error: Array | None,
        scratch: Scratch,
        strip_count: int,
        name: str,
    ) -> None:
        areas, sexes, count, draws = start.shape
        mirrors = 1 if error is None else 2
        pairs = draws // mirrors
        apart = (areas, sexes, count, mirrors, pairs)
        self.ages, self.start, self.error = ages, start, error
        self._whole_end = end
        self._start, self._end = (x.reshape(apart).transpose(0, 1, 3, 2, 4) for x in (start, end))
        self._scratch, self._name = scratch, name
        self._tolerance = 1e-9 if start.dtype == np.float64 else 1e-4
        self._rate(rates, factors)
        self._mortality = factors.mortality[ages].reshape(count, mirrors, pairs).transpose(1, 0, 2).copy()
        self._immigration, self._emigration = (
            x.reshape(mirrors, 1, pairs) for x in (factors.immigration, factors.emigration)
        )
        # What depends on cell and on draw separately is laid out as a product of matrices: three times as
        # quick as broadcasting, if there are two columns to sum.
        even = np.ones_like(self._emigration)
        self._staying = np.concatenate([1 - self._leaving, -self._emigrating], axis=4)
        self._staying_by_draw = np.concatenate([even, self._emigration], axis=1)
        self._half_arriving = np.concatenate([0.5 * self._arriving, 0 * self._arriving], axis=4)
        self._arriving_by_draw = np.concatenate([self._immigration, even], axis=1)
        self._left = self._take("left", (strip_count, sexes, mirrors, count, pairs))
        self._moved = self._take("moved", (strip_count, sexes, mirrors, count, pairs))
        self._pulled = self._take("pulled", (strip_count, sexes, count, pairs))
        for sums in (self._left, self._pulled, self._moved):
            sums[...] = 0.0
        self._half_share = np.zeros((sexes, mirrors, count, pairs), start.dtype)
        self._seen = min(WITNESSES, pairs)
        self._sign = np.array([1.0, -1.0])[:mirrors, None, None]
        self._witness = {what: np.zeros((areas, sexes, mirrors, count, self._seen)) for what in _NOTED}

    def _rate(self, rates: YearRates, factors: Factors) -> None:
        """Rates as `[area, sex, 1, age, 1]`."""

        def of_cells(values: Array) -> Array:
            return values[:, :, None, self.ages, None]

        most = factors.emigration.max()
        self._leaving = of_cells(rates.out_rate)
        self._emigrating = np.minimum(of_cells(rates.emigration_rate), (MOST_GONE - self._leaving) / most)
        room = np.minimum(MOST_LEAVING, MOST_GONE - self._emigrating * most) - self._leaving
        self._room = np.maximum(np.minimum(self._leaving, room), 0)
        self._weight = of_cells(rates.in_weight)
        self._shifted_weight = MOST_REPELLED * self._weight
        self._arriving = of_cells(rates.immigration)
        self._hazard = rates.hazard[:, :, self.ages]

    def leave(self, strip: int, areas: slice, sexes: slice, worker: int) -> None:
        """Note who leaves the block and how strongly it draws movers."""
        block = (areas, sexes)
        people = self._start[block]
        out = self._take("stay", people.shape, worker)
        np.copyto(out, self._leaving[block])
        self._shift(out, -self._room[block], block, worker)
        out *= people
        for one in out:
            self._left[strip, sexes] += one
        if self.error is not None:
            drawn = self._take("shift", self.error[block].shape, worker)
            np.multiply(self._shifted_weight[block][:, :, 0], self.error[block], out=drawn)
            for one in drawn:
                self._pulled[strip, sexes] += one

    def share_out(self) -> None:
        """Settle how many movers each in-weight receives."""
        for sums in (self._left, self._pulled):
            for part in sums[1:]:
                sums[0] += part
        weight = np.empty_like(self._half_share)
        np.copyto(weight, self._weight.sum(axis=0))
        if self.error is not None:
            weight[:, 0] += self._pulled[0]
            weight[:, 1] -= self._pulled[0]
        np.divide(self._left[0], weight, out=self._half_share, where=weight > 0)
        self._half_share *= 0.5

    def finish(
        self, strip: int, areas: slice, sexes: slice, worker: int, death_error: Array | None = None
    ) -> None:
        """Bring the block to the end of the year. Raises: BalanceError.

        `death_error[area, sex, age, pair]` begins at `OLD_FROM`.
        """
        block = (areas, sexes)
        people = self._start[block]
        stay, half, survival = (self._take(x, people.shape, worker) for x in ("stay", "half", "survival"))
        np.matmul(self._staying[block], self._staying_by_draw, out=stay)
        self._shift(stay, self._room[block], block, worker)
        stay *= people
        np.copyto(half, self._weight[block])
        self._shift(half, self._shifted_weight[block], block, worker)
        half *= self._half_share[sexes]
        for one in half:
            self._moved[strip, sexes] += one
        half += np.matmul(self._half_arriving[block], self._arriving_by_draw, out=survival)
        stay += half
        np.einsum("isa,mad->ismad", -self._hazard[block], self._mortality, out=survival)
        np.exp(survival, out=survival)
        if death_error is not None:
            self._err(survival[..., OLD_FROM - self.ages.start :, :], death_error, worker)
        self._note("start", block, people)
        self._note("survival", block, survival)
        if self.error is not None:
            self._note("error", block, self.error[block][:, :, None, :, : self._seen] * self._sign)
        stay *= survival
        end = self._end[block]
        np.add(stay, half, out=end)
        require_population(
            self._whole_end[block], step=self._name, first=(areas.start, sexes.start, self.ages.start)
        )
        self._note("end", block, end)

    def accounts(self, areas: slice) -> dict[str, Array]:
        """Flows of the witness draws in persons, `[area, sex, age, draw]`.

        Raises: BalanceError when a cell of theirs does not balance.
        """
        start, survival, end, error = (self._witness[what][areas] for what in _NOTED)
        some = slice(0, self._seen)
        moved_out = start * (self._leaving[areas] - self._room[areas] * error)
        weight = self._weight[areas] + self._shifted_weight[areas] * error
        moved_in = weight * (2 * self._half_share[..., some])
        arrived = np.broadcast_to(self._arriving[areas] * self._immigration[..., some], start.shape)
        gone = start * (self._emigrating[areas] * self._emigration[..., some])
        half = 0.5 * (moved_in + arrived)
        _, deaths = survive(start, half - moved_out - gone, half, survival)
        net = moved_in + arrived - moved_out - gone
        start, end, net = (x.transpose(0, 1, 3, 2, 4) for x in (start, end, net))
        require_balance(
            start, end, deaths.transpose(0, 1, 3, 2, 4), net, tolerance=self._tolerance, step=self._name
        )
        return {
            flow: values.transpose(0, 1, 3, 2, 4).reshape(*values.shape[:2], values.shape[3], -1)
            for flow, values in (
                ("deaths", deaths),
                ("moved_in", moved_in),
                ("moved_out", moved_out),
                ("immigration", arrived),
                ("emigration", gone),
            )
        }

    def close(self) -> None:
        """Check that what moved into all areas is what left them, in every draw. Raises: BalanceError."""
        for part in self._moved[1:]:
            self._moved[0] += part
        self._moved[0] *= 2
        require_closed(self._moved[0], self._left[0], tolerance=self._tolerance, step=self._name)

    def _shift(self, values: Array, by: Array, block: tuple[slice, slice], worker: int) -> None:
        """Add `by · error` to the first draws of `values`, take it from their mirror images."""
        if self.error is not None:
            shift = self._take("shift", self.error[block].shape, worker)
            np.multiply(by[:, :, 0], self.error[block], out=shift)
            values[:, :, 0] += shift
            values[:, :, 1] -= shift

    def _err(self, survival: Array, error: Array, worker: int) -> None:
        """Shift deaths by a relative error, bounded by nobody dying and nobody surviving equally far."""
        room = self._take("room", survival.shape, worker)
        np.subtract(1, survival, out=room)
        np.minimum(room, survival, out=room)
        room *= error[:, :, None]
        survival[:, :, 0] -= room[:, :, 0]
        survival[:, :, 1] += room[:, :, 1]

    def _note(self, what: str, block: tuple[slice, slice], values: Array) -> None:
        self._witness[what][block] = values[..., : self._seen]

    def _take(self, name: str, shape: tuple[int, ...], worker: int | None = None) -> Array:
        ages = "" if worker is not None else f" at ages from {self.ages.start}"
        return self._scratch.take(f"{name} {worker}{ages}", shape, self.start.dtype)
