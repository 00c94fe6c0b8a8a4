"""Which periods a table has, in the reader's words."""

from __future__ import annotations

from datetime import date

from contract.locale_formats import day, is_period, period
from dashboards.context import RequestContext
from dashboards.data.records import Source


def source_periods(context: RequestContext, source: Source) -> str:
    """First and last period; the publisher may say only that these are the newest."""
    if source.first_period is None or source.last_period is None:
        return "–"
    codes = (source.first_period, source.last_period)
    if not all(map(is_period, codes)):
        return _days(context, codes) or context.text("data.sources.newest_only")
    ends = [period(code, context.language) for code in codes]
    return ends[0] if ends[0] == ends[1] else "–".join(ends)


def _days(context: RequestContext, codes: tuple[str, str]) -> str:
    """First and last day of own data that are told by day, empty when the codes are no days."""
    try:
        first, last = (day(date.fromisoformat(code), context.language) for code in codes)
    except ValueError:
        return ""
    return first if first == last else f"{first}–{last}"
