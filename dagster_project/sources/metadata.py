"""What PxWeb tells of a table before any figure is asked for: its variables and their values.

Version 1 of the interface lists variables; version 2 sends a json-stat2 dataset that has no figures yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dagster_project.sources.answer import Answer, decode_json
from dagster_project.sources.errors import PermanentSourceError


@dataclass(frozen=True)
class Variable:
    """One variable of a PxWeb table. `values` and `texts` run in parallel, in the publisher's order."""

    code: str
    text: str
    values: tuple[str, ...]
    texts: tuple[str, ...]
    time: bool = False
    elimination: bool = False
    map: str | None = None


@dataclass(frozen=True)
class Metadata:
    title: str
    variables: tuple[Variable, ...]

    def described(self) -> str:
        """The variables there are, in words for an error message."""
        return "; ".join(f"{v.code!r} ({v.text}, {len(v.values)} values)" for v in self.variables)


def parse_metadata(answer: Answer) -> Metadata:
    """The table's metadata, in either version's form.

    Raises: PermanentSourceError html_answer, truncated or malformed.
    """
    document = decode_json(answer)
    is_dataset = document.get("class") == "dataset"
    try:
        variables = _of_dataset(document) if is_dataset else tuple(map(_variable, document["variables"]))
        _require_sense(variables)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        expected = "a dataset with `id` and `dimension`" if is_dataset else "`variables`"
        raise PermanentSourceError(
            "malformed",
            f"{answer.url}: not PxWeb metadata; expected {expected} with codes, values and texts "
            f"({type(error).__name__}: {error})",
        ) from error
    return Metadata(title=str(document.get("label" if is_dataset else "title", "")), variables=variables)


def _require_sense(variables: tuple[Variable, ...]) -> None:
    """Raises: ValueError when a code stands twice or texts and values do not pair."""
    codes = [variable.code for variable in variables]
    if len(set(codes)) < len(codes):
        raise ValueError(f"a variable stands twice: {codes}")
    for variable in variables:
        if len(variable.values) != len(variable.texts):
            raise ValueError(
                f"{variable.code!r} has {len(variable.values)} values and {len(variable.texts)} texts"
            )
        if len(set(variable.values)) < len(variable.values):
            twice = next(value for value in variable.values if variable.values.count(value) > 1)
            raise ValueError(f"{variable.code!r} has the value {twice!r} twice")


def _variable(raw: dict[str, Any]) -> Variable:
    return Variable(
        code=str(raw["code"]),
        text=str(raw.get("text", raw["code"])),
        values=tuple(map(str, raw["values"])),
        texts=tuple(map(str, raw["valueTexts"])),
        time=bool(raw.get("time", False)),
        elimination=bool(raw.get("elimination", False)),
        map=str(raw["map"]) if raw.get("map") else None,
    )


def _of_dataset(document: dict[str, Any]) -> tuple[Variable, ...]:
    """The variables of a json-stat2 dataset. The municipal division (`map`) is not told there."""
    periods = _texts((document.get("role") or {}).get("time") or [])
    return tuple(
        _of_dimension(code, document["dimension"][code], is_time=code in periods)
        for code in _texts(document["id"])
    )


def _of_dimension(code: str, dimension: dict[str, Any], *, is_time: bool) -> Variable:
    category = dimension["category"]
    label = category.get("label") or {}
    values = _in_order(category.get("index"), label)
    return Variable(
        code=code,
        text=str(dimension.get("label", code)),
        values=values,
        texts=tuple(str(label.get(value, value)) for value in values),
        time=is_time,
        elimination=bool((dimension.get("extension") or {}).get("elimination", False)),
    )


def _in_order(index: object, label: dict[str, Any]) -> tuple[str, ...]:
    """A dimension's values in the publisher's order. Raises: ValueError when the index does not tell it."""
    if index is None:
        return tuple(label)
    if not isinstance(index, dict):
        return _texts(index)
    if sorted(index.values()) != list(range(len(index))):
        raise ValueError("an index does not count its values from 0")
    return tuple(sorted(index, key=index.__getitem__))


def _texts(listed: object) -> tuple[str, ...]:
    """A list of texts. Raises: ValueError for anything else."""
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise ValueError(f"expected a list of texts, got {str(listed)[:60]}")
    return tuple(listed)
