"""The registers that a municipality fills in itself: read from `contract/registers/*.yaml`, strictly.

A register says its columns with type, unit, bounds and texts in three languages, what makes a row the same
row (`key`), what a new file replaces (`scope`), who looks after it and who may see it. Templates, checks,
tables and pages follow from the file.
"""

from __future__ import annotations

import datetime
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from contract.yaml_forms import StrictForm, Text, Texts, read_form
from foresight.cohorts import InputError

BUILT_IN = Path(__file__).with_name("registers")
UNITS, ROLES, COMMON = "_units.yaml", "_roles.yaml", "_common.yaml"

ColumnType = Literal[
    "text", "integer", "decimal", "money", "percent", "date", "month", "choice", "municipality", "kpi"
]
Audience = Literal["public", "network", "municipality"]
Relation = Literal["not_after", "at_most", "needs"]
NUMBERS = frozenset({"integer", "decimal", "money", "percent"})
_Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,40}$")]
_Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]{1,40}$")]
_LONGEST_TEXT = 2_000


class Column(StrictForm):
    """One column. `min` and `max` bound numbers; for text `max` is the most characters."""

    id: _Id
    type: ColumnType
    name: Texts
    help: Texts
    unit: str | None = None
    required: bool = False
    min: float | None = None
    max: float | None = None
    values: dict[_Code, Texts] | None = None
    example: str | int | float | datetime.date

    @property
    def longest(self) -> int:
        """The most characters of a text."""
        return int(self.max) if self.max is not None else _LONGEST_TEXT


class CommonColumn(StrictForm):
    """A column that `_common.yaml` describes."""

    common: _Id


class Rule(StrictForm):
    """What two columns of a row must keep: `left` not after, at most or never without `right`."""

    left: _Id
    relation: Relation
    right: _Id


class _RegisterFile(StrictForm):
    id: _Id
    version: Annotated[int, Field(ge=1)]
    order: int
    audience: Audience
    owner: _Id
    name: Texts
    help: Texts
    key: Annotated[tuple[_Id, ...], Field(min_length=1)]
    scope: Annotated[tuple[_Id, ...], Field(min_length=1)]
    period: _Id | None = None
    kpis: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()
    columns: Annotated[tuple[Column | CommonColumn, ...], Field(min_length=2)]


class Register(_RegisterFile):
    """One register with every column spelt out."""

    columns: Annotated[tuple[Column, ...], Field(min_length=2)]

    def column(self, name: str) -> Column:
        """The column called `name`. Raises: KeyError naming those there are."""
        for column in self.columns:
            if column.id == name:
                return column
        raise KeyError(f"register {self.id} has no column {name!r}; it has {[c.id for c in self.columns]}")

    def owner_name(self) -> Texts:
        """What the owner's role is called."""
        return roles()[self.owner]


@lru_cache(maxsize=1)
def units() -> dict[str, Texts]:
    """What each unit is called."""
    return read_form(BUILT_IN / UNITS, dict[str, Texts], "units")


@lru_cache(maxsize=1)
def roles() -> dict[str, Texts]:
    """What each owner's role is called."""
    return read_form(BUILT_IN / ROLES, dict[str, Texts], "roles")


@lru_cache(maxsize=1)
def registers() -> dict[str, Register]:
    """The registers by id, in the order of menus. Raises: InputError for a file that does not fit."""
    found = [read_register(path) for path in sorted(BUILT_IN.glob("*.yaml")) if path.name[0] != "_"]
    return {register.id: register for register in sorted(found, key=lambda each: (each.order, each.id))}


def find_register(name: str) -> Register:
    """The register called `name`. Raises: KeyError naming those there are."""
    if name not in registers():
        raise KeyError(f"there is no register {name!r}; registers: {', '.join(registers())}")
    return registers()[name]


def read_register(path: Path, common: Path = BUILT_IN / COMMON) -> Register:
    """The register in the file at `path`, its parts held against each other.

    Raises: InputError naming the file, the key and what was expected.
    """
    shared = read_form(common, dict[str, Column], "common columns")
    file = read_form(path, _RegisterFile, "a register")
    columns = tuple(_spelt_out(path, column, shared) for column in file.columns)
    register = Register(**{**dict(file), "columns": columns})
    if path.stem != register.id:
        raise InputError(f"{path} holds register {register.id!r}; the file must be called {register.id}.yaml")
    _refuse_unknown_names(path, register)
    for column in register.columns:
        _refuse_column(path, column)
    _refuse_rules(path, register)
    return register


def _spelt_out(path: Path, column: Column | CommonColumn, shared: dict[str, Column]) -> Column:
    if isinstance(column, Column):
        return column
    if column.common not in shared:
        raise InputError(f"{path}: {column.common!r} is not in {COMMON}; known: {', '.join(shared)}")
    return shared[column.common]


def _refuse_unknown_names(path: Path, register: Register) -> None:
    ids = [column.id for column in register.columns]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise InputError(f"{path}: columns {twice} are given twice")
    named: dict[str, tuple[str, ...]] = {
        "key": register.key,
        "scope": register.scope,
        "period": (register.period,) if register.period else (),
        "rules": tuple(name for rule in register.rules for name in (rule.left, rule.right)),
    }
    for where, given in named.items():
        if unknown := sorted(set(given) - set(ids)):
            raise InputError(f"{path}, {where}: {unknown} are no columns of the register; it has {ids}")
    if register.owner not in roles():
        raise InputError(f"{path}, owner: {register.owner!r} is not in {ROLES}; known: {', '.join(roles())}")
    if not set(register.scope) <= set(register.key):
        raise InputError(f"{path}: scope {register.scope} must be part of the key {register.key}")
    if register.scope[0] != "municipality_code":
        raise InputError(f"{path}, scope: {register.scope} must begin with municipality_code")
    for name in register.key:
        if not register.column(name).required:
            raise InputError(f"{path}, key: column {name} must be required, or rows could not be told apart")
    for language in ("fi", "sv", "en"):
        names = [column.name.of(language).casefold() for column in register.columns]
        if again := sorted({name for name in names if names.count(name) > 1}):
            raise InputError(f"{path}: two columns are called {again} in {language}")


def _refuse_column(path: Path, column: Column) -> None:
    where = f"{path}, {column.id}"
    if (column.type == "choice") != (column.values is not None):
        raise InputError(f"{where}: `values` and type choice belong together; the type is {column.type}")
    if column.unit is not None and column.unit not in units():
        raise InputError(f"{where}: unit {column.unit!r} is not in {UNITS}; known: {', '.join(units())}")
    if column.unit is not None and column.type not in NUMBERS:
        raise InputError(f"{where}: only a number has a unit; the type is {column.type}")
    if column.type == "money" and column.unit not in ("eur", "eur_per_month"):
        raise InputError(f"{where}: money is in eur or eur_per_month, not {column.unit!r}")
    if column.min is not None and column.type not in NUMBERS:
        raise InputError(f"{where}: `min` belongs to numbers; the type is {column.type}")
    if column.max is not None and column.type not in NUMBERS | {"text"}:
        raise InputError(f"{where}: `max` belongs to numbers and text; the type is {column.type}")
    if column.min is not None and column.max is not None and column.min > column.max:
        raise InputError(f"{where}: min {column.min:g} is above max {column.max:g}")
    for language in ("fi", "sv", "en"):
        labels = [texts.of(language).casefold() for texts in (column.values or {}).values()]
        if len(set(labels)) < len(labels):
            raise InputError(f"{where}: two values have the same label in {language}")
    _refuse_example(where, column)


def _refuse_example(where: str, column: Column) -> None:
    example: Any = column.example
    if example == "":
        if column.required:
            raise InputError(f"{where}: a required column needs an example")
        return
    fits = {
        "integer": isinstance(example, int),
        "decimal": isinstance(example, int | float),
        "money": isinstance(example, int | float),
        "percent": isinstance(example, int | float),
        "date": isinstance(example, datetime.date),
    }.get(column.type, isinstance(example, str))
    if not fits:
        raise InputError(f"{where}: the example {example!r} is no {column.type}")
    if column.values is not None and example not in column.values:
        raise InputError(f"{where}: the example {example!r} is not among {', '.join(column.values)}")
    if column.type in NUMBERS:
        least, most = column.min, column.max
        if (least is not None and example < least) or (most is not None and example > most):
            raise InputError(f"{where}: the example {example!r} is outside its bounds")
    elif column.type == "text" and len(example) > column.longest:
        raise InputError(f"{where}: the example is longer than {column.longest} characters")


def _refuse_rules(path: Path, register: Register) -> None:
    for rule in register.rules:
        types = {register.column(rule.left).type, register.column(rule.right).type}
        if rule.relation == "not_after" and not types <= {"date"}:
            raise InputError(f"{path}, rules: not_after holds for dates, not for {sorted(types)}")
        if rule.relation == "at_most" and not types <= NUMBERS:
            raise InputError(f"{path}, rules: at_most holds for numbers, not for {sorted(types)}")
