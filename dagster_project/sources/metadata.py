"""What PxWeb's GET tells of a table: its variables and their values, before any figure is asked for."""

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
    """The table's metadata.

    Raises: PermanentSourceError html_answer, truncated or malformed.
    """
    document = decode_json(answer)
    try:
        variables = tuple(_variable(raw) for raw in document["variables"])
    except (KeyError, TypeError, AttributeError) as error:
        raise PermanentSourceError(
            "malformed",
            f"{answer.url}: not PxWeb metadata; expected `variables` with code, values, valueTexts ({error})",
        ) from error
    for variable in variables:
        if len(variable.values) != len(variable.texts):
            raise PermanentSourceError(
                "malformed",
                f"{answer.url}: {variable.code!r} has {len(variable.values)} values and "
                f"{len(variable.texts)} texts",
            )
    return Metadata(title=str(document.get("title", "")), variables=variables)


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
