"""Moves and deaths of one year at some ages, block by block and in place.

First who leaves, summed over areas; then what left is shared out and each block is brought to the end of
the year. The formulas are those of foresight/engine.py, arranged so that every array of a block is passed
over as seldom as possible: `end = (stayers + half) · survival + half`, where `half` of the arrivals share
the year's mortality and stayers are those who neither move within the country nor leave it.
"""

from __future__ import annotations

import numpy as np

from foresight.blocks import Scratch
from foresight.chance import OLD_FROM
from foresight.cohorts import Array
from foresight.engine import require_balance, require_closed, require_population, survive
from foresight.year_rates import MOST_LEAVING, Factors, YearRates

WITNESSES = 4
"""Draws whose cells are balanced one by one every year; signs and sums are checked in all."""
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
        self.ages, self.start, self.end, self.error = ages, start, end, error
        self._scratch, self._name = scratch, name
        self._tolerance = 1e-9 if start.dtype == np.float64 else 1e-4
        self._pairs = 0 if error is None else error.shape[3]
        most = factors.emigration.max()
        leaving = rates.out_rate[:, :, ages, None]
        emigrating = np.minimum(rates.emigration_rate[:, :, ages, None], (MOST_GONE - leaving) / most)
        room = np.minimum(MOST_LEAVING, MOST_GONE - emigrating * most) - leaving
        self._leaving, self._emigrating = leaving, emigrating
        self._room = np.maximum(np.minimum(leaving, room), 0)
        self._weight = rates.in_weight[:, :, ages, None]
        self._shifted_weight = MOST_REPELLED * self._weight
        self._arriving = rates.immigration[:, :, ages, None]
        self._hazard = rates.hazard[:, :, ages]
        self._mortality = factors.mortality[ages]
        self._immigration, self._emigration = factors.immigration, factors.emigration
        # What depends on cell and on draw separately is laid out as a product of matrices: three times as
        # quick as broadcasting, if there are two columns to sum.
        even = np.ones_like(factors.emigration)
        self._staying = np.concatenate([1 - leaving, -emigrating], axis=3)
        self._staying_by_draw = np.stack([even, factors.emigration])
        self._half_arriving = np.concatenate([0.5 * self._arriving, 0 * self._arriving], axis=3)
        self._arriving_by_draw = np.stack([factors.immigration, even])
        areas, sexes, count, draws = start.shape
        parts = (strip_count, sexes, count)
        self._left = self._take("left", (*parts, draws))
        self._pulled = self._take("pulled", (*parts, self._pairs))
        self._moved = self._take("moved", (*parts, draws))
        for sums in (self._left, self._pulled, self._moved):
            sums[...] = 0.0
        self._half_share = np.zeros((sexes, count, draws), start.dtype)
        self._some = np.arange(0, draws, max(1, draws // WITNESSES))
        seen = (areas, sexes, count, len(self._some))
        self._witness = {what: np.zeros(seen) for what in _NOTED}

    def leave(self, strip: int, areas: slice, sexes: slice, worker: int) -> None:
        """Note who leaves the block and how strongly it draws movers."""
        block = (areas, sexes)
        people = self.start[block]
        out = self._take("stay", people.shape, worker)
        np.copyto(out, self._leaving[block])
        self._shift(out, -self._room[block], block, worker)
        out *= people
        for one in out:
            self._left[strip, sexes] += one
        if self.error is not None:
            drawn = self._take("shift", self.error[block].shape, worker)
            np.multiply(self._shifted_weight[block], self.error[block], out=drawn)
            for one in drawn:
                self._pulled[strip, sexes] += one

    def share_out(self) -> None:
        """Settle how many movers each in-weight receives."""
        for sums in (self._left, self._pulled):
            for part in sums[1:]:
                sums[0] += part
        weight = np.empty_like(self._half_share)
        np.copyto(weight, self._weight.sum(axis=0))
        self._mirror(weight, self._pulled[0])
        np.divide(self._left[0], weight, out=self._half_share, where=weight > 0)
        self._half_share *= 0.5

    def finish(
        self, strip: int, areas: slice, sexes: slice, worker: int, death_error: Array | None = None
    ) -> None:
        """Bring the block to the end of the year. Raises: BalanceError.

        `death_error[area, sex, age, pair]` begins at `OLD_FROM`.
        """
        block = (areas, sexes)
        people = self.start[block]
        stay, half, survival = (
            self._take(name, people.shape, worker) for name in ("stay", "half", "survival")
        )
        np.matmul(self._staying[block], self._staying_by_draw, out=stay)
        self._shift(stay, self._room[block], block, worker)
        stay *= people
        np.copyto(half, self._weight[block])
        self._shift(half, self._shifted_weight[block], block, worker)
        half *= self._half_share[sexes]
        for one in half:
            self._moved[strip, sexes] += one
        arrived = np.matmul(self._half_arriving[block], self._arriving_by_draw, out=survival)
        half += arrived
        stay += half
        np.einsum("isa,ad->isad", -self._hazard[block], self._mortality, out=survival)
        np.exp(survival, out=survival)
        if death_error is not None:
            self._err(survival[:, :, OLD_FROM - self.ages.start :], death_error, worker)
        self._note("start", block, people)
        self._note("survival", block, survival)
        if self.error is not None:
            mirrored = np.where(self._some < self._pairs, 1.0, -1.0)
            self._witness["error"][block] = self.error[block][..., self._some % self._pairs] * mirrored
        stay *= survival
        end = self.end[block]
        np.add(stay, half, out=end)
        require_population(end, step=self._name, first=(areas.start, sexes.start, self.ages.start))
        self._note("end", block, end)

    def accounts(self, areas: slice) -> dict[str, Array]:
        """Flows of the witness draws in persons, `[area, sex, age, draw]`.

        Raises: BalanceError when a cell of theirs does not balance.
        """
        start, survival, end, error = (self._witness[what][areas] for what in _NOTED)
        moved_out = start * (self._leaving[areas] - self._room[areas] * error)
        weight = self._weight[areas] + self._shifted_weight[areas] * error
        moved_in = weight * (2 * self._half_share[..., self._some])
        arrived = np.broadcast_to(self._arriving[areas] * self._immigration[self._some], start.shape)
        gone = start * (self._emigrating[areas] * self._emigration[self._some])
        half = 0.5 * (moved_in + arrived)
        _, deaths = survive(start, half - moved_out - gone, half, survival)
        net = moved_in + arrived - moved_out - gone
        require_balance(start, end, deaths, net, tolerance=self._tolerance, step=self._name)
        return {
            "deaths": deaths,
            "moved_in": moved_in,
            "moved_out": moved_out,
            "immigration": arrived,
            "emigration": gone,
        }

    def close(self) -> None:
        """Check that what moved into all areas is what left them, in every draw. Raises: BalanceError."""
        for part in self._moved[1:]:
            self._moved[0] += part
        self._moved[0] *= 2
        require_closed(self._moved[0], self._left[0], tolerance=self._tolerance, step=self._name)

    def _shift(self, values: Array, by: Array, block: tuple[slice, slice], worker: int) -> None:
        """Add `by · error` to `values`; nothing without an error."""
        if self.error is not None:
            shift = self._take("shift", self.error[block].shape, worker)
            np.multiply(by, self.error[block], out=shift)
            self._mirror(values, shift)

    def _mirror(self, values: Array, shift: Array) -> None:
        """Add `shift` to the first half of the draws of `values`, take it from their mirror images."""
        if self._pairs:
            values[..., : self._pairs] += shift
            values[..., self._pairs :] -= shift

    def _err(self, survival: Array, error: Array, worker: int) -> None:
        """Shift deaths by a relative error, bounded by nobody dying and nobody surviving equally far."""
        room = self._take("room", survival.shape, worker)
        np.subtract(1, survival, out=room)
        np.minimum(room, survival, out=room)
        room[..., : self._pairs] *= error
        room[..., self._pairs :] *= error
        survival[..., : self._pairs] -= room[..., : self._pairs]
        survival[..., self._pairs :] += room[..., self._pairs :]

    def _note(self, what: str, block: tuple[slice, slice], values: Array) -> None:
        self._witness[what][block] = values[..., self._some]

    def _take(self, name: str, shape: tuple[int, ...], worker: int | None = None) -> Array:
        ages = "" if worker is not None else f" at ages from {self.ages.start}"
        return self._scratch.take(f"{name} {worker}{ages}", shape, self.start.dtype)
