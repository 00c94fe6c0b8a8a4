"""The year's rates moved so that the expected path follows the ensemble, every change in a named flow.

Members say how a cohort changes (its ratio to itself a year before) and which share of the country an
area holds. Their combination is a target for every cell; what the cohort model's own step lacks of it is
put into flows, never into the stock: births at age 0, deaths from `DYING_FROM` on, moves between. What
all areas lack together at an age crosses the border; the rest moves between areas, both flows of a place
shifted by one factor (in × x, out ÷ x) so that they stay positive. Draws use the same rates, so every
drawn path still balances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from foresight.chance import Flows
from foresight.cohorts import AGES, Array
from foresight.engine import advance
from foresight.official import PARENTS
from foresight.paths import MOST_LEAVING, UNCHANGED, Paths, YearRates

DYING_FROM = 70
"""Age reached from which a departure is read as deaths."""
TREND_WEIGHT_A_YEAR, LARGEST_TREND_WEIGHT = 0.1, 0.6
"""Weight of the long trend in the whole country's growth, more of it each year ahead.

One year ahead the cohort model errs by 0.07 % and the trend by 0.11 %, ten years ahead by 1.1 and 0.7 %
(national totals, origins 1983–2010): ageing is foreseen by cohorts, turns of migration by nobody.
"""
_SMALL = 1e-9


@dataclass(frozen=True)
class YearGuide:
    """What the members say of the `years_on`-th year; weights are 0–1, the cohort model has the rest.

    `ratio[area, sex, age]` and `official_ratio[area, age]` (both sexes) are cohort ratios by age reached; the
    official one's age 0 holds newborns per person aged 20–39 and NaN says that the member is silent.
    `share[area]` of the country, `national_rate` its log growth by the long trend (None: silent),
    `leeway[area, sex, age]` how readily an age takes up what an area lacks. `departure[area, sex, age]` is
    the log of how far the areas' cohort ratios lie from those of the cohort model.
    """

    years_on: int
    share: Array | None
    national_rate: float | None
    leeway: Array
    departure: Array | None = None
    ratio: Array | None = None
    ratio_weight: float = 0.0
    official_ratio: Array | None = None
    official_weight: Array | None = None


def guided(rates: YearRates, before: Array, guide: YearGuide, name: str) -> YearRates:
    """`rates` under which `before[area, sex, age]` (31 December) moves to the ensemble's next year."""
    own = Paths(before, 1, np.float64)
    flows = own.step(rates, UNCHANGED, None, name)
    assert flows is not None
    end = own.population[..., 0]
    target = _target(end, before, guide)
    births = _ratio(target[:, :, 0].sum(axis=1), end[:, :, 0].sum(axis=1))
    aged = advance(before, flows.births * births[:, None])
    survival = np.exp(-rates.hazard)
    gap = np.where(np.arange(AGES) < DYING_FROM, target - end, 0.0)
    gap[:, :, 0] = 0.0
    gap += _towards_share(target, before, flows, guide)
    abroad = _abroad(gap, flows, survival)
    inward, outward = _shifted(
        flows.moved_in, flows.moved_out, gap - abroad.effect, 0.5 * (1.0 + survival), survival
    )
    room = np.maximum(MOST_LEAVING - abroad.emigration_rate(aged), 0.0)
    return replace(
        rates,
        fertility=rates.fertility * births[:, None],
        hazard=_hazard(rates, flows, aged, target),
        out_rate=np.minimum(_ratio(outward, aged, 0.0), room),
        in_weight=inward,
        immigration=abroad.immigration,
        emigration_rate=abroad.emigration_rate(aged),
    )


def _ratio(part: Array, whole: Array, otherwise: float = 1.0) -> Array:
    return np.asarray(np.divide(part, whole, out=np.full(whole.shape, otherwise), where=whole > 0))


def _target(end: Array, before: Array, guide: YearGuide) -> Array:
    """Every cell by the members' cohort ratios, weighed with the cohort model's own end of the year."""
    target = end.copy() if guide.departure is None else end * np.exp(guide.departure)
    aged = advance(before, end[:, :, 0])
    if guide.ratio is not None:
        said = aged * guide.ratio
        said[:, :, 0] = end[:, :, 0]
        target = (1.0 - guide.ratio_weight) * target + guide.ratio_weight * said
    if guide.official_ratio is not None and guide.official_weight is not None:
        both = target.sum(axis=1)
        said = aged.sum(axis=1) * guide.official_ratio
        said[:, 0] = both[:, PARENTS].sum(axis=1) * guide.official_ratio[:, 0]
        weight = np.where(np.isfinite(said), guide.official_weight, 0.0)
        blended = (1.0 - weight) * both + weight * np.where(np.isfinite(said), said, 0.0)
        target = target * _ratio(blended, both)[:, None]
    return target


def _towards_share(target: Array, before: Array, flows: Flows, guide: YearGuide) -> Array:
    """Persons by cell that bring each area to its share, put where its people move `[area, sex, age]`."""
    if guide.share is None:
        return np.zeros_like(target)
    own, start = float(target.sum()), float(before.sum())
    growth = float(np.log(own / start))
    if guide.national_rate is not None:
        weight = min(LARGEST_TREND_WEIGHT, TREND_WEIGHT_A_YEAR * (guide.years_on - 1))
        growth += weight * (guide.national_rate - growth)
    lacking = guide.share * start * np.exp(growth) - target.sum(axis=(1, 2))
    moving = flows.internal + flows.immigration + flows.emigration
    moving *= guide.leeway
    moving[:, :, 0] = 0.0
    everybody = np.broadcast_to(moving.sum(axis=(1, 2), keepdims=True), moving.shape)
    return np.asarray(lacking[:, None, None] * _ratio(moving, everybody, 0.0))


@dataclass(frozen=True)
class _Abroad:
    """Moves across the border after the shift, persons, and what the shift does to each cell."""

    immigration: Array
    emigration: Array
    effect: Array

    def emigration_rate(self, aged: Array) -> Array:
        return _ratio(self.emigration, aged, 0.0)


def _abroad(gap: Array, flows: Flows, survival: Array) -> _Abroad:
    """Both flows across the border shifted by one factor per sex and age that takes up the gaps' sum."""
    arrive, leave = 0.5 * (1.0 + survival), survival
    inward, outward = (flows.immigration * arrive).sum(axis=0), (flows.emigration * leave).sum(axis=0)
    factor = _factor(inward, outward, gap.sum(axis=0))
    immigration, emigration = flows.immigration * factor, flows.emigration / factor
    effect = (immigration - flows.immigration) * arrive - (emigration - flows.emigration) * leave
    return _Abroad(immigration, emigration, effect)


def _shifted(inward: Array, outward: Array, gap: Array, arrive: Array, leave: Array) -> tuple[Array, Array]:
    """Moves in and out (persons) after one factor per cell that changes what is left of them by `gap`."""
    factor = _factor(inward * arrive, outward * leave, gap)
    return inward * factor, outward / factor


def _factor(inward: Array, outward: Array, gap: Array) -> Array:
    """x > 0 with `inward·x − outward/x = inward − outward + gap`; 1 where nobody moves.

    >>> float(_factor(np.array(4.0), np.array(1.0), np.array(0.75)).round(4))
    1.1541
    """
    net = inward - outward + gap
    moved = (inward > _SMALL) & (outward > _SMALL)
    root = np.sqrt(net**2 + 4.0 * inward * outward)
    # the form without cancellation: of (net + root)/2·in and 2·out/(root − net), the one that adds
    rising = np.divide(net + root, 2.0 * inward, out=np.ones_like(net), where=moved & (net >= 0))
    return np.asarray(np.divide(2.0 * outward, root - net, out=rising, where=moved & (net < 0)))


def _hazard(rates: YearRates, flows: Flows, aged: Array, target: Array) -> Array:
    """Hazards from `DYING_FROM` on under which as many are left as the target says."""
    half = 0.5 * (flows.moved_in + flows.immigration)
    exposed = aged + half - flows.moved_out - flows.emigration
    survival = np.clip(_ratio(target - half, exposed, 0.5), 1e-3, 1.0 - 1e-6)
    old = np.arange(AGES) >= DYING_FROM
    return np.asarray(np.where(old & (exposed > _SMALL), -np.log(survival), rates.hazard))
