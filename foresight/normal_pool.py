"""Normal draws for the chance of every cell, taken as windows of one pool instead of being drawn anew.

Drawing one normal per cell and draw costs as much as the whole arithmetic of a year. A pool of about a
million serves instead: each area and year gets a window of it that begins at its own random place, one row
per cell. No two cells of an area share a number, and no two cells of one year share a number in the same
draw (with up to `SHORTEST_ROW` areas): whatever is summed within draws has the variance and the
independence of fresh numbers. What is shared stands in different draws, which makes bands of sums over many
areas a little less certain, not narrower.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SHORTEST_ROW = 512
"""Numbers between the beginnings of two rows: as many areas of a year begin at different places in it."""
ROWS = 2048
_YEARS_APART = 37
"""Places by which a year's beginnings are shifted: an area meets its own place again after 512 years."""
_POOL, _PLACES = 11, 12
"""Numbers of the random streams, apart from those of foresight/chance.py."""


class NormalPool:
    """Standard normal float32 draws; `rows` of them, `pairs` long, for each area and year."""

    def __init__(self, seed: int, pairs: int, rows: int) -> None:
        if rows >= ROWS - 1:
            raise ValueError(f"a window of {rows} rows does not fit into a pool of {ROWS}")
        self.pairs, self.rows, self._seed = pairs, rows, seed
        self._row = max(SHORTEST_ROW, pairs)
        rng = np.random.Generator(np.random.SFC64([seed, _POOL]))
        self._numbers: NDArray[np.float32] = rng.standard_normal(ROWS * self._row, dtype=np.float32)
        self._numbers -= self._numbers.mean(dtype=np.float64)
        self._numbers /= self._numbers.std(dtype=np.float64)
        self._numbers.flags.writeable = False

    def places(self, year: int, areas: int) -> NDArray[np.int64]:
        """Where the window of each area begins in `year`; the same whatever the number of areas."""
        rng = np.random.Generator(np.random.SFC64([self._seed, _PLACES, year]))
        rows = rng.integers(0, ROWS - 1 - self.rows, size=areas, dtype=np.int64)
        return rows * self._row + (np.arange(areas) + _YEARS_APART * year) % self._row

    def window(self, place: int) -> NDArray[np.float32]:
        """The window that begins at `place`, `[row, pair]`: a read-only view."""
        row, first = divmod(place, self._row)
        rows = self._numbers[first : first + (ROWS - 1) * self._row].reshape(ROWS - 1, self._row)
        return rows[row : row + self.rows, : self.pairs]
