"""One step of the cohort-component method and the accounting it must satisfy.

Arrays are `[area, sex, age, …]`; any further axes (draws) are carried along. Convention (Preston,
Heuveline and Guillot 2001, box 6.2): migrants of the first half of the step share its mortality,
those of the second half do not; women are exposed to fertility half at the start and half at the
end; the two oldest classes share one survival ratio.
"""

from __future__ import annotations

import numpy as np

from foresight.cohorts import Array


class BalanceError(ArithmeticError):
    """A step broke the balance of population; the message names the first offending cell."""


def grow(population: Array) -> Array:
    """Population moved up one age class, before deaths and moves; the oldest two classes join.

    >>> grow(np.array([[[5.0, 4.0, 3.0]]])).tolist()
    [[[5.0, 7.0]]]
    """
    grown = population[:, :, :-1].copy()
    grown[:, :, -1] += population[:, :, -1]
    return grown


def advance(population: Array, newborns: Array) -> Array:
    """Population moved up one age class; `newborns[area, sex, …]` enter at 0."""
    return np.concatenate([newborns[:, :, None], grow(population)], axis=2)


def survive(aged: Array, early: Array, late: Array, survival: Array) -> tuple[Array, Array]:
    """Population at the end of the step, and deaths, by class reached.

    `early` and `late` are net migrants of the two halves of the step; `survival` is the share of
    those exposed who live to its end.
    """
    exposed = aged + early
    survivors = exposed * survival
    return survivors + late, exposed - survivors


def births(fertility: Array, women_start: Array, women_end: Array, width: float = 1.0) -> Array:
    """Live births by mother's age class `[area, age, …]` during a step of `width` years."""
    return width * fertility * 0.5 * (women_start + women_end)


def require_balance(
    start: Array, end: Array, deaths: Array, net_migration: Array, *, tolerance: float, step: str
) -> None:
    """Check `end = start − deaths + net migration` cell by cell; births are the start of age 0.

    `tolerance` is relative to the cell (plus one person). Raises: BalanceError.
    """
    gap = np.abs(end - (start - deaths + net_migration))
    bad = ~(gap <= tolerance * (1.0 + np.abs(start) + np.abs(net_migration)))
    if bad.any():
        cell = tuple(int(x) for x in np.argwhere(bad)[0])
        raise BalanceError(
            f"{step}: cell {cell} (area, sex, age) ends with {end[cell]:.6g}, but start − deaths + net "
            f"migration is {(start - deaths + net_migration)[cell]:.6g}; rates or flows are inconsistent"
        )


def require_population(end: Array, *, step: str, first: tuple[int, int, int] = (0, 0, 0)) -> None:
    """Check that no cell is negative or missing; nothing is floored. Raises: BalanceError.

    `first` is the (area, sex, age) that the first cell of `end` stands for.
    """
    if not end.size or (end.min() >= 0 and end.max() < np.inf):
        return
    place = tuple(int(x) for x in np.argwhere(~(end >= 0) | ~np.isfinite(end))[0])
    cell = tuple(x + start for x, start in zip(place, first, strict=False))
    raise BalanceError(
        f"{step}: cell {cell} (area, sex, age) is {end[place]:.6g}; more leave or die than are there"
    )


def require_closed(moved_in: Array, moved_out: Array, *, tolerance: float, step: str) -> None:
    """Check that moves within the country net to zero for every sex and age. Raises: BalanceError."""
    gap = np.abs(moved_in - moved_out)
    if not (gap <= tolerance * (1.0 + np.abs(moved_out))).all():
        raise BalanceError(
            f"{step}: moves into areas and out of them differ by up to {np.nanmax(gap):.6g} persons "
            "at one age; every move between areas must have both ends"
        )
