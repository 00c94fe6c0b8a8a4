"""What a KPI card says, as data and words: the newest figure, its change, its place and its caveats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from contract.locale_formats import number, ordinal, percent, period, period_before
from contract.narrative import (
    Change,
    KpiNews,
    Measured,
    change_between,
    change_words,
    is_older_than_normal,
    of_period,
)
from dashboards.components.breaks import breaks_of, meaning_changes_between, words_before
from dashboards.context import RequestContext
from dashboards.data.history_queries import Break
from dashboards.data.records import Area, Kpi, KpiPoint, Rank

SMALLEST_NETWORK = 3
"""Members a network needs for a place in it to say something."""
SPARK_YEARS = 15
"""Years drawn in a sparkline, counted back from the newest figure."""
_STEPS_PER_YEAR = {"year": 1, "quarter": 4, "month": 12}


@dataclass(frozen=True)
class Standing:
    """A place among a set of municipalities: its kind picks the words, `name` is the set's own."""

    kind: Literal["country", "region", "other", "similar"]
    name: str
    rank: Rank


@dataclass(frozen=True)
class KpiFigure:
    """A municipality's newest figure of one KPI, ready to be told."""

    kpi: Kpi
    point: KpiPoint
    change: Change | None
    broken_by: Break | None
    """The break that forbids a comparison with the period before."""
    standings: tuple[Standing, ...]
    recent: tuple[float | None, ...]
    """Values of the last years in equal steps, None where a period is missing or before a break."""

    def value_text(self, language: str) -> str:
        """The value as a card prints it: shares with their sign, others with the unit underneath."""
        value = self.point.value or 0.0
        if self.kpi.unit == "pct":
            return percent(value, language, self.kpi.decimals)
        return number(value, language, self.kpi.decimals)

    def unit_and_period(self, language: str) -> str:
        """`henkilöä · 2020`; only the period where the value carries its sign."""
        return " · ".join(filter(None, (self.kpi.unit_name(language), period(self.point.period, language))))

    def news(self, language: str) -> KpiNews | None:
        """What the narrative needs, or None where there is nothing to compare with."""
        if self.change is None:
            return None
        return KpiNews(
            self.kpi.kpi_id,
            self.kpi.name(language),
            self.kpi.unit,
            self.kpi.decimals,
            measured(self.point),
            self.change,
        )


def kpi_figures(context: RequestContext) -> dict[str, KpiFigure]:
    """The municipality's newest figures by KPI, in the catalogue's order; only KPIs with a value."""
    snapshot, code = context.snapshot, context.municipality_code
    latest = snapshot.kpi_latest(code)
    series = snapshot.kpi_histories(code)
    standings = _standings(context, {kpi_id: point.period for kpi_id, point in latest.items()})
    return {
        kpi.kpi_id: _figure(
            kpi,
            latest[kpi.kpi_id],
            series[kpi.kpi_id],
            standings.get(kpi.kpi_id, ()),
            breaks_of(context, kpi),
        )
        for kpi in snapshot.kpis()
        if kpi.kpi_id in latest
    }


def _figure(
    kpi: Kpi,
    point: KpiPoint,
    history: list[KpiPoint],
    standings: tuple[Standing, ...],
    breaks: list[Break],
) -> KpiFigure:
    before = _point_before(point, history)
    broken_by = (
        None if before is None else meaning_changes_between(breaks, before.period_end, point.period_end)
    )
    change = None
    if before is not None and broken_by is None:
        change = change_between(
            measured(point), measured(before), kpi.decimals, _usual_changes(history, point, before)
        )
    return KpiFigure(kpi, point, change, broken_by, standings, _recent(point, history, breaks))


def measured(point: KpiPoint) -> Measured:
    """The figure as the narrative takes it."""
    return Measured(point.period, point.value or 0.0, point.lower, point.upper)


def _point_before(point: KpiPoint, history: list[KpiPoint]) -> KpiPoint | None:
    """The same month or quarter a year before; for years, the nearest earlier year with a value."""
    earlier = [item for item in history if item.value is not None and item.period_end < point.period_end]
    if point.period_type == "year":
        return earlier[-1] if earlier else None
    wanted = period_before(point.period)
    return next((item for item in earlier if item.period == wanted), None)


def _usual_changes(history: list[KpiPoint], point: KpiPoint, before: KpiPoint) -> list[float]:
    """Changes over one year before the newest one; none when the newest spans more than a year."""
    if before.period != period_before(point.period):
        return []
    values = {item.period: item.value for item in history if item.value is not None}
    pairs = (
        (value, values.get(period_before(code))) for code, value in values.items() if code != point.period
    )
    return [value - before for value, before in pairs if before is not None]


def _recent(point: KpiPoint, history: list[KpiPoint], breaks: list[Break]) -> tuple[float | None, ...]:
    steps = SPARK_YEARS * _STEPS_PER_YEAR[point.period_type]
    newest = _step(point)
    values = {
        _step(item): item.value
        for item in history
        if meaning_changes_between(breaks, item.period_end, point.period_end) is None
    }
    line = [values.get(step) for step in range(newest - steps + 1, newest + 1)]
    first = next(index for index, value in enumerate(line) if value is not None)
    return tuple(line[first:])


def _step(point: KpiPoint) -> int:
    per_year = _STEPS_PER_YEAR[point.period_type]
    return point.period_end.year * per_year + (point.period_end.month * per_year - 1) // 12


def _standings(context: RequestContext, periods: dict[str, str]) -> dict[str, tuple[Standing, ...]]:
    """By KPI: the place in the country, if every municipality has a value, and in the network or region.

    Where nobody else there has a value, the place among similar municipalities.
    """
    snapshot, code, language = context.snapshot, context.municipality_code, context.language
    country = snapshot.kpi_ranks(periods, code)
    area = home_area(context)
    near = snapshot.kpi_ranks(periods, code, snapshot.members(area.area_code, context.today)) if area else {}
    similar = snapshot.kpi_ranks(periods, code, snapshot.similar_codes(code))
    result: dict[str, tuple[Standing, ...]] = {}
    for kpi_id in periods:
        standings = []
        if kpi_id in country and country[kpi_id].complete:
            standings.append(Standing("country", context.text("compare.group.country"), country[kpi_id]))
        if area is not None and kpi_id in near and near[kpi_id].n > 1:
            kind = "region" if area.area_type == "region" else "other"
            standings.append(Standing(kind, area.name(language), near[kpi_id]))
        elif kpi_id in similar and similar[kpi_id].n >= SMALLEST_NETWORK:
            standings.append(Standing("similar", context.text("compare.group.similar"), similar[kpi_id]))
        result[kpi_id] = tuple(standings)
    return result


def home_area(context: RequestContext) -> Area | None:
    """The municipality's largest network, or its region where it has none with enough known members."""
    snapshot, today = context.snapshot, context.today
    networks = snapshot.networks_of(context.municipality_code, today)
    sizes = {area.area_code: len(snapshot.members(area.area_code, today)) for area in networks}
    known = [area for area in networks if sizes[area.area_code] >= SMALLEST_NETWORK]
    if known:
        return max(known, key=lambda area: sizes[area.area_code])
    return snapshot.region_of(context.municipality_code)


def standing_text(standing: Standing, context: RequestContext) -> str:
    """`maassa 41. / 309`, `ePS2 3. / 13`; with figures missing `maakunnassa 7. / 9 (kuntia 30)`."""
    rank = standing.rank
    place = ordinal(rank.place, context.language)
    names = {"area": standing.name} if standing.kind == "other" else {}
    told = context.text(f"card.rank.{standing.kind}", place=place, n=rank.n, **names)
    return told if rank.complete else context.text("card.rank.partial", standing=told, members=rank.members)


def caveats(kpi: Kpi, point: KpiPoint, context: RequestContext) -> list[str]:
    """Short warnings that belong beside a figure: its age, what it includes, whether it may change."""
    found = []
    if is_older_than_normal(point.period_type, point.period_end, kpi.normal_lag_months or 0, context.today):
        found.append(context.text("card.old", when=of_period(point.period, context.language)))
    found += words_before(context, kpi, point.period_end)
    if point.value_status == "preliminary":
        found.append(context.text("card.preliminary"))
    return found


def change_text(figure: KpiFigure, context: RequestContext) -> str:
    """`+2,1 vuodesta 2019`, `ennallaan vuodesta 2019`, or why there is no comparison; empty when first."""
    if figure.broken_by is not None:
        return context.text("card.break_here", what=figure.broken_by.label(context.language))
    if figure.change is None:
        return ""
    return change_words(figure.change, figure.kpi.unit, figure.kpi.decimals, context.language)
