"""What the scenario desk is asked for, and the engine's answer: one municipality, base and scenario."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from contract.scenario_files import MenuEntry, Slider, definition, menu
from dashboards.components.population_view import SCENARIO_PARAMETER, YEAR_PARAMETER
from dashboards.context import RequestContext
from dashboards.data.foresight_queries import NeedEvent, Participation
from dashboards.data.records import BASE_SCENARIO
from foresight.cohorts import Array
from foresight.event_probability import Side, event_probability
from foresight.need_paths import weights_of
from foresight.scenarios import Scenario, Value, scenario
from foresight.what_if import Prepared, WhatIf, what_if

FIRST_SCENARIO = "more_in_migration"
"""Shown until the reader has chosen: of all the levers moving in is the one that a municipality can pull."""
USUAL_HORIZON = 10
DAY_CARE_AGES = 7
COUNTRY_SCOPE, MUNICIPALITY_SCOPE = "country", "municipality"


@dataclass(frozen=True)
class Wrong:
    """A parameter of the address that cannot be used: what was given, and the value used instead."""

    slider: Slider
    given: str


@dataclass(frozen=True)
class Asked:
    """The scenario of the address with a value for every control, and what of the address was of no use."""

    entry: MenuEntry
    values: dict[str, Value]
    wrong: tuple[Wrong, ...]
    unknown_scenario: str | None

    def scenario(self, municipality_code: str, **changed: Value) -> Scenario:
        """For the municipality alone where the scenario is meant for one, else for the whole country."""
        areas = [municipality_code] if MUNICIPALITY_SCOPE in self.entry.scopes else None
        return scenario(definition(self.entry.id), {**self.values, **changed}, areas)


@dataclass(frozen=True)
class Answer:
    """The engine's answer. `year` is the one told in numbers, `before` and `after` the limits of services."""

    asked: Asked
    result: WhatIf
    base_counts: Array
    year: int
    before: tuple[NeedEvent, ...]
    after: tuple[NeedEvent, ...]
    sensitivity: tuple[tuple[float, float], ...]
    """Value of the parameter nobody knows, and the median difference in the population of `year`."""

    @property
    def position(self) -> int:
        """Place of `year` among the result's years."""
        return self.result.years.index(self.year)


def scenarios_offered(language: str) -> list[MenuEntry]:
    """All but the base, those for one municipality first."""
    offered = [entry for entry in menu(language) if entry.id != BASE_SCENARIO]
    return sorted(offered, key=lambda entry: MUNICIPALITY_SCOPE not in entry.scopes)


def asked_for(context: RequestContext) -> Asked:
    """The address's scenario and values; defaults where it says nothing or what cannot be."""
    offered = {entry.id: entry for entry in scenarios_offered(context.language)}
    wanted = context.params.get(SCENARIO_PARAMETER)
    entry = offered[wanted] if wanted in offered else offered[FIRST_SCENARIO]
    values: dict[str, Value] = {}
    wrong = []
    for slider in entry.sliders:
        given = context.params.get(slider.name)
        value = _value(slider, given) if given is not None else slider.default
        if value is None:
            wrong.append(Wrong(slider, str(given)))
            value = slider.default
        values[slider.name] = value
    return Asked(entry, values, tuple(wrong), wanted if wanted and wanted not in offered else None)


def _value(slider: Slider, given: str) -> Value | None:
    """`given` as the control could have given it, on its nearest step; None when it could not."""
    if slider.options:
        return given if given in dict(slider.options) else None
    try:
        number = float(given)
    except ValueError:
        return None
    if not math.isfinite(number) or not slider.lower <= number <= slider.upper:
        return None
    steps = round((number - slider.lower) / slider.step)
    return round(slider.lower + steps * slider.step, 6)


def answered(context: RequestContext, asked: Asked, prepared: Prepared) -> Answer:
    """The municipality's future under the scenario beside the base, in every draw of the night.

    Raises: InputError when the engine refuses the values together.
    """
    code, known = context.municipality_code, prepared.known
    result = what_if(known, asked.scenario(code), prepared=prepared)
    year = _year(context, result.years, result.base_year)
    at, total = result.years.index(year), len(result.groups) - 1
    events = context.snapshot.service_need_events(code)
    rates = day_care_rates(context.snapshot.participation)
    varied = asked.entry.sensitivity
    others = [
        what_if(known, asked.scenario(code, **{varied.parameter: value}), prepared=prepared)
        for value in (varied.values if varied else ())
    ]
    return Answer(
        asked=asked,
        result=result,
        base_counts=known.base[0].sum(axis=0),
        year=year,
        before=tuple(_with_draws(event, result.base.by_age, rates) for event in events),
        after=tuple(_with_draws(event, result.scenario.by_age, rates) for event in events),
        sensitivity=tuple(
            (value, float(other.difference.p50[at, total]))
            for value, other in zip(varied.values if varied else (), others, strict=True)
        ),
    )


def _year(context: RequestContext, years: Sequence[int], base_year: int) -> int:
    asked = context.params.get(YEAR_PARAMETER, "")
    if asked.isdecimal() and int(asked) in years:
        return int(asked)
    return max((year for year in years if year <= base_year + USUAL_HORIZON), default=years[0])


def day_care_rates(participation: Sequence[Participation]) -> tuple[float, ...]:
    """Share in early education by single age from 0, as the snapshot tells it by group of ages."""
    rates = np.zeros(DAY_CARE_AGES)
    for group in participation:
        rates[group.age_from : group.age_to + 1] = group.participation_rate
    return tuple(rates)


def _with_draws(event: NeedEvent, by_age: Array, rates: Sequence[float]) -> NeedEvent:
    """The same limit with its probabilities in these draws `[year, age, draw]`; people are whole."""
    figures = np.rint(np.einsum("a,yad->yd", weights_of(event.measure, rates), by_age))
    side: Side = event.side  # type: ignore[assignment]  # published as text
    told = event_probability(figures, side, event.limit_value, event.base_year)
    return replace(event, by_then={item.year: item.by_then for item in told})


def what_if_frame(answer: Answer) -> pd.DataFrame:
    """Base, scenario and difference with their bands: one row a year and age group."""
    result = answer.result
    rows = [
        {
            "scenario_id": result.scenario_id,
            "scenario_hash": result.scenario_hash,
            "base_year": result.base_year,
            "projection_year": year,
            "scheme": group.scheme,
            "age_group": group.label,
            **{
                f"{path}_{band}": float(getattr(bands, band)[at, place])
                for path, bands in (
                    ("base", result.base.bands),
                    ("scenario", result.scenario.bands),
                    ("difference", result.difference),
                )
                for band in ("p10", "p50", "p90")
            },
        }
        for at, year in enumerate(result.years)
        for place, group in enumerate(result.groups)
    ]
    return pd.DataFrame(rows)
