"""A comparison of one KPI in one period: every municipality's value, place and change within a group."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median

from contract.locale_formats import number, ordinal, percent, period_before
from contract.narrative import Change, Measured, change_between
from dashboards.components.breaks import breaks_of, comparable
from dashboards.components.comparison_groups import Group
from dashboards.components.kpi_figures import caveats
from dashboards.context import RequestContext
from dashboards.data.records import Kpi, KpiPoint

SMALLEST_RANKED = 3
"""Municipalities with a value that a place among them needs to say something."""


@dataclass(frozen=True)
class Place:
    """One municipality's figure; `place` is None without a value, and `status` says why there is none."""

    code: str
    name: str
    value: float | None
    status: str
    lower: float | None
    upper: float | None
    place: int | None
    change: Change | None
    loaded: bool = True
    """False when the snapshot has not even a reason for the missing value."""


@dataclass(frozen=True)
class Comparison:
    """The members of a group in order: by place, then by name; those without a value last."""

    kpi: Kpi
    period: str
    before: str | None
    """The period that changes are counted from; None where there is none or a break forbids it."""
    group: Group
    places: tuple[Place, ...]
    own: Place

    @cached_property
    def values(self) -> list[float]:
        return [place.value for place in self.places if place.value is not None]

    @property
    def n(self) -> int:
        """How many have a value; every place is told with it."""
        return len(self.values)

    @cached_property
    def ranked(self) -> bool:
        """True when a place in the group means something; in the country only a place among all does:

        every municipality then has a value or a published reason for having none.
        """
        complete = self.group.kind != "country" or all(place.loaded for place in self.places)
        return complete and self.n >= SMALLEST_RANKED

    @cached_property
    def has_intervals(self) -> bool:
        """True when chance is told beside the figures."""
        return any(place.lower is not None and place.upper is not None for place in self.places)

    @cached_property
    def median(self) -> float | None:
        return median(self.values) if self.values else None


class Figures:
    """One KPI's figures of all municipalities in a period and in the one it is compared with."""

    def __init__(self, context: RequestContext, kpi: Kpi, period: str) -> None:
        self.context, self.kpi, self.period = context, kpi, period
        self.before = _comparable_period(context, kpi, period)
        self.now = _by_code(context.snapshot.kpi_values(kpi.kpi_id, period))
        self.then = _by_code(context.snapshot.kpi_values(kpi.kpi_id, self.before)) if self.before else {}

    def among(self, group: Group) -> Comparison:
        """The figures of `group` in rank order."""
        unplaced = [self._place(code) for code in group.members]
        values = [place.value for place in unplaced if place.value is not None]
        places = sorted(
            (_placed(place, values, self.kpi.direction) for place in unplaced),
            key=lambda place: (place.place is None, place.place or 0, place.name),
        )
        own = next(place for place in places if place.code == self.context.municipality_code)
        return Comparison(self.kpi, self.period, self.before, group, tuple(places), own)

    def _place(self, code: str) -> Place:
        name = self.context.snapshot.municipality(code).name(self.context.language)
        point = self.now.get(code)
        if point is None:
            return Place(code, name, None, "not_available", None, None, None, None, loaded=False)
        change = _change(self.kpi, point, self.then.get(code))
        return Place(code, name, point.value, point.value_status, point.lower, point.upper, None, change)


def _by_code(points: list[KpiPoint]) -> dict[str, KpiPoint]:
    return {point.area_code: point for point in points}


def _comparable_period(context: RequestContext, kpi: Kpi, period: str) -> str | None:
    """The same month or quarter a year before; for years the nearest earlier one, never over a break."""
    earlier = [code for code in context.snapshot.kpi_periods(kpi.kpi_id) if code < period]
    if kpi.period_type != "year":
        earlier = [code for code in earlier if code == period_before(period)]
    earlier = comparable(breaks_of(context, kpi), earlier, period)
    return earlier[0] if earlier else None


def _change(kpi: Kpi, now: KpiPoint, then: KpiPoint | None) -> Change | None:
    if then is None or now.value is None or then.value is None:
        return None
    return change_between(
        Measured(now.period, now.value, now.lower, now.upper),
        Measured(then.period, then.value, then.lower, then.upper),
        kpi.decimals,
    )


def _placed(place: Place, values: list[float], direction: str) -> Place:
    """The same with its place among `values`; ties share the better place."""
    if place.value is None:
        return place
    own = place.value
    ahead = sum(1 for value in values if (value < own if direction == "lower" else value > own))
    return replace(place, place=ahead + 1)


def value_text(kpi: Kpi, value: float, language: str) -> str:
    """The value for a list whose unit is told once: shares with their sign, others bare."""
    if kpi.unit == "pct":
        return percent(value, language, kpi.decimals)
    return number(value, language, kpi.decimals)


def rank_text(comparison: Comparison, place: Place, context: RequestContext) -> str:
    """`9. / 13`, `9th / 13`; empty where a place would say nothing."""
    if place.place is None or not comparison.ranked:
        return ""
    spoken = ordinal(place.place, context.language)
    return context.text("compare.rank", place=spoken, n=comparison.n)


def warnings(context: RequestContext, comparison: Comparison) -> list[str]:
    """The figure's age in words when it is old, what it includes, and whether it may change."""
    kpi = comparison.kpi
    point = next(iter(context.snapshot.kpi_values(kpi.kpi_id, comparison.period)))
    return caveats(kpi, replace(point, value_status=comparison.own.status), context)


def order_text(kpi: Kpi, context: RequestContext) -> str:
    """Which end is first, and whether that is the better one."""
    direction = kpi.direction if kpi.direction in ("higher", "lower") else "none"
    return context.text(f"compare.order.{direction}")
