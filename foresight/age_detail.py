"""Sexes and old ages that a table does not tell apart, by the sexes and old ages of others."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES, MALE, OLDEST_AGE, SEXES, Array
from foresight.panel import Panel, without_table
from foresight.schedules import Schedules


def stationary(schedules: Schedules) -> Array:
    """People alive at each age `[sex, age]` of a population with one birth a year and no moves.

    The oldest class holds everybody who reaches it: a geometric sum under its own hazard.
    """
    hazard = schedules.hazard()
    born = np.where(np.arange(len(SEXES)) == MALE, schedules.share_of_boys, 1.0 - schedules.share_of_boys)
    alive = born[:, None] * np.exp(-np.cumsum(hazard, axis=1))
    alive[:, -1] /= -np.expm1(-hazard[:, -1])
    return np.asarray(alive)


def fold(by_age: Array, oldest_age: int) -> Array:
    """Ages above `oldest_age` joined to it along the last axis.

    >>> fold(np.array([4.0, 3.0, 2.0, 1.0]), 2).tolist()
    [4.0, 3.0, 3.0]
    """
    kept = by_age[..., : oldest_age + 1].copy()
    kept[..., -1] += by_age[..., oldest_age + 1 :].sum(axis=-1)
    return kept


def unfold(by_age: Array, schedules: Schedules) -> Array:
    """Population `[…, sex, age]` at ages 0–100: an open group below is spread out, one above folded.

    The open group is spread as a stationary population of `schedules` would be; its sum stays.
    """
    oldest = by_age.shape[-1] - 1
    if oldest >= OLDEST_AGE:
        return fold(by_age, OLDEST_AGE)
    old = stationary(schedules)[:, oldest:]
    share = old / old.sum(axis=1, keepdims=True)
    return np.concatenate([by_age[..., :-1], by_age[..., -1:] * share], axis=-1)


def unfold_both(by_age: Array, schedules: Schedules) -> Array:
    """The same for population of both sexes, `[…, age]`."""
    oldest = by_age.shape[-1] - 1
    if oldest >= OLDEST_AGE:
        return fold(by_age, OLDEST_AGE)
    old = stationary(schedules).sum(axis=0)[oldest:]
    return np.concatenate([by_age[..., :-1], by_age[..., -1:] * (old / old.sum())], axis=-1)


def with_sexes(panel: Panel, schedules: Schedules) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Population `[year, area, sex, age]` with the sexes of every table, and how they were found.

    Tables without sexes are split age by age by the share of men in the tables of the nearest year that
    give sexes (the earlier of two), all their areas together; where there are none, as a stationary
    population of `schedules`. The masks `[year, area]` tell which tables were split in which way.
    """
    given = ~without_table(panel.by_sex)
    without = ~given & ~without_table(panel.both)
    standard = fold_to(stationary(schedules), panel.oldest_age)
    men = np.tile(standard[MALE] / standard.sum(axis=0), (len(panel.years), 1))
    known = [k for k in range(len(panel.years)) if given[k].any()]
    for k in range(len(panel.years)):
        if known and without[k].any():
            nearest = min(known, key=lambda other: (abs(panel.years[other] - panel.years[k]), other))
            people = panel.by_sex[nearest, given[nearest]].sum(axis=0)
            both = people.sum(axis=0)
            np.divide(people[MALE], both, out=men[k], where=both > 0)
    split = np.stack([panel.both * men[:, None], panel.both * (1.0 - men[:, None])], axis=2)
    nobody = np.zeros_like(without)
    methods = (without, nobody) if known else (nobody, without)
    return np.where(given[:, :, None, None], panel.by_sex, split), *methods


def fold_to(by_age: Array, oldest_age: int) -> Array:
    """Ages 0–100 at the ages of a table whose open group begins at `oldest_age`.

    A table that goes on beyond 100 has nobody there to learn from: its last ages repeat the class of 100.
    """
    if oldest_age <= OLDEST_AGE:
        return fold(by_age, oldest_age)
    beyond = np.repeat(by_age[..., -1:], oldest_age + 1 - AGES, axis=-1)
    return np.concatenate([by_age, beyond], axis=-1)
