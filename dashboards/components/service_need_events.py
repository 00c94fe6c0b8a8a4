"""Limits of service need: by which year each is likely passed, how sure that is, and why it is the limit."""

from __future__ import annotations

from collections.abc import Sequence
from operator import ge, gt, le, lt

from dash import html

from contract.locale_formats import number, percent
from dashboards.components.data_table import data_table
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NeedEvent

HEADING_ID = "palvelutarpeen-rajat"
LIKELY = 0.5
UNLIKELY = 0.05
SURE, NEVER = 0.98, 0.02
"""Beyond these a probability is not told by its number: too few draws tell it apart from certainty."""
STEP = 5
"""Years between the columns of the table."""

_COMPARE = {"below": lt, "at_most": le, "at_least": ge, "above": gt}


def events_part(
    context: RequestContext, tested: int
) -> list[html.H3 | html.Ul | html.P | html.Details | None]:
    """The limits that may be passed as a list, the unlikely ones in a sentence, and all as a table."""
    events = context.snapshot.service_need_events(context.municipality_code)
    if not events:
        return []
    last = max(events[0].by_then)
    told = [event for event in _telling(events) if is_so(event) or event.by_then[last] >= UNLIKELY]
    rest = [event for event in events if not is_so(event) and event.by_then[last] < UNLIKELY]
    untested = last - events[0].base_year > tested
    return [
        html.H3(context.text("need.events.heading"), id=HEADING_ID),
        html.Ul([_item(context, event) for event in sorted(told, key=_order)], className="limits")
        if told
        else None,
        _unlikely(context, rest, last) if rest else None,
        html.P(context.text("need.events.note"), className="quiet small note") if untested else None,
        html.Details(
            [html.Summary(context.text("need.events.table")), _table(context, events)], className="behind"
        ),
    ]


def is_so(event: NeedEvent) -> bool:
    """True when the limit was passed in the base year already."""
    return bool(_COMPARE[event.side](event.base_value, event.limit_value))


def likely_year(event: NeedEvent) -> int | None:
    """The first year by which the limit has more likely been passed than not."""
    return next((year for year, share in sorted(event.by_then.items()) if share >= LIKELY), None)


def probability(share: float, context: RequestContext) -> str:
    """`70 %`; `yli 98 %` and `alle 2 %` where draws cannot tell it from certainty."""
    language = context.language
    if share > SURE:
        return context.text("need.events.over", share=percent(100 * SURE, language, 0))
    if share < NEVER:
        return context.text("need.events.under", share=percent(100 * NEVER, language, 0))
    return percent(100 * share, language, 0)


def _telling(events: Sequence[NeedEvent]) -> list[NeedEvent]:
    """Without looser limits of a measure that is past a tighter one already."""
    passed = [event for event in events if is_so(event) and event.side == "below"]
    tightest = {
        event.measure: min(e.limit_value for e in passed if e.measure == event.measure) for event in passed
    }
    return [
        event
        for event in events
        if not (is_so(event) and event.side == "below" and event.limit_value > tightest[event.measure])
    ]


def _order(event: NeedEvent) -> tuple[int, float]:
    if is_so(event):
        return 0, 0.0
    year = likely_year(event)
    return (1, float(year)) if year else (2, -max(event.by_then.values()))


def name(event: NeedEvent, context: RequestContext) -> str:
    """`Koulun aloittavia alle 20`: the limit in words."""
    language = context.language
    change = abs(100 * ((event.base_factor or 1.0) - 1))
    # the first whole number of people on the limit's other side
    limit = int(event.limit_value) if event.side == "at_most" else -int(-event.limit_value // 1)
    return context.text(
        f"need.events.{event.side}",
        people=context.text(f"need.people.{event.measure}"),
        limit=number(limit, language),
        change=percent(change, language, 0),
        base_year=event.base_year,
    )


def _item(context: RequestContext, event: NeedEvent) -> html.Li:
    return html.Li(
        [html.Span(name(event, context), className="strong"), ": ", _said(context, event), "."],
    )


def _said(context: RequestContext, event: NeedEvent) -> str:
    if is_so(event):
        now = number(event.base_value, context.language)
        return context.text("need.events.already", base_year=event.base_year, now=now)
    year, last = likely_year(event), max(event.by_then)
    if year is None:
        share = probability(event.by_then[last], context)
        return context.text("need.events.possible", year=last, probability=share)
    first = year == event.base_year + 1
    key = "need.events.likely_first" if first else "need.events.likely"
    return context.text(key, year=year, probability=probability(event.by_then[year], context))


def _unlikely(context: RequestContext, events: Sequence[NeedEvent], last: int) -> html.P:
    said = context.text(
        "need.events.unlikely",
        year=last,
        limit=percent(100 * UNLIKELY, context.language, 0),
        events="; ".join(name(event, context) for event in events),
    )
    return html.P(said, className="quiet")


def _table(context: RequestContext, events: Sequence[NeedEvent]) -> html.Div:
    """Every limit: the probability by each fifth year, and why it is the limit."""
    base_year = events[0].base_year
    years = [year for year in sorted(events[0].by_then) if (year - base_year) % STEP == 0]
    heads = [context.text("need.events.event"), context.text("need.events.why")]
    heads += [context.text("need.events.by", year=year) for year in years]
    rows = [
        [
            name(event, context),
            event.rationale(context.language),
            *(probability(event.by_then[year], context) for year in years),
        ]
        for event in events
    ]
    municipality = context.municipality.name(context.language)
    return data_table(context.text("need.events.caption", name=municipality), heads, rows, texts=2)
