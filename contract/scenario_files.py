"""Reads scenarios from `contract/scenarios/*.yaml` and tells their sliders in a language.

A file holds one scenario: its texts in three languages, author and date, the areas it is meant for, and every
parameter with unit, bounds, default, step, why the bounds are what they are, and source. The sliders and
the engine's bounds come from the same file. Unknown keys are refused.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field

from contract.yaml_forms import StrictForm, Text, Texts, read_form
from foresight.cohorts import OLDEST_AGE, InputError
from foresight.housing import DwellingType
from foresight.scenarios import Choice, Parameter, ScenarioDefinition, Scope, Sensitivity
from foresight.schedules import Knots

BUILT_IN = Path(__file__).with_name("scenarios")
UNITS = "_units.yaml"

MEANINGFUL: Mapping[str, tuple[float, float]] = {
    "births_per_woman": (0.0, math.inf),
    "factor": (0.0, math.inf),
    "share": (0.0, 1.0),
    "years": (1.0, math.inf),
    "years_ahead": (1.0, math.inf),
    "age": (0.0, OLDEST_AGE),
    "dwellings_per_year": (0.0, math.inf),
    "jobs": (0.0, math.inf),
    "pupils": (0.0, math.inf),
    "persons_per_mover": (0.0, math.inf),
    "persons_per_pupil": (0.0, math.inf),
}
"""Values that make sense in a unit; a net of persons may be anything."""


Finite = Annotated[float, Field(allow_inf_nan=False)]
Number = Annotated[Finite, Field(ge=0)]
ByAge = Annotated[dict[Annotated[int, Field(ge=0, le=OLDEST_AGE)], Number], Field(min_length=1)]
ByYear = Annotated[dict[Annotated[int, Field(ge=0)], Number], Field(min_length=1)]


class _Explained(StrictForm):
    name: Texts
    why: Texts
    source: Text


class ParameterPart(_Explained):
    """A number: `lower`, `lower + step` … `upper`."""

    unit: Text
    lower: Finite
    upper: Finite
    default: Finite
    step: Finite


class ChoicePart(_Explained):
    """One of several options by name."""

    default: Text
    options: Annotated[dict[Text, Texts], Field(min_length=2)]


class MoversPart(StrictForm):
    """Relative numbers of those who move, by age; linear between."""

    source: Text
    by_age: ByAge


class DwellingPart(StrictForm):
    """Persons per dwelling by years since it was ready, and relative ages of those who move in."""

    occupancy: ByYear
    movers: ByAge


class DwellingsPart(StrictForm):
    """The types of a housing area."""

    source: Text
    types: Annotated[dict[Text, DwellingPart], Field(min_length=1)]


class SensitivityPart(StrictForm):
    """Values of one parameter to show side by side."""

    parameter: Text
    values: tuple[Finite, ...]


class ScenarioFile(StrictForm):
    """The form of a scenario's file."""

    id: Text
    order: int
    kind: Text
    scopes: tuple[Scope, ...]
    author: Text
    date: datetime.date
    name: Texts
    rationale: Texts
    parameters: dict[Text, ParameterPart | ChoicePart] = Field(default_factory=dict)
    movers: MoversPart | None = None
    dwellings: DwellingsPart | None = None
    sensitivity: SensitivityPart | None = None

    def definition(self) -> ScenarioDefinition:
        """What the engine takes. Raises: InputError naming the scenario and what does not fit."""
        dwellings = {} if self.dwellings is None else self.dwellings.types
        varied = self.sensitivity
        return ScenarioDefinition(
            id=self.id,
            kind=self.kind,
            scopes=self.scopes,
            parameters=tuple(_parameter(name, part) for name, part in self.parameters.items()),
            movers=None if self.movers is None else _knots(self.movers.by_age),
            dwellings=tuple(
                DwellingType(name, _knots(part.occupancy), _knots(part.movers))
                for name, part in dwellings.items()
            ),
            sensitivity=None if varied is None else Sensitivity(varied.parameter, varied.values),
        )


def _parameter(name: str, part: ParameterPart | ChoicePart) -> Parameter | Choice:
    if isinstance(part, ChoicePart):
        return Choice(name, tuple(part.options), part.default)
    return Parameter(name, part.unit, part.lower, part.upper, part.default, part.step)


def _knots(values: dict[int, float]) -> Knots:
    return tuple((float(at), float(values[at])) for at in sorted(values))


def read_file(path: Path) -> ScenarioFile:
    """The scenario in the file at `path`, its parts held against each other.

    Raises: InputError naming the file and every key, unit or bound that does not fit.
    """
    file = read_form(path, ScenarioFile, "a scenario")
    if path.stem != file.id:
        raise InputError(f"{path} holds scenario {file.id!r}; the file must be called {file.id}.yaml")
    for name, part in file.parameters.items():
        if isinstance(part, ParameterPart) and part.unit not in units():
            raise InputError(
                f"{path}, {name}: unit {part.unit!r} is not in {UNITS}; known: {', '.join(units())}"
            )
        if isinstance(part, ParameterPart):
            _refuse_meaningless(path, name, part)
    try:
        file.definition()
    except InputError as wrong:
        raise InputError(f"{path}: {wrong}") from wrong
    return file


def _refuse_meaningless(path: Path, name: str, part: ParameterPart) -> None:
    least, most = MEANINGFUL.get(part.unit, (-math.inf, math.inf))
    for key, bound in (("lower", part.lower), ("upper", part.upper)):
        if not least <= bound <= most:
            expected = f"{least:g} or more" if most == math.inf else f"{least:g} to {most:g}"
            raise InputError(f"{path}, {name}.{key}: {bound:g} {part.unit}; expected {expected}")


@lru_cache(maxsize=1)
def units() -> dict[str, Texts]:
    """What each unit is called."""
    return read_form(BUILT_IN / UNITS, dict[str, Texts], "a scenario's units")


@lru_cache(maxsize=1)
def built_in() -> dict[str, ScenarioFile]:
    """The built-in scenarios by id, in the order of menus."""
    found = [read_file(path) for path in BUILT_IN.glob("*.yaml") if path.name != UNITS]
    return {file.id: file for file in sorted(found, key=lambda file: (file.order, file.id))}


def definition(scenario_id: str) -> ScenarioDefinition:
    """The built-in scenario `scenario_id`. Raises: InputError naming those there are."""
    if scenario_id not in built_in():
        raise InputError(f"no scenario {scenario_id!r}; known: {', '.join(built_in())}")
    return built_in()[scenario_id].definition()


@dataclass(frozen=True)
class Slider:
    """A parameter as a control shows it, in one language. A choice has `options`, a number the rest."""

    name: str
    label: str
    why: str
    source: str
    default: float | str
    unit: str = ""
    unit_label: str = ""
    lower: float = 0.0
    upper: float = 0.0
    step: float = 0.0
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class MenuEntry:
    """A scenario as a menu shows it, in one language."""

    id: str
    name: str
    rationale: str
    author: str
    date: datetime.date
    scopes: tuple[Scope, ...]
    sliders: tuple[Slider, ...]
    sensitivity: Sensitivity | None


def menu(language: str, scope: Scope | None = None) -> tuple[MenuEntry, ...]:
    """Built-in scenarios with their sliders in `language`, those meant for `scope` (None: all).

    Raises: InputError for a language without texts.
    """
    return tuple(
        MenuEntry(
            id=file.id,
            name=file.name.of(language),
            rationale=file.rationale.of(language),
            author=file.author,
            date=file.date,
            scopes=file.scopes,
            sliders=tuple(_slider(name, part, language) for name, part in file.parameters.items()),
            sensitivity=file.definition().sensitivity,
        )
        for file in built_in().values()
        if scope is None or scope in file.scopes
    )


def _slider(name: str, part: ParameterPart | ChoicePart, language: str) -> Slider:
    label, why = part.name.of(language), part.why.of(language)
    if isinstance(part, ChoicePart):
        options = tuple((key, text.of(language)) for key, text in part.options.items())
        return Slider(name, label, why, part.source, part.default, options=options)
    unit = units()[part.unit].of(language)
    return Slider(
        name, label, why, part.source, part.default, part.unit, unit, part.lower, part.upper, part.step
    )
