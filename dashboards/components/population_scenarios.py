"""Nationwide what-ifs on the population page: which the reader has chosen, their lines, bands and reasons."""

from __future__ import annotations

from dataclasses import dataclass

from dash import html

from contract.locale_formats import estimate, interval, number, signed
from contract.narrative import GroupOutlook
from dashboards.components.population_outlook import TOTAL_SCHEME, band_text, estimate_text
from dashboards.components.population_view import PAST_PARAMETER, SCENARIO_PARAMETER, view_link
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import Scenario
from dashboards.figures.trend import MOST_COLOURED_LINES

SEPARATOR = ","
CHOOSER_ID = "vaihtoehdot"
SHOWN = "1"


@dataclass(frozen=True)
class ScenarioForecast:
    """A scenario with its forecast of total population by year."""

    scenario: Scenario
    by_year: dict[int, GroupOutlook]


@dataclass(frozen=True)
class Choice:
    """Scenarios there are, those to be shown, and names in the address that mean nothing here."""

    available: tuple[Scenario, ...]
    shown: tuple[ScenarioForecast, ...]
    unknown: tuple[str, ...]


def scenario_choice(context: RequestContext, total: dict[int, GroupOutlook]) -> Choice:
    """What the address asks for (`skenaario=low_births,no_migration`); `total` is the base by year."""
    if not total:
        return Choice((), (), ())
    available = tuple(context.snapshot.scenarios(context.municipality_code))
    asked = _asked(context)
    shown = tuple(
        ScenarioForecast(scenario, _by_year(context, scenario, total))
        for scenario in available
        if scenario.scenario_id in asked[:MOST_COLOURED_LINES]
    )
    known = {scenario.scenario_id for scenario in available}
    return Choice(available, shown, tuple(item for item in asked if item not in known))


def _asked(context: RequestContext) -> list[str]:
    given = context.params.get(SCENARIO_PARAMETER, "").split(SEPARATOR)
    return list(dict.fromkeys(item for item in given if item))


def _by_year(
    context: RequestContext, scenario: Scenario, total: dict[int, GroupOutlook]
) -> dict[int, GroupOutlook]:
    base = next(iter(total.values()))
    rows = context.snapshot.projection(context.municipality_code, TOTAL_SCHEME, scenario.scenario_id)
    return {
        int(row.projection_year): GroupOutlook(
            age_from=base.age_from,
            age_to=base.age_to,
            base_year=base.base_year,
            year=int(row.projection_year),
            now=base.now,
            low=float(row.p10),
            middle=float(row.p50),
            high=float(row.p90),
        )
        for row in rows.itertuples()
    }


def chooser(context: RequestContext, choice: Choice, *, has_past: bool, past: bool) -> html.Div:
    """Links that show or hide each scenario and the forecasts of earlier years."""
    scenarios = [
        _switch(
            context,
            scenario.name(context.language),
            on=scenario.scenario_id in (chosen := _ids(choice)),
            **{SCENARIO_PARAMETER: _toggled(choice, chosen, scenario.scenario_id)},
        )
        for scenario in choice.available
    ]
    earlier = context.text("population.past.switch")
    earlier_switch = _switch(context, earlier, on=past, **{PAST_PARAMETER: None if past else SHOWN})
    label = context.text("population.scenarios.label" if scenarios else "population.scenarios.none")
    return html.Div(
        [
            html.Span(label, id=CHOOSER_ID, className="quiet"),
            html.Ul(
                [html.Li(switch) for switch in [*scenarios, *([earlier_switch] if has_past else [])]],
                **{"aria-labelledby": CHOOSER_ID},
            )
            if scenarios or has_past
            else None,
        ],
        className="switches",
    )


def _ids(choice: Choice) -> set[str]:
    return {forecast.scenario.scenario_id for forecast in choice.shown}


def _toggled(choice: Choice, chosen: set[str], scenario_id: str) -> str | None:
    """The parameter with one scenario more or less, in the order of the menu; None when none is left."""
    wanted = chosen ^ {scenario_id}
    return SEPARATOR.join(item.scenario_id for item in choice.available if item.scenario_id in wanted) or None


def _switch(context: RequestContext, name: str, *, on: bool, **changes: str | None) -> html.A:
    """A link that reads as a box to tick: its name says what it does to those who do not see the box."""
    said = context.text(f"population.scenarios.{'hide' if on else 'show'}", name=name)
    return html.A(
        name,
        href=view_link(context, CHOOSER_ID, **changes),
        className="switch",
        **{"aria-label": said, **({"aria-current": "true"} if on else {})},
    )


def subtitle_words(context: RequestContext, choice: Choice) -> str:
    """Which scenarios are drawn and the 80 % band of each in the last year; empty without any."""
    parts = [
        context.text(
            "population.scenarios.band_of",
            name=forecast.scenario.name(context.language),
            band=band_text(last, context.language),
        )
        for forecast in choice.shown
        if (last := _last(forecast))
    ]
    if not parts:
        return ""
    year = max(max(forecast.by_year) for forecast in choice.shown if forecast.by_year)
    return context.text("population.scenarios.subtitle", year=year, bands="; ".join(parts))


def reasons(context: RequestContext, choice: Choice, total: dict[int, GroupOutlook]) -> list[str]:
    """For each scenario drawn: what it assumes, and what it comes to beside the base."""
    return [
        f"{named.name(context.language)}: {named.rationale(context.language)} "
        f"{_outcome(context, forecast, total)}".rstrip()
        for forecast in choice.shown
        for named in (forecast.scenario,)
    ]


def _outcome(context: RequestContext, forecast: ScenarioForecast, total: dict[int, GroupOutlook]) -> str:
    last = _last(forecast)
    base = total.get(last.year) if last else None
    if last is None or base is None:
        return ""
    difference = estimate(last.middle) - estimate(base.middle)
    return context.text(
        "population.scenarios.outcome",
        year=last.year,
        value=estimate_text(last.middle, context.language),
        base=estimate_text(base.middle, context.language),
        difference=signed(difference, context.language),
    )


def _last(forecast: ScenarioForecast) -> GroupOutlook | None:
    return forecast.by_year[max(forecast.by_year)] if forecast.by_year else None


def table_heads(context: RequestContext, choice: Choice) -> list[str]:
    """Two columns for each scenario: its estimate and its band."""
    return [
        head
        for forecast in choice.shown
        for name in (forecast.scenario.name(context.language),)
        for head in (name, context.text("population.scenarios.band_head", name=name))
    ]


def table_cells(context: RequestContext, choice: Choice, year: int, nothing: str) -> list[str]:
    """The cells of `table_heads` in one year."""
    language = context.language
    cells: list[str] = []
    for forecast in choice.shown:
        item = forecast.by_year.get(year)
        cells += (
            [number(item.middle, language), interval(item.low, item.high, language)]
            if item
            else [nothing, nothing]
        )
    return cells
