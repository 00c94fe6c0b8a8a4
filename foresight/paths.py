"""Population paths moved forward year by year: one expected path, or many drawn ones at once.

The year is the outer loop and draws are the last axis, so that a whole country with all its draws stands
in memory for one year only; it is worked on in place, block by block (foresight/blocks.py). Moves between
areas go through a pool: what leaves all areas at an age and sex is shared out by the areas' in-weights, so
every path nets to zero by itself. Those who leave are not exposed to death in the year they leave, arrivals
half of it: no cell can then lose more than it holds, whatever is drawn.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import DTypeLike

from foresight.blocks import Scratch, blocks, each_strip, strips
from foresight.chance import OLD_FROM, Flows, YearNoise
from foresight.cohorts import AGES, FEMALE, SEXES, Array
from foresight.schedules import FERTILE_AGES
from foresight.year import YearOfAges
from foresight.year_rates import MOST_LEAVING, UNCHANGED, Factors, YearRates, rates_of_year

__all__ = ["MOST_LEAVING", "UNCHANGED", "Factors", "Paths", "YearNoise", "YearRates", "rates_of_year"]

_INFANTS = slice(0, 1)
_GROWN = slice(1, AGES)
_BOTH = slice(0, len(SEXES))


class Paths:
    """Population `[area, sex, age, draw]` with the step that moves it one year on, in place."""

    def __init__(self, base: Array, draws: int, dtype: DTypeLike) -> None:
        self.population: Array = np.repeat(base.astype(dtype)[..., None], draws, axis=3)
        self._scratch = Scratch()
        self._strips = len(strips(len(base), self.population.nbytes // len(base)))

    def step(self, rates: YearRates, factors: Factors, noise: YearNoise | None, name: str) -> Flows | None:
        """Move one year on; the flows are returned when there is no noise (the expected path).

        Raises: BalanceError naming `name` when a cell's balance or sign or the sum of moves does not hold.
        """
        population = self.population
        areas, _, _, draws = population.shape
        dtype = population.dtype
        rates, factors = rates.as_type(dtype), factors.as_type(dtype)
        error = None
        if noise is not None:
            error = self._scratch.take("error", (areas, len(SEXES), AGES, draws // 2), dtype)
        population[:, :, -2] += population[:, :, -1]
        grown = self._year(_GROWN, population[:, :, :-1], rates, factors, error, name)

        def leave(number: int, strip: slice, worker: int) -> None:
            for some, sexes in self._blocks(strip, grown):
                if noise is not None and error is not None and sexes.start == 0:
                    for area in range(some.start, some.stop):
                        noise.write_moves(area, error[area])
                grown.leave(number, some, sexes, worker)

        self._each(leave)
        grown.share_out()
        born = np.empty((areas, len(SEXES), 1, draws), dtype)

        def finish(number: int, strip: slice, worker: int) -> None:
            for some, sexes in self._blocks(strip, grown):
                death_error = None
                if noise is not None:
                    shape = (some.stop - some.start, len(SEXES), AGES - OLD_FROM, draws // 2)
                    both_sexes = self._scratch.take(f"death error {worker}", shape, dtype)
                    if sexes.start == 0:
                        for area, one in zip(range(some.start, some.stop), both_sexes, strict=True):
                            noise.write_deaths(area, one)
                    death_error = both_sexes[:, sexes]
                with_mothers = sexes.start <= FEMALE < sexes.stop
                before = self._children(rates, some) if with_mothers else None
                grown.finish(number, some, sexes, worker, death_error)
                if before is not None:
                    mothers = 0.5 * (before + self._children(rates, some)) * factors.births
                    born[some, :, 0] = mothers[:, None] * rates.sex_shares[:, None]
                    if noise is not None:
                        for area in range(some.start, some.stop):
                            born[area, :, 0] *= noise.births(area)[0]

        self._each(finish)
        accounts = self._accounts(grown)
        infants = self._year(_INFANTS, born, rates, factors, error, name)
        self._each(lambda number, strip, worker: infants.leave(number, strip, _BOTH, worker))
        infants.share_out()
        self._each(lambda number, strip, worker: infants.finish(number, strip, _BOTH, worker))
        of_infants = self._accounts(infants)
        if noise is not None:
            return None
        flows = {flow: np.concatenate([of_infants[flow], accounts[flow]], axis=2) for flow in accounts}
        return Flows(births=born[:, :, 0, 0], **{flow: values[..., 0] for flow, values in flows.items()})

    def _accounts(self, year: YearOfAges) -> dict[str, Array]:
        """The witness draws' flows of all areas. Raises: BalanceError when they do not add up."""
        year.close()
        found: dict[int, dict[str, Array]] = {}

        def account(number: int, strip: slice, _: int) -> None:
            found[number] = year.accounts(strip)

        self._each(account)
        parts = [found[number] for number in sorted(found)]
        return {flow: np.concatenate([part[flow] for part in parts]) for flow in parts[0]}

    def _year(
        self, ages: slice, start: Array, rates: YearRates, factors: Factors, error: Array | None, name: str
    ) -> YearOfAges:
        shift = None if error is None else error[:, :, ages]
        end = self.population[:, :, ages]
        return YearOfAges(ages, start, end, rates, factors, shift, self._scratch, self._strips, name)

    def _children(self, rates: YearRates, areas: slice) -> Array:
        """Children in a year of the women who now stand in the population, `[area, draw]`."""
        women = self.population[areas, FEMALE, FERTILE_AGES]
        return np.asarray(np.einsum("ia,iad->id", rates.fertility[areas, FERTILE_AGES], women))

    def _blocks(self, strip: slice, year: YearOfAges) -> list[tuple[slice, slice]]:
        _, sexes, count, draws = year.start.shape
        return blocks(strip, sexes, count * draws * year.start.itemsize)

    def _each(self, work: Callable[[int, slice, int], None]) -> None:
        each_strip(work, self.population)
