"""One area and the rest of the country: what a live what-if is given, and the rates and errors of both.

The rest is one area whose rates are what the country's leave when the area's own are taken out. On the
expected path the pair moves as the night's areas did; in the draws the rest has the national factors and the
part of misjudged growth that all areas share, but no chance of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.chance import Misjudged
from foresight.cohorts import FEMALE, Array, InputError, Inputs
from foresight.engine import advance
from foresight.growth import Growth
from foresight.paths import YearRates
from foresight.project import ENGINE_VERSION, Projection
from foresight.uncertainty import (
    _GROWTH_OF_AREA,
    _GROWTH_OF_CLASS,
    CLASS_PERSISTENCE,
    NationalDraws,
    antithetic,
    bounded,
    growth_errors,
    scale_for,
)

REST = "rest"
"""Second area of a pair; a municipality's code is never this."""


@dataclass(frozen=True)
class LocalErrors:
    """Standard errors of one area's levels, as foresight/rates.py and foresight/growth.py estimate them.

    `growth_covariance[h, h]` of the area's own log growth, `class_error` of its size class (number
    `growth_class`); `net_error[sex, band]` of relative net moves.
    """

    growth_covariance: Array
    growth_class: int
    class_error: float
    net_error: Array
    fertility_error: float
    mortality_error: float


@dataclass(frozen=True)
class WhatIfInputs:
    """What a published snapshot carries for a what-if of one area.

    `stream` is the area's position among the night's areas, which its random numbers go by. `base[2, sex,
    age]` is the area and the rest on 31 December of `base_year`; `own` and `country` hold the rates of each
    year with one area. `national` and `moves_error[year, draw]` are the night's and the same for every area.
    """

    engine_version: str
    area: str
    stream: int
    base_year: int
    seed: int
    base: Array
    own: tuple[YearRates, ...]
    country: tuple[YearRates, ...]
    national: NationalDraws
    moves_error: Array
    errors: LocalErrors

    def __post_init__(self) -> None:
        if self.area == REST:
            raise InputError(f"{REST!r} is what is beside an area; a what-if is for one that has a name")
        years = {len(self.own), len(self.country), *(len(values) for values in self._by_year())}
        if len(years) != 1 or 0 in years:
            raise InputError(
                f"{self.area}: rates, factors and errors tell of {sorted(years)} years; expected one number"
            )

    def _by_year(self) -> tuple[Array, ...]:
        return (self.national.births, self.moves_error, self.errors.growth_covariance)

    @property
    def draws(self) -> int:
        """Draws of the night."""
        return int(self.moves_error.shape[1])


def what_if_inputs(projection: Projection, inputs: Inputs, area: str) -> WhatIfInputs:
    """What the snapshot of `projection` carries for `area`. Raises: InputError when it has no such area."""
    if area not in projection.areas:
        raise InputError(f"{area!r} is not projected; areas are {list(projection.areas[:5])} …")
    at = projection.areas.index(area)
    growth = projection.totals.growth
    return WhatIfInputs(
        engine_version=ENGINE_VERSION,
        area=area,
        stream=at,
        base_year=projection.base_year,
        seed=projection.seed,
        base=np.stack([inputs.base[at], inputs.base.sum(axis=0) - inputs.base[at]]),
        own=tuple(_only(rates, at) for rates in projection.year_rates),
        country=country_rates(projection, inputs),
        national=projection.national,
        moves_error=shared_moves_error(projection, inputs),
        errors=LocalErrors(
            growth_covariance=growth.local_covariance[at],
            growth_class=int(growth.classes[at]),
            class_error=float(growth.class_error[growth.classes[at]]),
            net_error=projection.rates.internal.net_error[at],
            fertility_error=float(projection.rates.fertility_error[at]),
            mortality_error=float(projection.rates.mortality_error[at]),
        ),
    )


def _only(rates: YearRates, at: int) -> YearRates:
    """The rates of the area at `at` alone."""
    one = slice(at, at + 1)
    return YearRates(
        rates.fertility[one],
        rates.hazard[one],
        rates.out_rate[one],
        rates.in_weight[one],
        rates.immigration[one],
        rates.emigration_rate[one],
        rates.sex_shares,
    ).as_type(np.float64)


def country_rates(projection: Projection, inputs: Inputs) -> tuple[YearRates, ...]:
    """Rates of the whole country as one area, every year: means by those exposed, sums of persons."""
    found = []
    before = inputs.base
    for rates, flows, after in zip(projection.year_rates, projection.flows, projection.expected, strict=True):
        cohorts = advance(before, flows.births)
        exposed = cohorts - flows.moved_out - flows.emigration + 0.5 * (flows.moved_in + flows.immigration)
        women = 0.5 * (before[:, FEMALE] + after[:, FEMALE])
        found.append(_joined(rates.as_type(np.float64), _Exposed(cohorts, exposed, women)))
        before = after
    return tuple(found)


@dataclass(frozen=True)
class _Exposed:
    """Exposed in one year: `cohorts` to leaving, `dying` to death `[area, sex, age]`, `women` to birth."""

    cohorts: Array
    dying: Array
    women: Array


def _joined(rates: YearRates, who: _Exposed) -> YearRates:
    def mean(values: Array, weights: Array) -> Array:
        return _share((values * weights).sum(axis=0), weights.sum(axis=0))[None]

    survival = mean(np.exp(-rates.hazard), who.dying)
    return YearRates(
        fertility=mean(rates.fertility, who.women),
        hazard=-np.log(np.where(survival > 0, survival, 1.0)),
        out_rate=mean(rates.out_rate, who.cohorts),
        in_weight=rates.in_weight.sum(axis=0, keepdims=True),
        immigration=rates.immigration.sum(axis=0, keepdims=True),
        emigration_rate=mean(rates.emigration_rate, who.cohorts),
        sex_shares=rates.sex_shares,
    )


def pair_rates(own: YearRates, country: YearRates, before: Array) -> YearRates:
    """Rates of the area and the rest in one year, after `before[2, sex, age]` on 31 December before."""
    all_in = before.sum(axis=0, keepdims=True)
    everyone = _exposed(country, all_in, None)
    # in-movers per unit of in-weight, as the pool shares them out
    share = _share(country.out_rate * everyone.cohorts, country.in_weight)
    mine = _exposed(own, before[:1], share)

    def other(whole: Array, part: Array, total: Array, less: Array) -> Array:
        left = np.maximum(total - less, 0.0)  # a difference of equals may be negative by a rounding
        return np.concatenate([part, _share(np.maximum(whole * total - part * less, 0.0), left)])

    survival = other(np.exp(-country.hazard), np.exp(-own.hazard), everyone.dying, mine.dying)
    return YearRates(
        fertility=other(country.fertility, own.fertility, everyone.women, mine.women),
        hazard=-np.log(np.clip(survival, np.finfo(np.float32).tiny, 1.0)),
        out_rate=other(country.out_rate, own.out_rate, everyone.cohorts, mine.cohorts),
        in_weight=_less(country.in_weight, own.in_weight),
        immigration=_less(country.immigration, own.immigration),
        emigration_rate=other(country.emigration_rate, own.emigration_rate, everyone.cohorts, mine.cohorts),
        sex_shares=country.sex_shares,
    )


def _exposed(rates: YearRates, before: Array, share: Array | None) -> _Exposed:
    """Exposed of `before[1, sex, age]`; `share` of in-weights moves in, or as many as leave (None)."""

    def year(cohorts: Array) -> tuple[Array, Array]:
        moved_in = cohorts * rates.out_rate if share is None else rates.in_weight * share
        half = 0.5 * (moved_in + rates.immigration)
        dying = cohorts * (1.0 - rates.out_rate - rates.emigration_rate) + half
        return dying, dying * np.exp(-rates.hazard) + half

    unborn = np.zeros(before.shape[:2])
    _, end = year(advance(before, unborn))
    women = 0.5 * (before[:, FEMALE] + end[:, FEMALE])
    born = (rates.fertility * women).sum(axis=1)
    cohorts = advance(before, born[:, None] * rates.sex_shares)
    return _Exposed(cohorts, year(cohorts)[0], women)


def _less(whole: Array, part: Array) -> Array:
    return np.concatenate([part, np.maximum(whole - part, 0.0)])


def _share(part: Array, whole: Array) -> Array:
    return np.asarray(np.divide(part, whole, out=np.zeros(whole.shape), where=whole > 0))


def shared_moves_error(projection: Projection, inputs: Inputs) -> Array:
    """Relative error of all moves of the country by misjudged growth, `[year, draw]`: areas' mean by moves.

    What one area draws from the pool depends on how all others are misjudged; this is that, in one number.
    """
    growth = projection.totals.growth
    areas = len(projection.areas)
    lasting = misjudged(
        growth_errors(growth, projection.draws, projection.seed),
        growth.local_covariance,
        _class_errors(growth),
        projection.flows[0].internal.sum(axis=(1, 2)) / np.maximum(inputs.base.sum(axis=(1, 2)), 1.0),
    )
    errors = np.empty((len(projection.years), projection.draws))
    for position, flows in enumerate(projection.flows):
        moves = flows.internal.sum(axis=(1, 2))
        each = np.stack([bounded(lasting.moves(area, position)) for area in range(areas)])
        errors[position] = _share(moves @ each, np.broadcast_to(moves.sum(), each.shape[1:]))
    return errors


def _class_errors(growth: Growth) -> Array:
    return growth.class_error[growth.classes]


def misjudged(
    growth: Array, covariance: Array, class_error: Array, mobility: Array, errors: LocalErrors | None = None
) -> Misjudged:
    """Lasting errors of areas `[area, …]`; those of levels only with `errors`, then of the one area."""
    variance = np.diagonal(covariance, axis1=1, axis2=2)
    areas = len(growth)
    nothing = np.zeros(areas)
    return Misjudged(
        growth=growth,
        spread=np.sqrt(np.maximum(variance, 0.0) + class_error[:, None] ** 2),
        mobility=mobility,
        net=nothing if errors is None else scale_for(errors.net_error[None] ** 2),
        fertility=nothing if errors is None else scale_for(np.array([errors.fertility_error**2])),
        mortality=nothing if errors is None else scale_for(np.array([errors.mortality_error**2])),
    )


def own_growth_errors(known: WhatIfInputs) -> Array:
    """Errors of the area's yearly log growth, `[1, h, draw]`: those of `growth_errors` in the night."""
    horizon = len(known.own)
    lag = np.abs(np.subtract.outer(np.arange(horizon), np.arange(horizon)))
    path = np.linalg.cholesky(CLASS_PERSISTENCE**lag).astype(np.float32)
    errors = known.errors
    common = np.random.Generator(np.random.SFC64([known.seed, _GROWTH_OF_CLASS, errors.growth_class]))
    alone = np.random.Generator(np.random.SFC64([known.seed, _GROWTH_OF_AREA, known.stream]))
    root = np.linalg.cholesky(errors.growth_covariance + 1e-12 * np.eye(horizon)).astype(np.float32)
    drawn = root @ antithetic(alone, (horizon,), known.draws)
    drawn += np.float32(errors.class_error) * (path @ antithetic(common, (horizon,), known.draws))
    return np.asarray(drawn[None])
