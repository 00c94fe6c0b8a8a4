"""Scenarios as data: what can be set, within which bounds, and the year's rates under it.

A definition (contract/scenarios/*.yaml, read by contract/scenario_files.py) names a kind of lever, its
parameters and the areas it may be meant for. Values and areas make it a scenario, whose hash tells two
apart by all that moves figures. Texts are no part of it. Methods and reasons: docs/methods/scenarios.md.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from foresight.cohorts import Array, InputError
from foresight.housing import DwellingType, NewHousing
from foresight.levers import (
    EmployerCloses,
    EmployerOpens,
    FertilityPath,
    InMigration,
    Lever,
    NetImmigration,
    NoMigration,
    SchoolCloses,
    Year,
    cohorts_of_year,
)
from foresight.paths import YearRates
from foresight.schedules import Knots

Scope = Literal["municipality", "network", "country"]
SCOPES: tuple[Scope, ...] = ("municipality", "network", "country")
"""One area, several, or all of them."""
Value = float | str
BASE_KIND, HOUSING_KIND = "base", "new_housing"

LEVERS: Mapping[str, type[Any]] = {
    "no_migration": NoMigration,
    "fertility_path": FertilityPath,
    "net_immigration": NetImmigration,
    "in_migration": InMigration,
    HOUSING_KIND: NewHousing,
    "employer_opens": EmployerOpens,
    "employer_closes": EmployerCloses,
    "school_closes": SchoolCloses,
}
"""Lever of each kind but the base; its fields are the kind's parameters, tables aside."""
_TABLES = ("movers", "dwelling")
DWELLING_TYPE = "dwelling_type"


@dataclass(frozen=True)
class Parameter:
    """A number to set: `lower`, `lower + step` … `upper`. Raises: InputError when these do not fit."""

    name: str
    unit: str
    lower: float
    upper: float
    default: float
    step: float

    def __post_init__(self) -> None:
        if not all(math.isfinite(x) for x in (self.lower, self.upper, self.default, self.step)):
            raise InputError(f"{self.name}: a bound, the default or the step is not a number")
        if self.step <= 0 or self.lower >= self.upper:
            raise InputError(
                f"{self.name}: from {self.lower:g} to {self.upper:g} by {self.step:g} {self.unit}; expected "
                "the lower bound below the upper one and a step above 0"
            )
        for what, value in (("default", self.default), ("upper bound", self.upper)):
            steps = (value - self.lower) / self.step
            if abs(steps - round(steps)) > 1e-6:
                raise InputError(
                    f"{self.name}: the {what} {value:g} {self.unit} is not reached from {self.lower:g} "
                    f"by steps of {self.step:g}"
                )
        self.checked(self.default)

    @property
    def whole(self) -> bool:
        """Only whole numbers make sense: bounds and step are whole."""
        return float(self.step).is_integer() and float(self.lower).is_integer()

    def checked(self, value: Value) -> float:
        """`value` as a number. Raises: InputError naming parameter, value, bounds and unit."""
        expected = f"expected {self.lower:g} to {self.upper:g} {self.unit}"
        if isinstance(value, str | bool) or not math.isfinite(value):
            raise InputError(f"{self.name} is {value!r}; {expected}")
        if not self.lower <= value <= self.upper:
            raise InputError(f"{self.name} is {value:g} {self.unit}; {expected}")
        if self.whole and not float(value).is_integer():
            raise InputError(f"{self.name} is {value:g} {self.unit}; {expected}, whole numbers")
        return float(value)


@dataclass(frozen=True)
class Choice:
    """One of several `options`. Raises: InputError when the default is none of them."""

    name: str
    options: tuple[str, ...]
    default: str

    def __post_init__(self) -> None:
        self.checked(self.default)

    def checked(self, value: Value) -> str:
        """`value` itself. Raises: InputError naming parameter, value and options."""
        if value not in self.options:
            raise InputError(f"{self.name} is {value!r}; expected one of {', '.join(self.options)}")
        return str(value)


@dataclass(frozen=True)
class Sensitivity:
    """Values of a parameter at which a scenario is also shown, because nobody knows which is right."""

    parameter: str
    values: tuple[float, ...]


@dataclass(frozen=True)
class ScenarioDefinition:
    """A scenario before its values are chosen. Raises: InputError when parts are missing or superfluous.

    `movers` are relative ages of those who move, `dwellings` the types of a housing area (`DWELLING_TYPE`).
    """

    id: str
    kind: str
    scopes: tuple[Scope, ...]
    parameters: tuple[Parameter | Choice, ...] = ()
    movers: Knots | None = None
    dwellings: tuple[DwellingType, ...] = ()
    sensitivity: Sensitivity | None = None

    def __post_init__(self) -> None:
        if self.kind != BASE_KIND and self.kind not in LEVERS:
            raise InputError(
                f"{self.id}: kind {self.kind!r}; expected one of {BASE_KIND}, {', '.join(LEVERS)}"
            )
        wanted = {f.name for f in fields(LEVERS[self.kind])} if self.kind in LEVERS else set()
        tables = wanted & set(_TABLES)
        expected = (wanted - tables) | ({DWELLING_TYPE} if self.kind == HOUSING_KIND else set())
        names = [parameter.name for parameter in self.parameters]
        if len(names) != len(set(names)) or set(names) != expected:
            raise InputError(
                f"{self.id}: parameters {sorted(names)}; kind {self.kind} needs {sorted(expected)}"
            )
        if (self.movers is not None) != ("movers" in tables) or bool(self.dwellings) != (
            "dwelling" in tables
        ):
            raise InputError(f"{self.id}: kind {self.kind} needs the tables {sorted(tables)} and no others")
        if not self.scopes or not set(self.scopes) <= set(SCOPES):
            raise InputError(f"{self.id}: scopes {self.scopes}; expected some of {', '.join(SCOPES)}")
        if self.movers is not None and (
            any(a >= b for (a, _), (b, _) in pairwise(self.movers)) or min(v for _, v in self.movers) < 0
        ):
            raise InputError(f"{self.id}: movers must be numbers of zero or more at rising ages")
        if self.kind == HOUSING_KIND:
            options = next(p.options for p in self.parameters if isinstance(p, Choice))
            if options != tuple(dwelling.name for dwelling in self.dwellings):
                raise InputError(
                    f"{self.id}: the choices of {DWELLING_TYPE} are not its dwellings: {options}"
                )
        if self.sensitivity is not None:
            varied = self.parameter(self.sensitivity.parameter)
            for value in self.sensitivity.values:
                varied.checked(value)

    def parameter(self, name: str) -> Parameter | Choice:
        """The parameter `name`. Raises: InputError naming those there are."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        known = ", ".join(parameter.name for parameter in self.parameters)
        raise InputError(f"{self.id} has no parameter {name!r}; known: {known or 'none'}")


@dataclass(frozen=True)
class Scenario:
    """A definition with its values. `areas` are the codes acted on, None the whole country.

    `hash` (12 hexadecimal digits) is the same for the same kind, values, tables and areas, whatever the
    texts say.
    """

    id: str
    levers: tuple[Lever, ...]
    areas: tuple[str, ...] | None
    values: tuple[tuple[str, Value], ...]
    hash: str


def scenario(
    definition: ScenarioDefinition,
    values: Mapping[str, Value] | None = None,
    areas: Sequence[str] | None = None,
) -> Scenario:
    """`definition` with `values` (defaults for those not given) for `areas` (None: the whole country).

    Raises: InputError naming a parameter that does not exist or breaks its bounds, or areas it is not for.
    """
    given = values or {}
    for name in given:
        definition.parameter(name)
    chosen = {p.name: p.checked(given.get(p.name, p.default)) for p in definition.parameters}
    if definition.kind == BASE_KIND:
        return Scenario(definition.id, (), None, (), _hash(definition, {}, None))
    scope: Scope = "country" if areas is None else "municipality" if len(areas) == 1 else "network"
    if scope not in definition.scopes or (areas is not None and not areas):
        raise InputError(
            f"{definition.id} cannot be set for {list(areas) if areas is not None else 'the whole country'}; "
            f"it is meant for: {', '.join(definition.scopes)}"
        )
    where = None if areas is None else tuple(sorted(set(areas)))
    return Scenario(
        definition.id,
        (_lever(definition, chosen),),
        where,
        tuple(chosen.items()),
        _hash(definition, chosen, where),
    )


def _lever(definition: ScenarioDefinition, chosen: Mapping[str, Value]) -> Lever:
    made: dict[str, Any] = dict(chosen)
    if definition.movers is not None:
        made["movers"] = definition.movers
    if definition.dwellings:
        kind = made.pop(DWELLING_TYPE)
        made["dwelling"] = next(dwelling for dwelling in definition.dwellings if dwelling.name == kind)
    lever: Lever = LEVERS[definition.kind](**made)
    return lever


def _hash(definition: ScenarioDefinition, chosen: Mapping[str, Value], areas: tuple[str, ...] | None) -> str:
    content = {
        "id": definition.id,
        "kind": definition.kind,
        "values": dict(chosen),
        "movers": definition.movers,
        "dwellings": [asdict(dwelling) for dwelling in definition.dwellings],
        "areas": areas,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]


BASE = scenario(ScenarioDefinition(BASE_KIND, BASE_KIND, SCOPES))
"""Nothing goes otherwise."""


def sensitivity(
    definition: ScenarioDefinition,
    values: Mapping[str, Value] | None = None,
    areas: Sequence[str] | None = None,
) -> tuple[Scenario, ...]:
    """The scenario at every value of the parameter nobody knows; empty when the definition names none."""
    if definition.sensitivity is None:
        return ()
    name = definition.sensitivity.parameter
    return tuple(
        scenario(definition, {**(values or {}), name: value}, areas)
        for value in definition.sensitivity.values
    )


def applied(
    rates: YearRates, before: Array, years_on: int, areas: Sequence[str], scenario: Scenario
) -> YearRates:
    """Rates of the `years_on`-th year under `scenario`; the base scenario returns `rates` itself.

    `rates` (float64) are the base scenario's, `before[area, sex, age]` the scenario's own expected path on 31
    December before, `areas` the codes of the first axis. Raises: InputError for areas that are not projected.
    """
    if not scenario.levers:
        return rates
    acting = np.ones(len(areas), dtype=bool)
    if scenario.areas is not None:
        unknown = sorted(set(scenario.areas) - set(areas))
        if unknown:
            raise InputError(f"scenario {scenario.id} acts on {unknown[:10]}, which are not projected here")
        acting = np.isin(np.asarray(areas), scenario.areas)
    for lever in scenario.levers:
        rates = lever.act(rates, Year(years_on, acting, cohorts_of_year(before, rates)))
    return rates
