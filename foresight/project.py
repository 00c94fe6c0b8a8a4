"""A whole projection: rates, expected path, joint draws, and their summary by age, group and area."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.chance import DrawnNoise, Flows, LocalDraws, Misjudged, chance_scales
from foresight.cohorts import Array, InputError, Inputs, size_class
from foresight.guide import YearGuide, guided
from foresight.hamilton_perry import CohortRatios, estimate_ratios
from foresight.official import official_ratios, official_weights
from foresight.panel import OfficialVintage
from foresight.paths import UNCHANGED, Factors, Paths, YearRates, rates_of_year
from foresight.rates import Rates, estimate_rates
from foresight.regional import FEWEST_TABLES
from foresight.scenarios import BASE, Scenario, applied
from foresight.schedules import Schedules
from foresight.service_need import SCHEMES, AgeGroup
from foresight.summary import MEAN_DECIMALS, QUANTILE_DECIMALS, Bands, Observe, Summary
from foresight.totals import MEMBERS, Totals, estimate_totals
from foresight.uncertainty import (
    NationalDraws,
    NationalSpread,
    growth_errors,
    mortality_by_age,
    national_draws,
    scale_for,
    yearly_chance,
)

__all__ = [
    "ENGINE_VERSION",
    "MEAN_DECIMALS",
    "QUANTILE_DECIMALS",
    "Bands",
    "Observe",
    "Progress",
    "Projection",
    "project",
]

ENGINE_VERSION = "1.2.0"
"""Raised whenever the same input would give other figures; readers that reuse draws refuse another."""

SHARES, COHORT_RATIOS, NATIONAL_TREND = "shares", "cohort ratios", "national trend"
PARTS = (SHARES, COHORT_RATIOS, NATIONAL_TREND, *MEMBERS)
"""Parts of the ensemble that a projection can do without: all shares, or single members of them."""
Progress = Callable[[int, int], None]
"""Called with (years done, years in all)."""


@dataclass(frozen=True)
class Projection:
    """What a run gives: bands by age `[year, area, sex, age]` and by group `[year, area, group]`.

    `aggregates` are the areas' unions in the order of the last dimension but one of
    `by_aggregate[year, aggregate, group]`; their bands come from joint draws. `expected` is the path
    without randomness, `flows` its events and `year_rates` the rates behind it and the draws, one entry a
    year; all of them under `scenario`.
    """

    base_year: int
    years: tuple[int, ...]
    areas: tuple[str, ...]
    aggregates: tuple[str, ...]
    groups: tuple[AgeGroup, ...]
    by_age: Bands
    by_group: Bands
    by_aggregate: Bands
    expected: Array
    flows: tuple[Flows, ...]
    rates: Rates
    year_rates: tuple[YearRates, ...]
    totals: Totals
    national: NationalDraws
    seed: int
    draws: int
    scenario: Scenario = BASE
    regional_areas: int = 0
    """Areas that lean on their region's past, for want of age tables (foresight/regional.py)."""


def project(
    inputs: Inputs,
    *,
    horizon: int,
    draws: int,
    seed: int,
    unions: Mapping[str, Sequence[str]] | None = None,
    groups: tuple[AgeGroup, ...] = SCHEMES,
    schedules: Schedules,
    official: OfficialVintage | None = None,
    totals_history: Array | None = None,
    spread: NationalSpread | None = None,
    progress: Progress | None = None,
    observe: Observe | None = None,
    scenario: Scenario = BASE,
    parents: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    single_ages: bool = True,
) -> Projection:
    """Population of every area to `horizon` years after the base year, with bands from joint draws.

    `unions` names sets of areas to sum within each draw. `official` is a published projection that joins the
    ensemble; `totals_history[year, area]` longer totals than the events' own, the last row the base year's.
    `scenario` acts on the base's rates and has its random numbers. `parents` names the region of areas: those
    that the schedules know stand in for what few age tables cannot tell. Same inputs and seed, same result.
    `without` names parts of the ensemble that are left out (`PARTS`), to see what they are worth. Quantiles
    by single age are NaN without `single_ages`.
    Raises: InputError for an unknown member, a schedule from the future, or a horizon, number of draws or
    scenario that cannot be; BalanceError when a step's accounting does not hold.
    """
    if schedules.latest_year > inputs.base_year:
        raise InputError(
            f"schedules {schedules.name} rest on {schedules.latest_year}, later than the base year "
            f"{inputs.base_year}; choose those that were known then"
        )
    if horizon < 1 or draws < 2 or draws % 2:
        raise InputError(
            f"horizon {horizon}, draws {draws}: expected at least 1 year and an even number of draws"
        )
    if unknown := sorted(set(without) - set(PARTS)):
        raise InputError(f"without {unknown}: expected some of {list(PARTS)}")
    unions = unions or {}
    member = _membership(inputs.areas, unions)
    rates = estimate_rates(inputs, schedules)
    history = inputs.events.population if totals_history is None else totals_history
    totals = estimate_totals(history, yearly_chance(inputs.events), horizon, without=without)
    national = national_draws(spread or NationalSpread(), horizon, draws, seed)
    members = _Members(inputs, rates, schedules, totals, official, without, parents)
    run = _Run(inputs, rates, national, members, draws, seed, scenario)
    summary = Summary(horizon, len(inputs.areas), member, groups, observe, single_ages=single_ages)
    expected = np.empty((horizon, *inputs.base.shape))
    flows, year_rates = [], []
    for position in range(horizon):
        happened, used = run.advance(position)
        flows.append(happened)
        year_rates.append(used)
        expected[position] = run.followed.population[..., 0]
        summary.add(position, run.paths.population)
        if progress:
            progress(position + 1, horizon)
    return Projection(
        base_year=inputs.base_year,
        years=tuple(range(inputs.base_year + 1, inputs.base_year + horizon + 1)),
        areas=inputs.areas,
        aggregates=tuple(unions),
        groups=groups,
        by_age=summary.by_age,
        by_group=summary.by_group,
        by_aggregate=summary.by_aggregate,
        expected=expected,
        flows=tuple(flows),
        rates=rates,
        year_rates=tuple(year_rates),
        totals=totals,
        national=national,
        seed=seed,
        draws=draws,
        scenario=scenario,
        regional_areas=members.regional_areas,
    )


def _membership(areas: tuple[str, ...], unions: Mapping[str, Sequence[str]]) -> Array:
    """Which areas each union holds, `[union, area]` of 0 and 1."""
    position = {area: i for i, area in enumerate(areas)}
    member = np.zeros((len(unions), len(areas)))
    for row, (union, parts) in enumerate(unions.items()):
        unknown = sorted(set(parts) - set(position))
        if unknown:
            raise InputError(f"{union} has members that are not projected: {unknown[:10]}")
        member[row, [position[part] for part in parts]] = 1.0
    return member


class _Members:
    """What the members of the ensemble say, year by year."""

    def __init__(
        self,
        inputs: Inputs,
        rates: Rates,
        schedules: Schedules,
        totals: Totals,
        official: OfficialVintage | None,
        without: Collection[str],
        parents: Mapping[str, str] | None,
    ) -> None:
        self.totals = totals
        self._without = without
        self._leeway = rates.internal.leeway
        self._base_year, self._base = inputs.base_year, inputs.base.sum(axis=1)
        self._official = official
        tables = len(inputs.tables.years)
        self._weights = official_weights(tables)
        self._departure: Array | None = None
        if schedules.regions is not None and tables < FEWEST_TABLES:
            self._departure = schedules.regions.of(inputs.areas, parents)
        self.regional_areas = 0 if self._departure is None else int(self._departure.any(axis=(1, 2)).sum())
        self._ratios: CohortRatios | None = estimate_ratios(
            inputs.tables.population,
            inputs.tables.years,
            schedules.drift(),
            size_class(inputs.base.sum(axis=(1, 2))),
            schedules.hazard() * np.exp(schedules.drift() * (inputs.base_year - schedules.latest_year)),
        )

    def guide(self, position: int) -> YearGuide:
        """The guide of the year `position` years after the first projected one."""
        year = self._base_year + position + 1
        ratios = None if COHORT_RATIOS in self._without else self._ratios
        growth = self.totals.growth
        trend = NATIONAL_TREND not in self._without
        return YearGuide(
            years_on=position + 1,
            share=None if SHARES in self._without else self.totals.share[position],
            national_rate=float(growth.national[position]) if trend else None,
            leeway=self._leeway,
            departure=self._departure,
            ratio=None if ratios is None else ratios.ratio_after(position + 1),
            ratio_weight=0.0 if ratios is None else ratios.transitions / (ratios.transitions + 2.0),
            official_ratio=None
            if self._official is None
            else official_ratios(self._official, self._base_year, self._base, year),
            official_weight=self._weights,
        )


class _Run:
    """The expected path and the drawn paths, moved on together.

    Under a scenario the base's expected path goes on beside the one `followed`: the ensemble guides the base,
    and would undo a scenario if it were asked about that.
    """

    def __init__(
        self,
        inputs: Inputs,
        rates: Rates,
        national: NationalDraws,
        members: _Members,
        draws: int,
        seed: int,
        scenario: Scenario,
    ) -> None:
        self.rates, self.national, self.base_year = rates, national, inputs.base_year
        self.expected = Paths(inputs.base, 1, np.float64)
        self.followed = Paths(inputs.base, 1, np.float64) if scenario.levers else self.expected
        self._scenario, self._areas = scenario, inputs.areas
        self.paths = Paths(inputs.base, draws, np.float32)
        self._members = members
        self._base = inputs.base
        self._draws, self._seed = draws, seed
        self._local: LocalDraws | None = None

    def advance(self, position: int) -> tuple[Flows, YearRates]:
        """Move all on by one year; the flows of the path followed and the rates of the year."""
        year = self.base_year + position + 1
        rates = guided(
            rates_of_year(self.rates, position + 1, np.float64),
            self.expected.population[..., 0],
            self._members.guide(position),
            f"ensemble, {year}",
        )
        flows = self.expected.step(rates, UNCHANGED, None, f"expected path, {year}")
        assert flows is not None
        if self._local is None:
            self._local = LocalDraws(self._seed, self._draws, self.base_year, self._misjudged(flows))
        scales = chance_scales(flows)
        if self._scenario.levers:
            before = self.followed.population[..., 0]
            rates = applied(rates, before, position + 1, self._areas, self._scenario)
            flows = self.followed.step(rates, UNCHANGED, None, f"{self._scenario.id}, {year}")
            assert flows is not None
        used = rates.as_type(np.float32)
        self.paths.step(
            used,
            Factors(
                self.national.births[position],
                mortality_by_age(self.national.mortality[position]),
                self.national.immigration[position],
                self.national.emigration[position],
            ),
            DrawnNoise(self._local, scales, year),
            f"draws, {year}",
        )
        return flows, used

    def _misjudged(self, flows: Flows) -> Misjudged:
        growth = self._members.totals.growth
        people = np.maximum(self._base.sum(axis=(1, 2)), 1.0)
        variance = np.diagonal(growth.local_covariance, axis1=1, axis2=2)
        shared = growth.class_error[growth.classes] ** 2
        return Misjudged(
            growth=growth_errors(growth, self._draws, self._seed),
            spread=np.sqrt(np.maximum(variance, 0.0) + shared[:, None]),
            mobility=flows.internal.sum(axis=(1, 2)) / people,
            net=scale_for(self.rates.internal.net_error**2),
            fertility=scale_for(self.rates.fertility_error**2),
            mortality=scale_for(self.rates.mortality_error**2),
        )
