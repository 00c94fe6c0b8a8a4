"""The KPI over time: the own municipality before its grey group, the group as a whole and the country."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median

import pandas as pd
from dash import html

from contract.locale_formats import change_with_unit, number, percent, period, signed
from contract.narrative import SMALLEST_GROUP
from dashboards.components.breaks import (
    break_marks,
    break_notes,
    breaks_of,
    comparable,
    first_periods,
)
from dashboards.components.chart_card import chart_card
from dashboards.components.comparison import SMALLEST_RANKED, Comparison, value_text, warnings
from dashboards.components.data_table import data_table
from dashboards.components.picture_button import Picture, sentences
from dashboards.context import RequestContext
from dashboards.data.history_queries import Break
from dashboards.data.records import COUNTRY, Kpi
from dashboards.downloads import csv_address
from dashboards.figures.canvas import Figure
from dashboards.figures.levels import Level
from dashboards.figures.style import wrapped
from dashboards.figures.trend import MONTH, YEAR, Line, TrendTexts, trend_figure
from dashboards.theme import LIGHT

MOST_MEMBERS = 40
"""Members of a group that can still be drawn as lines of their own."""
CARD_ID = "compare-trend"
LETTER_WIDTH = 8
LABEL_LETTERS = 15
"""Letters of a name at a line's end before it is broken."""

Series = dict[str, float]
"""Values by period code."""


@dataclass(frozen=True)
class Course:
    """A named line of the chart and its values, oldest first."""

    key: str
    name: str
    values: Series


@dataclass(frozen=True)
class Courses:
    """What is drawn: the own line, the group's own figure or median, the country, and the members."""

    own: Course
    group: Course | None
    country: Course | None
    members: tuple[Course, ...]
    base: str | None
    """The period that is 100 where numbers of people are compared by their development; else None."""
    small: int
    """Members whose number then was too small for its development to say anything."""

    @property
    def named(self) -> list[Course]:
        return [course for course in (self.own, self.group, self.country) if course is not None]


def trend_section(
    context: RequestContext, comparison: Comparison, levels: Sequence[Level] = ()
) -> html.Section | None:
    """The chart with its finding, table and downloads; None where the municipality has no figure.

    `levels`: values aimed at, in the KPI's unit.
    """
    courses = _courses(context, comparison)
    if courses is None:
        return None
    kpi = comparison.kpi
    return chart_card(
        context,
        CARD_ID,
        title=_finding(context, comparison, courses),
        subtitle=_drawn_text(context, comparison, courses),
        figure=_figure(context, comparison, courses, _drawn_levels(context, kpi, courses, levels)),
        table=_table(context, comparison, courses),
        csv=[("", csv_address(context, "kpi_series", mittari=kpi.kpi_id))],
        sources=kpi.sources,
        notes=_notes(context, kpi, courses),
        pictures=[_picture(context, comparison, courses)],
    )


def _picture(context: RequestContext, comparison: Comparison, courses: Courses) -> Picture:
    """The chart to be saved; away from the page it also says what the figure includes and how old it is."""
    return Picture(
        f"{CARD_ID}-graph",
        _finding(context, comparison, courses),
        _drawn_text(context, comparison, courses),
        [*_notes(context, comparison.kpi, courses), *sentences(warnings(context, comparison))],
    )


def _courses(context: RequestContext, comparison: Comparison) -> Courses | None:
    """The lines, as a development from 100 when numbers of people of unlike places are compared."""
    kpi, own_code = comparison.kpi, context.municipality_code
    by_code = _member_series(context, comparison)
    own = by_code.pop(own_code, {})
    if not own:
        return None
    base = min(own) if kpi.unit == "persons" else None
    members = []
    small = 0
    for code, series in sorted(by_code.items()):
        values = _from_base(series, base)
        if base is not None and series.get(base, SMALLEST_GROUP) < SMALLEST_GROUP:
            small += 1
        elif values:
            members.append(Course(code, context.snapshot.municipality(code).name(context.language), values))
    own_values = _from_base(own, base)
    country = _from_base(_area_series(context, kpi, COUNTRY), base)
    return Courses(
        Course("own", context.municipality.name(context.language), own_values),
        _whole_group(context, comparison, own_values, members, base),
        Course("country", context.text("compare.trend.country"), country) if country else None,
        tuple(members),
        base,
        small,
    )


def _member_series(context: RequestContext, comparison: Comparison) -> dict[str, Series]:
    """Values of the members, or of the own municipality alone where the members are too many to draw."""
    members, own = comparison.group.members, context.municipality_code
    drawn = members if len(members) <= MOST_MEMBERS else {own}
    by_code: dict[str, Series] = defaultdict(dict)
    for code, code_period, value in context.snapshot.kpi_values_over_time(comparison.kpi.kpi_id, drawn):
        by_code[code][code_period] = value
    return by_code


def _whole_group(
    context: RequestContext, comparison: Comparison, own: Series, members: list[Course], base: str | None
) -> Course | None:
    """The group's published figure, or the median of its members where that covers too few periods."""
    group = comparison.group
    if group.kind == "country":
        return None
    area = _area_series(context, comparison.kpi, group.area.area_code) if group.area else {}
    values = _from_base(area, base)
    if 2 * len(values) >= len(own):
        return Course("group", group.name, values)
    middle = _medians([own, *(member.values for member in members)])
    return Course("group", context.text("compare.trend.median"), middle) if middle else None


def _notes(context: RequestContext, kpi: Kpi, courses: Courses) -> list[str]:
    """What a reader of the lines must know: breaks, gaps, and members left out."""
    notes = break_notes(context, breaks_of(context, kpi), courses.own.values)
    notes += [context.text("compare.trend.gap")] if _has_gap(kpi, courses.own.values) else []
    if courses.small:
        notes.append(context.text("compare.trend.small", count=courses.small, least=SMALLEST_GROUP))
    return notes


def _area_series(context: RequestContext, kpi: Kpi, code: str) -> Series:
    points = context.snapshot.kpi_series(kpi.kpi_id, code)
    return {point.period: point.value for point in points if point.value is not None}


def _medians(all_values: list[Series]) -> Series:
    """The median of each period for which enough municipalities have a value."""
    by_period: dict[str, list[float]] = defaultdict(list)
    for values in all_values:
        for code, value in values.items():
            by_period[code].append(value)
    return {
        code: median(values) for code, values in sorted(by_period.items()) if len(values) >= SMALLEST_RANKED
    }


def _from_base(series: Series, base: str | None) -> Series:
    """The same with the base period as 100; unchanged without a base, empty where that period is missing."""
    if base is None:
        return series
    start = series.get(base)
    return {code: 100 * value / start for code, value in series.items() if code >= base} if start else {}


def _finding(context: RequestContext, comparison: Comparison, courses: Courses) -> str:
    """How much each named line has changed over the years that can be compared."""
    kpi, language = comparison.kpi, context.language
    end = max(courses.own.values)
    same_season = [code for code in courses.own.values if code[4:] == end[4:]]
    start = min(comparable(breaks_of(context, kpi), same_season, end))
    if start == end:
        return context.text("compare.trend.single", name=courses.own.name, period=period(end, language))
    amounts = {
        _told(comparison, course): course.values[end] - course.values[start]
        for course in courses.named
        if start in course.values and end in course.values
    }
    changes = [
        f"{name} {_change_text(kpi, amount, courses.base, language)}" for name, amount in amounts.items()
    ]
    first, last = period(start, language), period(end, language)
    return context.text("compare.trend.finding", first=first, last=last, changes=", ".join(changes))


def _told(comparison: Comparison, course: Course) -> str:
    """The line's name inside a sentence: names of areas keep their capital, words do not."""
    is_name = course.key == "own" or (
        comparison.group.kind in ("network", "region") and course.name == comparison.group.name
    )
    return course.name if is_name else course.name[0].lower() + course.name[1:]


def _change_text(kpi: Kpi, amount: float, base: str | None, language: str) -> str:
    if base is not None:
        return f"{'+' if signed(amount, language, 1).startswith('+') else ''}{percent(amount, language, 1)}"
    return change_with_unit(amount, kpi.unit, language, kpi.decimals)


def _drawn_text(context: RequestContext, comparison: Comparison, courses: Courses) -> str:
    kpi, language = comparison.kpi, context.language
    if courses.base is not None:
        what = context.text(
            "compare.trend.index", kpi=kpi.name(language), period=period(courses.base, language)
        )
    else:
        what = ", ".join(filter(None, (kpi.name(language), kpi.unit_name(language))))
    if not courses.members:
        return f"{what}."
    return f"{what}. {context.text('compare.trend.members', group=comparison.group.name)}"


def _drawn_levels(
    context: RequestContext, kpi: Kpi, courses: Courses, levels: Sequence[Level]
) -> list[Level]:
    """The levels as the chart counts: of numbers of people, by how much they differ from the first."""
    if courses.base is None:
        return list(levels)
    own = context.snapshot.kpi_series(kpi.kpi_id, context.municipality_code)
    start = next((point.value for point in own if point.period == courses.base), None)
    return [Level(100 * level.value / start, level.note) for level in levels] if start else []


def _figure(
    context: RequestContext, comparison: Comparison, courses: Courses, levels: Sequence[Level]
) -> Figure:
    kpi, language = comparison.kpi, context.language
    step = MONTH if kpi.period_type == "month" else 0.25 if kpi.period_type == "quarter" else YEAR
    decimals = 1 if courses.base is not None else kpi.decimals
    sign = kpi.unit == "pct" and courses.base is None
    texts = TrendTexts(
        empty=context.text("compare.empty"),
        number=lambda value: (
            percent(value, language, decimals) if sign else number(value, language, decimals)
        ),
        tick=lambda value: number(value, language, 0 if float(value).is_integer() else 1),
    )
    labels = {course.key: wrapped(course.name, LABEL_LETTERS) for course in courses.named}
    longest = max(len(line) for label in labels.values() for line in label.split("<br>"))
    lines = [Line(course.key, labels[course.key], course.key) for course in courses.named]
    values = _frame(courses.named, language)
    return trend_figure(
        values,
        lines,
        texts,
        LIGHT,
        step=step,
        marks=break_marks(
            context, breaks_of(context, kpi), {code for course in courses.named for code in course.values}
        ),
        label_width=LETTER_WIDTH * longest + 16,
        zero=bool((values["value"] < 0).any()),
        crowd=_frame(courses.members, language),
        levels=levels,
    )


def _frame(courses: Sequence[Course], language: str) -> pd.DataFrame:
    codes = {code for course in courses for code in course.values}
    times = {code: (_time(code), period(code, language)) for code in codes}
    rows = [
        (course.key, course.name, *times[code], value)
        for course in courses
        for code, value in course.values.items()
    ]
    return pd.DataFrame(rows, columns=["series", "name", "x", "period", "value"])


def _time(code: str) -> float:
    """The period as a number on the axis: 2020, 2020Q3 → 2020.5, 2020M07 → 2020.5."""
    part = int(code[5:] or 1) - 1
    return int(code[:4]) + part / (4 if "Q" in code else 12)


def _has_gap(kpi: Kpi, values: Mapping[str, float]) -> bool:
    years = {int(code[:4]) for code in values}
    return kpi.period_type == "year" and len(years) <= max(years) - min(years)


def _table(context: RequestContext, comparison: Comparison, courses: Courses) -> html.Div:
    """The named lines by period, newest first."""
    kpi, language = comparison.kpi, context.language
    codes = sorted({code for course in courses.named for code in course.values}, reverse=True)
    broken = first_periods(breaks_of(context, kpi), codes)
    rows = [
        [
            _told_period(code, broken, language),
            *(_cell(kpi, course, code, courses.base, language) for course in courses.named),
        ]
        for code in codes
    ]
    caption = _drawn_text(context, comparison, courses)
    heads = [context.text("compare.trend.period"), *(course.name for course in courses.named)]
    return data_table(caption, heads, rows)


def _told_period(code: str, broken: Mapping[str, Break], language: str) -> str:
    """The period, and the break that lies before it."""
    words = period(code, language)
    return f"{words} ({broken[code].label(language)})" if code in broken else words


def _cell(kpi: Kpi, course: Course, code: str, base: str | None, language: str) -> str:
    value = course.values.get(code)
    if value is None:
        return "–"
    return value_text(kpi, value, language) if base is None else number(value, language, 1)
