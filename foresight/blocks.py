"""How the work on draws is cut up: strips of areas shared by threads, blocks that fit the processor's cache.

numpy lets go of the interpreter inside every operation, so two threads keep two cores busy. Strips are the
same whatever the number of threads, and what is summed over areas is summed strip by strip in order: the
result does not depend on who did which.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

SHORTEST_STRIP = 16
"""Areas of a strip where one of them fills a block."""
THREADS = 2
BLOCK_BYTES = 400_000
"""Aim for one array of a block: four of them fit the second-level cache of common processors."""
WORTH_SHARING = 2_000_000
"""Cells times draws from which a second thread is worth starting."""


class Scratch:
    """Arrays kept from year to year: fresh memory costs more than the arithmetic done in it."""

    def __init__(self) -> None:
        self._kept: dict[str, NDArray[np.floating[Any]]] = {}

    def take(self, name: str, shape: tuple[int, ...], dtype: DTypeLike) -> NDArray[np.floating[Any]]:
        """An array with any content, in the memory given last time under this name if that is enough."""
        size = math.prod(shape)
        kept = self._kept.get(name)
        if kept is None or kept.size < size or kept.dtype != dtype:
            kept = self._kept[name] = np.empty(size, dtype)
        return kept[:size].reshape(shape)


def strips(areas: int, bytes_of_area: int) -> list[slice]:
    """The areas cut into strips of at least `SHORTEST_STRIP`.

    >>> strips(20, 800_000)
    [slice(0, 16, None), slice(16, 20, None)]
    >>> strips(20, 1_600)
    [slice(0, 20, None)]
    """
    length = max(SHORTEST_STRIP, BLOCK_BYTES // bytes_of_area)
    return [slice(first, min(first + length, areas)) for first in range(0, areas, length)]


def blocks(strip: slice, sexes: int, bytes_of_sex: int) -> list[tuple[slice, slice]]:
    """The areas and sexes of a strip cut into blocks whose arrays have about `BLOCK_BYTES`.

    >>> blocks(slice(0, 2), 2, 300_000)[1]
    (slice(0, 1, None), slice(1, 2, None))
    >>> blocks(slice(0, 3), 2, 100_000)[0]
    (slice(0, 2, None), slice(0, 2, None))
    """
    together = BLOCK_BYTES // (sexes * bytes_of_sex)
    if together == 0:
        return [
            (slice(area, area + 1), slice(sex, sex + 1))
            for area in range(strip.start, strip.stop)
            for sex in range(sexes)
        ]
    return [
        (slice(first, min(first + together, strip.stop)), slice(0, sexes))
        for first in range(strip.start, strip.stop, together)
    ]


def each_strip(work: Callable[[int, slice, int], None], population: NDArray[np.floating[Any]]) -> None:
    """Call `work(number, strip, worker)` for every strip of `population[area, …]`, in threads if worth it."""
    areas = len(population)
    numbered = list(enumerate(strips(areas, population.nbytes // areas)))
    workers = min(THREADS, len(numbered)) if population.size >= WORTH_SHARING else 1

    def share(worker: int) -> None:
        for number, strip in numbered[worker::workers]:
            work(number, strip, worker)

    if workers == 1:
        share(0)
        return
    with ThreadPoolExecutor(workers) as threads:
        for done in [threads.submit(share, worker) for worker in range(workers)]:
            done.result()
