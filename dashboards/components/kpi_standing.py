"""What can be said of a KPI's figure: its light and why, trend with interval, change, places and targets."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from contract.locale_formats import change_with_unit, period, signed, with_unit
from dashboards.components.comparison import SMALLEST_RANKED, Comparison, order_text
from dashboards.components.kpi_facts import Fact, fact_list, told_section
from dashboards.context import RequestContext
from dashboards.data.goal_queries import GoalMeasure, KpiLight
from dashboards.data.records import Kpi
from dashboards.data.standing_queries import ChangeBefore, Trend
from dashboards.figures.levels import Level


def standing_section(context: RequestContext, comparison: Comparison) -> html.Section | None:
    """The section, or None where the snapshot says nothing of the figure."""
    facts = [fact for fact in _facts(context, comparison) if fact[1]]
    return told_section(context, "standing", fact_list(context, facts)) if facts else None


def _facts(context: RequestContext, comparison: Comparison) -> list[Fact]:
    kpi, code, snapshot = comparison.kpi, context.municipality_code, context.snapshot
    trend = snapshot.kpi_trend(kpi.kpi_id, code)
    change = snapshot.kpi_change(kpi.kpi_id, code, comparison.period)
    lights = [light for light in snapshot.kpi_lights(code) if light.kpi_id == kpi.kpi_id]
    return [
        ("kpi.fact.light", _lines([light_words(context, light) for light in lights])),
        ("kpi.fact.trend", trend_words(context, kpi, trend) if trend else ""),
        ("kpi.fact.change", change_words(context, kpi, change) if change else ""),
        ("kpi.fact.places", _places(context, comparison)),
        ("kpi.fact.target", [_goal(context, kpi, goal) for goal in goals_of(context, kpi)]),
    ]


def _lines(texts: list[str]) -> list[Component]:
    return [html.Div(text) for text in texts if text]


def light_words(context: RequestContext, light: KpiLight) -> str:
    """`Sijoitus kuntien joukossa (2020): hyvä. Luku väleineen on …`, with what it rests on."""
    snapshot, language = context.snapshot, context.language
    state = snapshot.goal_word("light_state", light.state, language)
    said = context.text(
        "kpi.light.state",
        criterion=snapshot.goal_word("criterion", light.criterion, language),
        period=period(light.period, language),
        state=_small(state),
    )
    basis = snapshot.goal_word("basis", light.basis, language)
    rests = context.text("kpi.light.basis", basis=_small(basis))
    reason = snapshot.goal_word("light_reason", light.reason, language)
    return f"{said} {reason} {rests}"


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def trend_words(context: RequestContext, kpi: Kpi, trend: Trend) -> str:
    """Rising, falling, or no more than chance, with the slope a year and its interval."""
    language = context.language
    if trend.slope_per_year is None or trend.slope_lower is None or trend.slope_upper is None:
        return context.text("kpi.trend.too_few", n=trend.period_count)
    decimals = kpi.decimals + 1
    said = context.text(
        f"kpi.trend.{trend.trend}",
        slope=_amount(kpi, trend.slope_per_year, language, decimals),
        low=signed(trend.slope_lower, language, decimals),
        high=_amount(kpi, trend.slope_upper, language, decimals),
        first=period(trend.first_period or trend.period, language),
        last=period(trend.period, language),
    )
    return f"{said} {context.text(f'kpi.trend.meaning.{trend.meaning}')}" if trend.meaning else said


def change_words(context: RequestContext, kpi: Kpi, change: ChangeBefore) -> str:
    """The change from the period before and, where that is another, from the year before; or the break."""
    language, parts = context.language, []
    if change.change_from_previous is not None and change.previous_period:
        amount = _amount(kpi, change.change_from_previous, language, kpi.decimals)
        before = period(change.previous_period, language)
        parts.append(context.text("kpi.change.previous", before=before, change=amount))
    elif change.previous_reason == "break":
        parts.append(context.text("kpi.change.break"))
    if kpi.period_type != "year" and change.change_from_year_before is not None:
        amount = _amount(kpi, change.change_from_year_before, language, kpi.decimals)
        parts.append(context.text("kpi.change.year", change=amount))
    return " ".join(parts)


def _amount(kpi: Kpi, amount: float, language: str, decimals: int) -> str:
    unit = "count" if kpi.unit == "persons" else kpi.unit
    return change_with_unit(amount, unit, language, decimals)


def _places(context: RequestContext, comparison: Comparison) -> list[Component]:
    """The place in each area that the municipality belongs to, then in which order the places run."""
    kpi, snapshot = comparison.kpi, context.snapshot
    told = [
        context.text(
            "kpi.place.tied" if place.tied_count > 1 else "kpi.place.own",
            area=snapshot.area(place.area_code).name(context.language),
            place=place.place,
            n=place.ranked_count,
            tied=place.tied_count,
        )
        for place in snapshot.kpi_places(kpi.kpi_id, context.municipality_code, comparison.period)
        if place.ranked_count >= SMALLEST_RANKED and snapshot.is_area(place.area_code)
    ]
    return _lines([*told, order_text(kpi, context)]) if told else []


def _goal(context: RequestContext, kpi: Kpi, goal: GoalMeasure) -> html.Div:
    """The goal with its target, where it stands, why, and the strategy that it is from."""
    snapshot, language = context.snapshot, context.language
    names = [goal.words("goal_name", language), goal.words("measure_name", language)]
    said = [": ".join(name for name in names if name), target_words(context, kpi, goal)]
    progress = snapshot.goal_progress(goal)
    if progress is not None:
        why = ("progress_rule", progress.decided_by), ("progress_reason", progress.reason)
        told_by = [("progress_state", progress.state), *why]
        said += [snapshot.goal_word(kind, code, language) for kind, code in told_by if code]
    told = " ".join(_sentence(part) for part in said if part)
    source = ", ".join(part for part in (goal.publisher, goal.source_title) if part)
    linked = html.A(source, href=goal.source_url, rel="noreferrer") if goal.source_url else source
    return html.Div([told, " ", context.text("source.label"), " ", linked] if source else told)


def _sentence(text: str) -> str:
    """With one full stop: units such as `€/as.` and reasons bring their own."""
    return text if text.endswith(".") else f"{text}."


def goals_of(context: RequestContext, kpi: Kpi) -> list[GoalMeasure]:
    """The measures of the municipality's strategy that are the KPI."""
    return [goal for goal in context.snapshot.goals(context.municipality_code) if goal.kpi_id == kpi.kpi_id]


def _levels(goal: GoalMeasure) -> list[float]:
    """The target, or both edges of the corridor; empty where neither has been given."""
    if goal.target_value is not None:
        return [goal.target_value]
    return [edge for edge in (goal.corridor_lower, goal.corridor_upper) if edge is not None]


def target_words(context: RequestContext, kpi: Kpi, goal: GoalMeasure) -> str:
    """The target and its year, or the corridor; empty where neither has been given."""
    values = [with_unit(level, kpi.unit, context.language, kpi.decimals) for level in _levels(goal)]
    if not values:
        return ""
    year = f" {goal.target_year}" if goal.target_year else ""
    if len(values) == 1:
        return context.text("kpi.target.value", value=values[0], year=year)
    return context.text("kpi.target.corridor", low=values[0], high=values[1], year=year)


def target_levels(context: RequestContext, kpi: Kpi) -> list[Level]:
    """What the municipality aims at in the KPI, as lines of a figure in the KPI's own unit."""
    return [
        Level(
            level,
            context.text(
                "kpi.target.line",
                year=f" {goal.target_year}" if goal.target_year else "",
                value=with_unit(level, kpi.unit, context.language, kpi.decimals),
            ),
        )
        for goal in goals_of(context, kpi)
        for level in _levels(goal)
    ]
