"""Corrections as data: known errors of a source, mended between parsing and the gate while they still stand.

`quality/corrections/<source>.yaml` holds them; each says which cells, what the publisher's figure is
(`expect`), what to do with it, and who decided so and why. Once the publisher's figure is another, nothing is
changed and a failed check says so: the table loads as it was published.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

import pandas as pd
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from contract.snapshot import CheckOutcome
from dagster_project.sources.candidate import Candidate
from dagster_project.sources.catalogue import CatalogueEntry, load_catalogue

CORRECTIONS_DIR = Path(__file__).with_name("corrections")
CHECK_NAME = "corrections_still_apply"
NOT_AVAILABLE = ".."
"""The symbol of a figure that a correction has marked as missing."""
Outcome = Literal["applied", "guard_failed", "absent"]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Expected(_Strict):
    """The publisher's cell as it was when the correction was written: a figure, or why there was none."""

    value: float | str | None = None
    symbol: str | None = None

    @model_validator(mode="after")
    def _says_one(self) -> Expected:
        if (self.value is None) == (self.symbol is None):
            raise ValueError("expect: give either value or symbol, as the publisher has it")
        return self

    @property
    def words(self) -> str:
        return _written(self.value) if self.symbol is None else self.symbol

    def holds(self, value: object, symbol: object) -> bool:
        """True when the publisher's cell is still this."""
        if self.symbol is not None:
            return symbol == self.symbol
        if isinstance(self.value, str) or not isinstance(value, int | float):
            return value == self.value
        return not math.isnan(value) and math.isclose(value, float(self.value or 0.0), rel_tol=1e-9)


class Correction(_Strict):
    """One correction of one table. Raises: pydantic.ValidationError naming the key that is wrong."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    table: str
    match: dict[str, str] = Field(min_length=1)
    """Key columns and the publisher's codes in them; one row, or as many as `rows` says."""
    action: Literal["set_value", "set_missing", "drop_row"]
    column: str = "value"
    value: float | str | None = None
    rows: int = Field(default=1, ge=1)
    expect: Expected
    reason: str = Field(min_length=20)
    link: str | None = Field(default=None, pattern=r"^https://")
    author: str = Field(min_length=2)
    date: date

    @model_validator(mode="after")
    def _has_what_it_sets(self) -> Correction:
        if (self.action == "set_value") != (self.value is not None):
            raise ValueError("value: set_value needs it, the other actions have none")
        return self

    @property
    def definition(self) -> str:
        """A digest that changes with every word of it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


@dataclass(frozen=True)
class Corrected:
    """How one correction ended: `found` is the publisher's cell as it is now."""

    correction: Correction
    outcome: Outcome
    found: str
    cells: int


@cache
def load_corrections(source: str, directory: Path = CORRECTIONS_DIR) -> tuple[Correction, ...]:
    """The corrections of a source's tables, in the file's order; none without a file.

    Raises: ValueError naming the file and the correction that is wrong, stands twice or has no such table.
    """
    path = directory / f"{source}.yaml"
    if not path.is_file():
        return ()
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as wrong:
        raise ValueError(f"{path} is no YAML: {' '.join(str(wrong).split())}") from wrong
    if not isinstance(document, dict) or set(document) != {"corrections"}:
        raise ValueError(f"{path}: expected one key, corrections; found {sorted(document)}")
    found = tuple(_read(item, path) for item in document["corrections"] or ())
    tables = {entry.table_name for entry in load_catalogue() if entry.source == source}
    if unknown := sorted({item.table for item in found} - tables):
        raise ValueError(f"{path}: {source} has no table {', '.join(unknown)}, so nothing would be corrected")
    names = [item.id for item in found]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"{path}: {', '.join(twice)} stands twice; an id names one correction")
    return found


def _read(item: object, path: Path) -> Correction:
    try:
        return Correction.model_validate(item)
    except ValidationError as wrong:
        name = item.get("id", "without id") if isinstance(item, dict) else item
        faults = (f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in wrong.errors())
        raise ValueError(f"{path}: correction {name}: {'; '.join(faults)}") from wrong


def corrections_of(entry: CatalogueEntry, directory: Path = CORRECTIONS_DIR) -> tuple[Correction, ...]:
    """The corrections of one table. Raises: ValueError when one matches on a column that is no key."""
    of_source = load_corrections(entry.source, directory)
    found = tuple(item for item in of_source if item.table == entry.table_name)
    for item in found:
        unknown = sorted(set(item.match) - set(entry.key_columns))
        if unknown:
            raise ValueError(
                f"{entry.source}.yaml: {item.id} matches on {', '.join(unknown)}; the key of"
                f" {entry.table_name} is {', '.join(entry.key_columns)}"
            )
    return found


def correct(
    candidate: Candidate, corrections: Sequence[Correction], *, partial: bool
) -> tuple[Candidate, tuple[Corrected, ...]]:
    """The candidate with the corrections whose guard holds, and how each ended.

    `partial` says that only some areas were asked for, so that a row may be absent for that reason alone.
    """
    frame, ended = candidate.frame, []
    for correction in corrections:
        rows = _rows(frame, correction)
        found = _found(frame[rows], correction)
        if not rows.any() and partial:
            outcome: Outcome = "absent"
        elif int(rows.sum()) == correction.rows and _still_wrong(frame[rows], correction):
            outcome = "applied"
            frame = _applied(frame, rows, correction)
        else:
            outcome = "guard_failed"
        ended.append(Corrected(correction, outcome, found, int(rows.sum())))
    return (candidate if frame is candidate.frame else replace(candidate, frame=frame)), tuple(ended)


def guard_check(ended: Iterable[Corrected]) -> tuple[CheckOutcome, ...]:
    """One check over all guards of a table, failed when one no longer holds; none without corrections."""
    told = [item for item in ended if item.outcome != "absent"]
    if not told:
        return ()
    failed = [item for item in told if item.outcome == "guard_failed"]
    expected = "; ".join(_promise(item.correction) for item in told)
    observed = "; ".join(
        f"{item.correction.id}: {item.found}, so nothing was changed; if the publisher has mended the figure,"
        " take the correction out"
        for item in failed
    )
    return (
        CheckOutcome(
            name=CHECK_NAME,
            passed=not failed,
            expected=expected,
            observed=observed or f"all {len(told)} corrections applied",
        ),
    )


def _rows(frame: pd.DataFrame, correction: Correction) -> pd.Series:
    rows = pd.Series(True, index=frame.index)
    for column, code in correction.match.items():
        rows &= (frame[column] == code).fillna(False).astype(bool)
    return rows


def _cells(rows: pd.DataFrame, correction: Correction) -> list[tuple[object, object]]:
    """(figure, symbol) of the matched rows; a table without symbols has none."""
    values = rows[correction.column].tolist()
    symbols = rows["symbol"].tolist() if "symbol" in rows else [None] * len(values)
    return list(zip(values, symbols, strict=True))


def _still_wrong(rows: pd.DataFrame, correction: Correction) -> bool:
    return all(correction.expect.holds(value, symbol) for value, symbol in _cells(rows, correction))


def _found(rows: pd.DataFrame, correction: Correction) -> str:
    cells = _cells(rows, correction)
    if not cells:
        return f"no row with {_where(correction)}"
    missing = [isinstance(value, float) and math.isnan(value) for value, _ in cells]
    said = {
        str(symbol) if gone else _written(value) for (value, symbol), gone in zip(cells, missing, strict=True)
    }
    return ", ".join(sorted(said)) + (f" in {len(cells)} rows" if len(cells) > 1 else "")


def _applied(frame: pd.DataFrame, rows: pd.Series, correction: Correction) -> pd.DataFrame:
    """The frame with the correction in it; the one given stays as it is."""
    if correction.action == "drop_row":
        return frame[~rows].reset_index(drop=True)
    missing = correction.action == "set_missing"
    changed = {correction.column: frame[correction.column].mask(rows, None if missing else correction.value)}
    if "symbol" in frame and correction.column == "value":
        changed["symbol"] = frame["symbol"].astype(object).mask(rows, NOT_AVAILABLE if missing else None)
    return frame.assign(**changed)


def _promise(correction: Correction) -> str:
    return f"{correction.id}: {_where(correction)} is {correction.expect.words}"


def _where(correction: Correction) -> str:
    return " ".join(f"{column}={code}" for column, code in correction.match.items())


def _written(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)
