"""A live what-if for one area: base and scenario on the same random numbers, so that a slider can drive it.

The area moves beside the rest of the country (foresight/one_area.py) by the engine's own steps, on the
night's national factors and the area's own streams of chance. Base and scenario differ in nothing but the
scenario, so their difference is smooth and its band is that of the difference, not of two forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from foresight.chance import OLD_FROM, ChanceScales, LocalDraws, chance_scales
from foresight.cohorts import AGES, SEXES, Array, InputError
from foresight.one_area import REST, WhatIfInputs, misjudged, own_growth_errors, pair_rates
from foresight.paths import UNCHANGED, Factors, Paths, YearNoise, YearRates
from foresight.project import ENGINE_VERSION, Bands
from foresight.scenarios import Scenario, applied
from foresight.service_need import SCHEMES, AgeGroup, group_sums
from foresight.uncertainty import bounded, mortality_by_age

DRAWS = 500
"""Draws of a what-if unless the night had fewer."""
OWN, OTHERS = 0, 1


class OtherEngine(InputError):
    """The snapshot was made by another version of the engine."""


@dataclass(frozen=True)
class Outlook:
    """The area's future in every draw: `by_age[year, age, draw]` both sexes, as `service_need` takes it.

    `mean[year, sex, age]`; `by_group[year, group, draw]` in the order of `SCHEMES`, `bands` of it.
    """

    by_age: Array
    mean: Array
    by_group: Array
    bands: Bands

    def group(self, scheme: str, label: str) -> Array:
        """One group in every draw, `[year, draw]`, as `event_probability` takes it. Raises: InputError."""
        for position, group in enumerate(SCHEMES):
            if (group.scheme, group.label) == (scheme, label):
                figures: Array = self.by_group[:, position]
                return figures
        raise InputError(f"no age group {scheme}:{label}; known are those of SCHEMES")


@dataclass(frozen=True)
class WhatIf:
    """Base and scenario of one area; `difference` is scenario less base within draws, `[year, group]`."""

    area: str
    base_year: int
    years: tuple[int, ...]
    scenario_id: str
    scenario_hash: str
    groups: tuple[AgeGroup, ...]
    base: Outlook
    scenario: Outlook
    difference: Bands


@dataclass(frozen=True)
class _PairNoise(YearNoise):
    """Errors of the area, drawn once, and of the rest: mirrored pairs of draws, births in all draws.

    `own_moves[sex, age, pair]`, `own_deaths[sex, age − OLD_FROM, pair]`, `own_births[sex, draw]`,
    `rest_moves[pair]`.
    """

    own_moves: Array
    own_deaths: Array
    own_births: Array
    rest_moves: Array

    def write_moves(self, area: int, out: Array) -> None:
        out[...] = self.own_moves if area == OWN else self.rest_moves

    def write_deaths(self, area: int, out: Array) -> None:
        out[...] = self.own_deaths if area == OWN else 0.0

    def births(self, area: int) -> Array:
        return self.own_births[None] if area == OWN else np.ones((1, 1, 1), np.float32)


@dataclass(frozen=True)
class Prepared:
    """What every what-if of one area shares, whatever the scenario: worth keeping while a slider moves."""

    known: WhatIfInputs
    rates: tuple[YearRates, ...]
    factors: tuple[Factors, ...]
    noise: tuple[_PairNoise, ...]
    base: Outlook


def prepare(known: WhatIfInputs, draws: int = DRAWS) -> Prepared:
    """Rates, noise and the base outlook of `known`, with the night's first `draws` draws and their mirrors.

    Raises: OtherEngine when the snapshot's version is another; InputError for draws that cannot be.
    """
    if known.engine_version != ENGINE_VERSION:
        raise OtherEngine(
            f"the snapshot was projected by engine {known.engine_version}, this is {ENGINE_VERSION}: the "
            "same draws would give other figures; refresh, or run the version that made the snapshot"
        )
    draws = min(draws, known.draws)
    if draws < 2 or draws % 2:
        raise InputError(f"{draws} draws; expected an even number of at least 2")
    half = np.arange(draws // 2)
    chosen = np.concatenate([half, half + known.draws // 2])
    expected = Paths(known.base, 1, np.float64)
    rates, factors, noise = [], [], []
    local: LocalDraws | None = None
    for position, (own, country) in enumerate(zip(known.own, known.country, strict=True)):
        year = known.base_year + position + 1
        both = pair_rates(own, country, expected.population[..., 0])
        flows = expected.step(both, UNCHANGED, None, f"{known.area} and the rest, {year}")
        assert flows is not None
        moves = flows.internal.sum(axis=(1, 2))
        if local is None:
            local = _local_draws(known, float(moves[OWN]))
        rates.append(both)
        factors.append(_factors(known, position, chosen))
        weight = float(moves[OWN] / moves.sum()) if moves.sum() > 0 else 0.0
        noise.append(_noise(known, local, chance_scales(flows), position, chosen, weight))
    outlook = _outlook(known, tuple(rates), tuple(factors), tuple(noise), draws)
    return Prepared(known, tuple(rates), tuple(factors), tuple(noise), outlook)


def what_if(
    known: WhatIfInputs, scenario: Scenario, *, draws: int = DRAWS, prepared: Prepared | None = None
) -> WhatIf:
    """The area's future under `scenario` beside the base, on the same draws.

    `prepared` saves the base's part when it was made from the same `known`. `scenario` is for the area alone
    or the whole country. Raises: OtherEngine, InputError as `prepare` and `applied` say.
    """
    if scenario.areas is not None and scenario.areas != (known.area,):
        raise InputError(
            f"scenario {scenario.id} acts on {list(scenario.areas)[:10]}; a what-if of {known.area} can act "
            "on it alone or on the whole country"
        )
    if prepared is None or prepared.known is not known:
        prepared = prepare(known, draws)
    base = prepared.base
    changed = base
    if scenario.levers:
        rates = _under(scenario, prepared)
        changed = _outlook(known, rates, prepared.factors, prepared.noise, base.by_age.shape[2])
    return WhatIf(
        area=known.area,
        base_year=known.base_year,
        years=tuple(range(known.base_year + 1, known.base_year + 1 + len(known.own))),
        scenario_id=scenario.id,
        scenario_hash=scenario.hash,
        groups=SCHEMES,
        base=base,
        scenario=changed,
        difference=bands_of(changed.by_group - base.by_group),
    )


def bands_of(figures: Array) -> Bands:
    """Mean and interpolated quantiles over the last axis.

    >>> bands_of(np.array([0.0, 10.0, 20.0])).p90
    array(18.)
    """
    ordered = np.sort(figures, axis=-1)
    last = figures.shape[-1] - 1

    def quantile(share: float) -> Array:
        below = int(share * last)
        part = share * last - below
        upper = ordered[..., min(below + 1, last)]
        return np.asarray(ordered[..., below] * (1.0 - part) + upper * part)

    return Bands(figures.mean(axis=-1), quantile(0.1), quantile(0.5), quantile(0.9))


def _under(scenario: Scenario, prepared: Prepared) -> tuple[YearRates, ...]:
    """The rates of every year under the scenario, along its own expected path."""
    known = prepared.known
    expected = Paths(known.base, 1, np.float64)
    found = []
    for position, rates in enumerate(prepared.rates):
        before = expected.population[..., 0]
        changed = applied(rates, before, position + 1, (known.area, REST), scenario)
        expected.step(changed, UNCHANGED, None, f"{scenario.id}, {known.base_year + position + 1}")
        found.append(changed)
    return tuple(found)


def _outlook(
    known: WhatIfInputs,
    rates: tuple[YearRates, ...],
    factors: tuple[Factors, ...],
    noise: tuple[_PairNoise, ...],
    draws: int,
) -> Outlook:
    paths = Paths(known.base, draws, np.float32)
    by_age = np.empty((len(rates), AGES, draws), np.float32)
    mean = np.empty((len(rates), *known.base.shape[1:]))
    for position, of_year in enumerate(rates):
        name = f"what-if of {known.area}, {known.base_year + position + 1}"
        paths.step(of_year.as_type(np.float32), factors[position], noise[position], name)
        own = paths.population[OWN]
        own.sum(axis=0, out=by_age[position])
        mean[position] = own.mean(axis=-1, dtype=np.float64)
    by_group = group_sums(by_age, SCHEMES)
    return Outlook(by_age, mean, by_group, bands_of(by_group))


def _factors(known: WhatIfInputs, position: int, chosen: Array) -> Factors:
    national = known.national
    return Factors(
        national.births[position, chosen],
        mortality_by_age(national.mortality[position, chosen]),
        national.immigration[position, chosen],
        national.emigration[position, chosen],
    )


def _local_draws(known: WhatIfInputs, moves: float) -> LocalDraws:
    """The area's streams of the night: its errors stand at its position there, which names the streams."""
    errors = known.errors
    people = max(float(known.base[OWN].sum()), 1.0)
    one = misjudged(
        own_growth_errors(known),
        errors.growth_covariance[None],
        np.array([errors.class_error]),
        np.array([moves / people]),
        errors,
    )
    lasting = type(one)(*(_at_stream(values, known.stream) for values in vars(one).values()))
    return LocalDraws(known.seed, known.draws, known.base_year, lasting)


def _at_stream(values: Array, stream: int) -> Array:
    """`values[1, …]` as if they stood at `stream` of the first axis; nothing is copied."""
    return np.broadcast_to(values[:1], (stream + 1, *values.shape[1:]))


def _noise(
    known: WhatIfInputs, local: LocalDraws, scales: ChanceScales, position: int, chosen: Array, weight: float
) -> _PairNoise:
    """Errors of one year; `weight`, the area's share of the country's moves, leaves the shared error."""
    year, stream, pairs = known.base_year + position + 1, known.stream, len(chosen) // 2
    here = ChanceScales(*(_at_stream(values, stream) for values in vars(scales).values()))
    moves = np.empty((len(SEXES), AGES, local.pairs), np.float32)
    deaths = np.empty((len(SEXES), AGES - OLD_FROM, local.pairs), np.float32)
    local.pairs_of_moves(stream, year, here, moves)
    local.pairs_of_deaths(stream, year, here, deaths)
    mine = bounded(local.lasting.moves(stream, position).copy())
    rest = (known.moves_error[position] - weight * mine) / (1.0 - weight) if weight < 1.0 else 0.0 * mine
    births = local.births(stream, year, here)[:, chosen]
    return _PairNoise(local, here, year, moves[..., :pairs], deaths[..., :pairs], births, rest[:pairs])
