"""KPI definitions: what the YAML beside each KPI's SQL says of it, read and checked.

A wrong definition is refused with its file, line and remedy, because it is written by hand by analysts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dagster_project.figure_checks import FigureCheck, Verification, verification_of

KPI_COLUMNS: dict[str, str] = {
    "municipality_code": "varchar",
    "kpi_id": "varchar",
    "period_type": "varchar",
    "period": "varchar",
    "period_end": "date",
    "value": "double",
    "value_status": "varchar",
    "numerator": "double",
    "denominator": "double",
    "lower": "double",
    "upper": "double",
    "numerator_variance": "double",
    "scale": "double",
}
"""Columns of every KPI model, in order, with their dbt data types."""

SHARED_FOLDER = "core"
"""The one folder under marts that is no theme: dimensions and what is made of all KPIs together."""

TO_FILL = "<fill in:"
"""Begins a place that `kuntaluotsi new-kpi` left to its writer, in SQL and YAML alike."""

Sentence = Annotated[str, Field(min_length=1)]
Unit = Literal["persons", "pct", "per_mille", "ratio_per_100", "eur_per_capita", "years"]
ValidFor = Literal["all", "mainland"]
Aggregation = Literal["sum", "ratio"]
AreaInterval = Literal["none", "poisson", "normal"]
Chance = Literal["events", "people", "none"]


class Texts(BaseModel):
    """One text in the three languages of the dashboards."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    fi: Sentence
    sv: Sentence
    en: Sentence


class KpiDefinition(BaseModel):
    """One KPI as `config.meta.kpi` of its model describes it; docs/methods/kpi_rules.md says how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    catalogue_code: str | None
    sort_order: int
    name: Texts
    description: Texts
    formula: Texts
    caveat: Texts
    unit: Unit
    unit_name: Texts | None = None
    decimals: int = Field(ge=0, le=3)
    direction: Literal["higher", "lower", "band", "none"]
    valid_for: ValidFor
    period_type: Literal["year", "quarter", "month"]
    normal_lag_months: int = Field(ge=0, le=60)
    includes_social_and_health_until: int | None
    aggregation: Aggregation
    area_interval: AreaInterval
    chance: Chance | None = None
    source_tables: tuple[Annotated[str, Field(pattern=r"^[a-z]+\.[a-z][a-z0-9_]*$")], ...] = Field(
        min_length=1
    )
    owner: Sentence
    checked_against: tuple[FigureCheck, ...] = ()


_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's loader where PyYAML was built with it: hundreds of definitions are read on every refresh."""


@dataclass(frozen=True)
class Kpi:
    """A KPI's definition with its id (the model's name without `kpi_`) and theme (the folder's name)."""

    kpi_id: str
    theme: str
    path: Path
    definition: KpiDefinition

    @property
    def verification(self) -> Verification:
        """How sure the figures are, by what they are held to (`kuntaluotsi figures-check`)."""
        return verification_of(self.definition.checked_against, is_count=self.definition.aggregation == "sum")


class KpiDefinitionError(ValueError):
    """A KPI's files are wrong; the message gives file, line and remedy."""


def read_kpis(marts_dir: Path) -> tuple[Kpi, ...]:
    """Every KPI under `marts_dir/<theme>/`, in the order of the catalogue.

    Raises: KpiDefinitionError naming file and line of the first wrong definition.
    """
    kpis = [_read_kpi(path) for path in _kpi_files(marts_dir, ".yml")]
    described = {kpi.path.with_suffix(".sql") for kpi in kpis}
    for sql in _kpi_files(marts_dir, ".sql"):
        if sql not in described:
            raise KpiDefinitionError(
                f"{sql}: no {sql.stem}.yml beside it; write one (CONTRIBUTING, adding a KPI)"
            )
    _refuse_repeated(kpis)
    return tuple(sorted(kpis, key=lambda kpi: (kpi.definition.sort_order, kpi.kpi_id)))


def _kpi_files(marts_dir: Path, suffix: str) -> list[Path]:
    return [path for path in sorted(marts_dir.glob(f"*/kpi_*{suffix}")) if path.parent.name != SHARED_FOLDER]


def _read_kpi(path: Path) -> Kpi:
    sql = path.with_suffix(".sql")
    if not sql.is_file():
        raise KpiDefinitionError(
            f"{path}: no {sql.name} beside it; write the KPI's SQL or remove the definition"
        )
    text = path.read_text(encoding="utf-8")
    for written, told in ((sql, sql.read_text(encoding="utf-8")), (path, text)):
        _refuse_places_to_fill(written, told)
    try:
        root = yaml.compose(text, Loader=_LOADER)
        document = yaml.load(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KpiDefinitionError(
            f"{path}:{line}: not YAML: {error.problem}; "
            "a text with a colon, quote or # needs quotes around it"
        ) from error
    _refuse_repeated_keys(path, root)
    try:
        (model,) = document["models"]
        columns = {column["name"]: column["data_type"] for column in model["columns"]}
        fields = model["config"]["meta"]["kpi"]
    except (KeyError, TypeError, ValueError) as error:
        raise KpiDefinitionError(
            f"{path}:1: expected one model with columns and config.meta.kpi, found none of {error}; "
            "copy the form of another KPI"
        ) from error
    if model["name"] != path.stem:
        raise KpiDefinitionError(
            f"{path}:{_line(root, 'models', 0, 'name')}: the model is called {model['name']!r}, "
            f"expected {path.stem!r} as the file; rename one of them"
        )
    if list(columns.items()) != list(KPI_COLUMNS.items()):
        raise KpiDefinitionError(
            f"{path}:{_line(root, 'models', 0, 'columns')}: the columns are {columns}, "
            f"expected {KPI_COLUMNS} in this order; every KPI has the same"
        )
    try:
        definition = KpiDefinition.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = _line(root, "models", 0, "config", "meta", "kpi", *first["loc"])
        name = ".".join(str(part) for part in first["loc"])
        if first["type"] == "missing":
            raise KpiDefinitionError(
                f"{path}:{where}: {name} is missing; write it there beside the others"
            ) from error
        raise KpiDefinitionError(
            f"{path}:{where}: {name}: {first['msg']} (found {first['input']!r}); correct it there"
        ) from error
    return Kpi(path.stem.removeprefix("kpi_"), path.parent.name, path, definition)


def _refuse_repeated_keys(path: Path, root: yaml.Node) -> None:
    """YAML itself keeps the last of two equal keys and drops the first without a word."""
    if isinstance(root, yaml.SequenceNode):
        for part in root.value:
            _refuse_repeated_keys(path, part)
    elif isinstance(root, yaml.MappingNode):
        first_lines: dict[str, int] = {}
        for key, value in root.value:
            line = key.start_mark.line + 1
            if str(key.value) in first_lines:
                raise KpiDefinitionError(
                    f"{path}:{line}: {key.value} is given twice, "
                    f"first on line {first_lines[str(key.value)]}; remove one of them"
                )
            first_lines[str(key.value)] = line
            _refuse_repeated_keys(path, value)


def _refuse_places_to_fill(path: Path, text: str) -> None:
    left = [(number, line) for number, line in enumerate(text.splitlines(), 1) if TO_FILL in line]
    if left:
        number, line = left[0]
        place = line[line.index(TO_FILL) :].partition(">")[0] + ">"
        more = f" ({len(left) - 1} more lines after it)" if len(left) > 1 else ""
        raise KpiDefinitionError(f"{path}:{number}: still to be written: {place}{more}; write it there")


def _refuse_repeated(kpis: list[Kpi]) -> None:
    """Ids, places in the order and names (readers choose a KPI by its name) belong to one KPI each."""
    first: dict[tuple[str, str], Kpi] = {}
    for kpi in kpis:
        for field, value in _own_values(kpi):
            other = first.setdefault((field, value.casefold()), kpi)
            if other is not kpi:
                raise KpiDefinitionError(
                    f"{kpi.path}:{line_of(kpi, field)}: {field} {value!r} is already that of {other.path}; "
                    "give it its own"
                )


def _own_values(kpi: Kpi) -> Iterator[tuple[str, str]]:
    yield "id", kpi.kpi_id
    yield "sort_order", str(kpi.definition.sort_order)
    for language, name in kpi.definition.name:
        yield f"name.{language}", name


def line_of(kpi: Kpi, field: str) -> int:
    """The line of the KPI's YAML where `field` of its definition begins; 1 for its id."""
    root = yaml.compose(kpi.path.read_text(encoding="utf-8"), Loader=_LOADER)
    keys = () if field == "id" else ("config", "meta", "kpi", *field.split("."))
    return _line(root, "models", 0, *keys) if keys else 1


def _line(root: yaml.Node, *keys: object) -> int:
    """The line (from 1) of the deepest node along `keys` that the file has."""
    node = root
    line = node.start_mark.line + 1
    for key in keys:
        child = _child(node, key)
        if child is None:
            break
        node = child
        line = node.start_mark.line + 1
    return line


def _child(node: yaml.Node, key: object) -> yaml.Node | None:
    if isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
        return node.value[key]
    if isinstance(node, yaml.MappingNode):
        for name, value in node.value:
            if name.value == key:
                return value
    return None
