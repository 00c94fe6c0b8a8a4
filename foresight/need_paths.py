"""Service need of every area at once, gathered while the draws go by: counts, probabilities, kept draws.

A projection sums the groups of `NEED_GROUPS` within its draws and gives their bands itself. What bands cannot
tell is gathered here, year by year (`Observe`): weighted counts such as children in day care, whether a path
has crossed a limit by a year, and the draws of children in the areas that have registers of their own. Only
those are ever held for all years.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from foresight.cohorts import AGES, Array, InputError
from foresight.day_care import DAY_CARE_AGES
from foresight.event_probability import EventCount, EventRule
from foresight.service_need import CHILDREN, NEED, NEED_GROUPS, SCHEMES, AgeGroup, group_sums
from foresight.summary import MEAN_DECIMALS, QUANTILE_DECIMALS, QUANTILES, Bands

DAY_CARE_CHILDREN = "day_care_children"
"""Children in day care if as many took part as the rates say; weighted, so no age group."""
GROUPS: tuple[AgeGroup, ...] = (*SCHEMES, *NEED_GROUPS)
"""The groups a projection must sum for `NeedPaths` to watch it."""
MEASURES = (*(group.label for group in NEED_GROUPS), DAY_CARE_CHILDREN)

_PLACE = {group.label: k for k, group in enumerate(GROUPS) if group.scheme == NEED}
_CHILDREN = [_PLACE[group.label] for group in NEED_GROUPS[: len(CHILDREN)]]
_DAY_CARE = _CHILDREN[: len(DAY_CARE_AGES)]


def weights_of(measure: str, day_care_rates: Sequence[float]) -> Array:
    """By how much someone of each age counts in `measure`. Raises: InputError for an unknown one.

    >>> weights_of("children_1_2", ())[:4].tolist()
    [0.0, 1.0, 1.0, 0.0]
    """
    weights = np.zeros(AGES)
    if measure == DAY_CARE_CHILDREN:
        weights[: len(DAY_CARE_AGES)] = day_care_rates
        return weights
    for group in NEED_GROUPS:
        if group.label == measure:
            weights[group.age_from : group.age_to + 1] = 1.0
            return weights
    raise InputError(f"unknown measure {measure!r}; expected one of {', '.join(MEASURES)}")


@dataclass(frozen=True)
class EventPaths:
    """How likely `rule` is, `now` and `by_then[year, area]`.

    `base[area]` is the measure in the base year, `limits[area]` the limit, NaN where it makes no sense.
    """

    rule: EventRule
    base: Array
    limits: Array
    now: Array
    by_then: Array


class NeedPaths:
    """What a projection's draws tell of service need; give `observe` and `GROUPS` to `project`.

    `base[area, age]` is the population of the base year, `unions` the positions of the members of each area
    that is summed, `day_care_rates` shares of ages 0–6 in day care, `keep` positions of areas whose children
    are kept in every draw. Raises: InputError for a rule about an unknown measure.
    """

    def __init__(
        self,
        base: Array,
        *,
        horizon: int,
        draws: int,
        day_care_rates: Sequence[float],
        unions: Sequence[Sequence[int]] = (),
        rules: Sequence[EventRule] = (),
        keep: Sequence[int] = (),
    ) -> None:
        areas = len(base)
        self._rates = np.asarray(day_care_rates, dtype=np.float64)
        self.unions = [list(members) for members in unions]
        """Positions of the members of each area that is summed."""
        self.day_care = _empty((horizon, areas))
        self.day_care_of_unions = _empty((horizon, len(self.unions)))
        self.events = []
        for rule in rules:
            people = base @ weights_of(rule.measure, day_care_rates)
            shape = (horizon, areas)
            self.events.append(
                EventPaths(rule, people, rule.limits(people), np.empty(shape), np.empty(shape))
            )
        self._counts = [EventCount(paths.rule.side, paths.limits, draws) for paths in self.events]
        self.kept: Mapping[int, Array] = {area: np.zeros((horizon, AGES, draws)) for area in keep}
        """Children of ages 0–15 in every draw, `[year, age, draw]`; nobody at other ages."""

    def observe(self, position: int, people: Array) -> None:
        """Take in one year: `people[area, group, draw]`, groups in the order of `GROUPS`."""
        day_care = np.einsum("a,iad->id", self._rates, people[:, _DAY_CARE])
        _summarise(self.day_care, position, day_care)
        if self.unions:
            together = np.stack([day_care[members].sum(axis=0) for members in self.unions])
            _summarise(self.day_care_of_unions, position, together)
        for paths, count in zip(self.events, self._counts, strict=True):
            measure = paths.rule.measure
            figures = day_care if measure == DAY_CARE_CHILDREN else people[:, _PLACE[measure]]
            # people are whole: 19.6 expected persons are twenty, not fewer
            paths.now[position], paths.by_then[position] = count.add(np.rint(figures))
        for area, children in self.kept.items():
            children[position, : len(CHILDREN)] = people[area, _CHILDREN]


def base_counts(base: Array, day_care_rates: Sequence[float]) -> Array:
    """What each of `MEASURES` is in the base year, `[area, measure]`, from `base[area, age]`."""
    groups = group_sums(base, NEED_GROUPS)
    day_care = base @ weights_of(DAY_CARE_CHILDREN, day_care_rates)
    return np.concatenate([groups, day_care[:, None]], axis=1)


def _empty(shape: tuple[int, ...]) -> Bands:
    return Bands(*(np.empty(shape) for _ in range(4)))


def _summarise(bands: Bands, position: int, figures: Array) -> None:
    """Write mean and quantiles of `figures[area, draw]`."""
    bands.mean[position] = figures.mean(axis=1).round(MEAN_DECIMALS)
    quantiles = np.quantile(figures, QUANTILES, axis=1).round(QUANTILE_DECIMALS)
    for target, values in zip((bands.p10, bands.p50, bands.p90), quantiles, strict=True):
        target[position] = values
