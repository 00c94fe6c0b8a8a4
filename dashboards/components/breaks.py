"""Breaks of series: where a line may not go on, what the mark in a chart says, and the sentence about it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise

from contract.locale_formats import day
from dashboards.context import RequestContext
from dashboards.data.history_queries import Break
from dashboards.data.records import Kpi
from dashboards.figures.marks import Mark

_MONTHS_IN = {"Q": 3, "M": 1}


def breaks_of(context: RequestContext, kpi: Kpi) -> list[Break]:
    """The breaks that concern the KPI in the context's municipality, oldest first."""
    is_aland = context.municipality.is_aland
    return [
        found for found in context.snapshot.breaks_of(kpi.kpi_id) if found.area_scope == "all" or not is_aland
    ]


def last_day(code: str) -> date:
    """The last day of a period: 2020, 2020Q1 or 2020M01."""
    year, month = int(code[:4]), 12
    if len(code) > 4:
        month = int(code[5:]) * _MONTHS_IN[code[4]]
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def meaning_changes_between(breaks: Iterable[Break], earlier: date, later: date) -> Break | None:
    """The first break over which figures of the two days may not be compared, None where they may."""
    return next((found for found in breaks if found.changes_meaning and found.parts(earlier, later)), None)


def comparable(breaks: Iterable[Break], codes: Iterable[str], end: str) -> list[str]:
    """Those of the period codes that may be compared with the period `end`."""
    kept = list(breaks)
    return [code for code in codes if meaning_changes_between(kept, last_day(code), last_day(end)) is None]


def words_before(context: RequestContext, kpi: Kpi, when: date) -> list[str]:
    """What must be said beside a figure because a later break changed its meaning: `sisältää soten`."""
    told = (found.before(context.language) for found in breaks_of(context, kpi) if when < found.starts_on)
    return [words for words in told if words]


def break_marks(context: RequestContext, breaks: Iterable[Break], codes: Iterable[str]) -> list[Mark]:
    """A mark for every break inside the drawn periods, one row of notes each so that none meets another."""
    drawn = sorted(codes, key=last_day)
    if not drawn:
        return []
    inside = [found for found in breaks if found.parts(last_day(drawn[0]), last_day(drawn[-1]))]
    yearly = all(len(code) == 4 for code in drawn)
    return [
        Mark(
            _time(found.starts_on, yearly=yearly),
            found.label(context.language),
            breaks_lines=found.changes_meaning,
            row=row,
        )
        for row, found in enumerate(inside)
    ]


def _time(when: date, *, yearly: bool) -> float:
    """The day on the axis; among yearly figures, the first year that it touches."""
    return float(when.year) if yearly else when.year + (when.month - 1) / 12


def first_periods(breaks: Iterable[Break], codes: Iterable[str]) -> dict[str, Break]:
    """By period code: the break that lies between it and the period before it."""
    ordered = sorted(codes, key=last_day)
    return {
        code: found
        for found in breaks
        for before, code in pairwise(ordered)
        if found.parts(last_day(before), last_day(code))
    }


def break_notes(context: RequestContext, breaks: Iterable[Break], codes: Iterable[str]) -> list[str]:
    """A sentence for every break inside the periods: from when, and what changed."""
    days = sorted(last_day(code) for code in codes)
    inside = [found for found in breaks if days and found.parts(days[0], days[-1])]
    language = context.language
    return [
        context.text("break.note", day=day(found.starts_on, language), what=found.description(language))
        for found in inside
    ]
