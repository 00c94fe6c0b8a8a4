"""Moves between areas and across the border that nobody counted, so that every year's balance holds."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import Array
from foresight.ledger import Ledger

DEFAULT_MOBILITY = 0.0523
"""Moves between areas a year per inhabitant where no area's are known: those between Finland's
municipalities in 2018 (288 375 by 5 517 919 people; Statistics Finland, table muutl 11ae)."""
DEFAULT_BORDER_CROSSING = 0.0035
"""Emigrants a year per inhabitant, and as many immigrants, where nothing is known: Finland's emigration of
2018 (19 141; the same table). What the balance asks for beyond it comes on top."""

CLOSED_WITHIN = 1e-6
"""Moves in and out that differ by less than this share of them are equal but for rounding."""

_INTERNAL, _ABROAD = ("in_migration", "out_migration"), ("immigration", "emigration")
_RATES = {
    **dict.fromkeys(_INTERNAL, DEFAULT_MOBILITY),
    **dict.fromkeys(_ABROAD, DEFAULT_BORDER_CROSSING),
}

Mask = NDArray[np.bool_]


def fill_moves(ledger: Ledger) -> None:
    """Fill every gap of the four flows of migration; births, deaths and population are there already.

    A gap first gets a usual number (`_usual`). What the year's balance then lacks goes to moves
    between areas where one of them was a gap, else across the border, half to those who come and half
    to those who leave, never below zero. In a year when no area knows both its moves in and out, they
    are made to sum to zero over the areas: the rest crosses the border, shared by population.
    """
    gap = {flow: ledger.missing(flow) for flow in _RATES}
    any_gap = np.any(list(gap.values()), axis=0)
    if not any_gap.any():
        return
    for flow, default in _RATES.items():
        _usual(ledger, flow, default)
    natural = ledger.values["births"] - ledger.values["deaths"]
    net = ledger.values["population"] - ledger.start() - natural
    known = np.isfinite(net)
    _national_residual(ledger, net, gap)
    moved_in, moved_out, arrived, left_for = (ledger.values[flow] for flow in _RATES)
    lacking = np.where(any_gap & known, net - (moved_in - moved_out + arrived - left_for), 0.0)
    for come, go in (_INTERNAL, _ABROAD):
        ledger.values[come], ledger.values[go], lacking = absorb(
            ledger.values[come], ledger.values[go], gap[come], gap[go], lacking
        )
    ledger.mark("net migration", "net_of_zero", any_gap & ~known)
    ledger.mark("net migration", "balance_open", any_gap & (np.abs(lacking) > 0.5))


def _usual(ledger: Ledger, flow: str, default: float) -> None:
    """Fill gaps of `flow`: population times the area's own mean rate, else that of all, else `default`."""
    values, people = ledger.values[flow], ledger.values["population"]
    known, everywhere = np.isfinite(values) & np.isfinite(people), np.ones_like(ledger.missing(flow))
    counted = np.where(known, values, 0.0).sum(axis=0)
    exposed = np.where(known, people, 0.0).sum(axis=0)
    own = np.divide(counted, exposed, out=np.full_like(counted, np.nan), where=exposed > 0)
    ledger.fill(flow, "own_rate", own * people, everywhere)
    if exposed.sum() > 0:
        ledger.fill(flow, "rate_of_all", counted.sum() / exposed.sum() * people, everywhere)
    ledger.fill(flow, "default_rate", default * people, everywhere)


def _national_residual(ledger: Ledger, net: Array, gap: dict[str, Mask]) -> None:
    """Send what the areas' nets leave together across the border, in years when no moves are known."""
    arrived, left = ledger.values["immigration"], ledger.values["emigration"]
    unknown = np.asarray(
        (gap["in_migration"] | gap["out_migration"]).all(axis=1) & np.isfinite(net).all(axis=1)
    )
    takers = unknown[:, None] & gap["immigration"] & gap["emigration"]
    people = np.where(takers, ledger.values["population"], 0.0)
    whole = people.sum(axis=1, keepdims=True)
    share = np.divide(people, whole, out=np.zeros_like(people), where=whole > 0)
    surplus = np.where(unknown, (net - (arrived - left)).sum(axis=1), 0.0)[:, None] * share
    ledger.values["immigration"] = arrived + np.maximum(surplus, 0.0)
    ledger.values["emigration"] = left + np.maximum(-surplus, 0.0)
    ledger.mark("net migration abroad", "national_residual", takers)


def absorb(
    come: Array, go: Array, come_free: Mask, go_free: Mask, lacking: Array
) -> tuple[Array, Array, Array]:
    """`come` and `go` moved where they are free until `come − go` has grown by `lacking`; and what is left.

    Neither falls below zero: where one would, the other takes the rest if it is free.

    >>> free = np.array([True])
    >>> [x.tolist() for x in absorb(np.array([10.0]), np.array([10.0]), free, free, np.array([-30.0]))]
    [[0.0], [30.0], [0.0]]
    >>> [x.tolist() for x in absorb(np.array([10.0]), np.array([10.0]), free, ~free, np.array([-30.0]))]
    [[0.0], [10.0], [-20.0]]
    """
    share = np.where(come_free & go_free, 0.5, 1.0)
    wanted_in = come + np.where(come_free, share * lacking, 0.0)
    wanted_out = go - np.where(go_free, share * lacking, 0.0)
    new_in = np.maximum(wanted_in, 0.0) + np.where(come_free, np.maximum(-wanted_out, 0.0), 0.0)
    new_out = np.maximum(wanted_out, 0.0) + np.where(go_free, np.maximum(-wanted_in, 0.0), 0.0)
    return new_in, new_out, lacking - ((new_in - new_out) - (come - go))


def close_moves(ledger: Ledger) -> None:
    """Make moves between areas sum to zero every year: what is over crosses the border.

    Happens when the areas given are not a whole country. The surplus of moves in becomes immigration,
    that of moves out emigration, in the same share of every area's moves, so that no net changes. All
    moves of a single area cross its border: there is nowhere else to move.
    """
    moved_in, moved_out = (ledger.values[flow] for flow in _INTERNAL)
    if moved_in.shape[1] == 1:
        _all_abroad(ledger)
        return
    came, went = (values.sum(axis=1, keepdims=True) for values in (moved_in, moved_out))
    for flow, abroad, mine, other in (
        ("in_migration", "immigration", came, went),
        ("out_migration", "emigration", went, came),
    ):
        over = (mine - other) > CLOSED_WITHIN * mine
        share = np.divide(mine - other, mine, out=np.zeros_like(mine), where=over)
        crossing = share * ledger.values[flow]
        ledger.values[abroad] = ledger.values[abroad] + crossing
        ledger.values[flow] = ledger.values[flow] - crossing
        ledger.mark("moves between areas", "across_the_border", crossing > 0)


def _all_abroad(ledger: Ledger) -> None:
    for flow, abroad in zip(_INTERNAL, _ABROAD, strict=True):
        moves = ledger.values[flow]
        ledger.values[abroad] = ledger.values[abroad] + moves
        ledger.values[flow] = np.zeros_like(moves)
        ledger.mark("moves between areas", "across_the_border", moves > 0)
