"""A second reading of landed json-stat answers, by pandas alone, that shares no code with the warehouse's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from dagster_project.figure_checks import FigureCheck

_SEXES = {"SSS": "total", "1": "male", "2": "female"}
_LATEST_WITH_YEAR = re.compile(r"(\d{4})$")


def read_cells(landing: Path) -> pd.DataFrame:
    """Every cell of a landing: columns area, period, figure, age (or total), sex (or total), value.

    Areas are three digits or the publisher's own code; periods are years or `2020M01`. The period of an
    edition that calls it "latest" is the year at the end of its figure's name. Missing cells are NaN.

    Raises: FileNotFoundError when the landing holds no json-stat answer.
    """
    answers = sorted(landing.glob("data*.json"))
    if not answers:
        raise FileNotFoundError(f"{landing}: no data*.json, so there is nothing to read a second time")
    return pd.concat([_cells(json.loads(path.read_text(encoding="utf-8"))) for path in answers])


def sums_of(cells: pd.DataFrame, check: FigureCheck) -> pd.Series:
    """The weighted sum that `check` names, by area and period; missing where one of its cells is."""
    weights = {
        figure: weight
        for pattern, weight in check.figures.items()
        for figure in cells["figure"].unique()
        if re.fullmatch(pattern, figure)
    }
    chosen = cells[cells["figure"].isin(weights) & (cells["sex"] == (check.sex or "total"))]
    if check.ages:
        ages = pd.to_numeric(chosen["age"].str.removesuffix("-"), errors="coerce")
        chosen = chosen[pd.concat([ages.between(*span) for span in check.ages], axis=1).any(axis=1)]
    else:
        chosen = chosen[chosen["age"] == "total"]
    weighted = chosen["value"] * chosen["figure"].map(weights).astype(float)
    return weighted.groupby([chosen["area"], chosen["period"]]).agg(lambda parts: parts.sum(skipna=False))


def _cells(answer: dict[str, Any]) -> pd.DataFrame:
    codes = [_codes(answer["dimension"][name]["category"]["index"]) for name in answer["id"]]
    index = pd.MultiIndex.from_product(codes, names=answer["id"])
    cells = pd.DataFrame({"value": _values(answer["value"], len(index))}, index=index).reset_index()
    role = {kind: names[0] for kind, names in answer["role"].items() if names}
    told = pd.DataFrame(
        {
            "area": cells[role["geo"]].str.removeprefix("KU"),
            "period": cells[role["time"]],
            "figure": cells[role["metric"]],
            "age": "total",
            "sex": "total",
            "value": cells["value"].astype(float),
        }
    )
    for name in set(answer["id"]) - set(role.values()):
        found = set(cells[name])
        if found <= set(_SEXES):
            told["sex"] = cells[name].map(_SEXES)
        elif "000" in found:
            told["age"] = cells[name].replace("SSS", "total")
        else:
            raise ValueError(
                f"{name} holds {sorted(found)[:5]}: neither ages nor sexes, which is all that is read"
            )
    named = told["figure"].str.extract(_LATEST_WITH_YEAR, expand=False)
    told["period"] = told["period"].where(told["period"] != "latest", named)
    return told


def _codes(index: dict[str, int] | list[str]) -> list[str]:
    return index if isinstance(index, list) else sorted(index, key=index.__getitem__)


def _values(values: list[float | None] | dict[str, float], size: int) -> list[float | None]:
    return values if isinstance(values, list) else [values.get(str(place)) for place in range(size)]
