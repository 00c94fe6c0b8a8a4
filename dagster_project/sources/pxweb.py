"""The PxWeb client: fetches a catalogue entry through a transport and parses it to a candidate table.

A candidate is long: one row per published cell, role columns holding the publisher's own value codes.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from math import prod

import numpy as np
import pandas as pd

from dagster_project.sources.answer import Answer
from dagster_project.sources.catalogue import CatalogueEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.jsonstat import Cube, parse_jsonstat
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.resolve import Selection, municipality_of, resolve
from dagster_project.sources.transport import Progress, Transport, silent


@dataclass(frozen=True)
class Fetched:
    """A table's answers as received, and what was asked of it."""

    entry: CatalogueEntry
    origin: str
    metadata: Answer
    data: tuple[Answer, ...]
    selection: Selection
    listing_stamp: str | None = None

    @property
    def answers(self) -> tuple[Answer, ...]:
        return (self.metadata, *self.data)


@dataclass(frozen=True)
class Candidate:
    """A parsed table that has not passed the gate yet.

    `frame` has the role columns (categorical text, the publisher's codes), `area_text`, `contents_text`,
    `value` (float, NaN when missing) and `symbol` (the publisher's missing symbol, else null).
    """

    frame: pd.DataFrame
    selection: Selection
    publisher_stamp: datetime | None
    is_extract: bool
    covers_country: bool
    """True when the municipalities in the table are all of the country's."""
    made_at: datetime | None = None
    """When the extract was made; None for a publisher's answers."""

    @property
    def periods(self) -> tuple[str, ...]:
        """Periods in the table, in the publisher's order."""
        return _present(self.frame["time"])

    @property
    def areas(self) -> tuple[str, ...]:
        """The publisher's area codes in the table."""
        return _present(self.frame["area"])

    @property
    def municipalities(self) -> tuple[str, ...]:
        """Three-digit codes of the municipalities in the table."""
        return tuple(code for area in self.areas if (code := municipality_of(area)))


def fetch_table(
    entry: CatalogueEntry,
    transport: Transport,
    *,
    areas: Collection[str] | None = None,
    listing_stamp: str | None = None,
    progress: Progress = silent,
) -> Fetched:
    """The table's metadata and figures as the transport delivers them.

    Raises: SourceFault.
    """
    metadata = transport.metadata(entry)
    selection = resolve(entry, parse_metadata(metadata), areas=areas, first_year=transport.first_year)
    data = transport.data(entry, selection, progress)
    return Fetched(entry, transport.origin, metadata, data, selection, listing_stamp)


def parse_table(fetched: Fetched) -> Candidate:
    """The candidate table in the answers, narrowed to the selection.

    Raises: PermanentSourceError; wrong_table when the answers are another table's, truncated when cells that
    were asked for did not come.
    """
    cubes = [parse_jsonstat(answer) for answer in fetched.data]
    for cube in cubes:
        _check_belongs(fetched, cube)
    frame = _narrowed(_long(fetched.selection, cubes), fetched.selection)
    stamps = [cube.updated for cube in cubes if cube.updated is not None]
    is_extract = any((cube.extract or {}).get("extract") for cube in cubes)
    return Candidate(
        frame=frame,
        selection=fetched.selection,
        publisher_stamp=max(stamps, default=None),
        is_extract=is_extract,
        covers_country=fetched.entry.keep_all_areas or not (is_extract or fetched.selection.narrowed),
        made_at=max((cube.made_at for cube in cubes if cube.made_at is not None), default=None),
    )


def _check_belongs(fetched: Fetched, cube: Cube) -> None:
    entry, selection = fetched.entry, fetched.selection
    if cube.table_id is not None:
        stem = cube.table_id.casefold().removesuffix(".px")
        if stem != entry.table_id.casefold() and not stem.endswith(f"_{entry.table_id.casefold()}"):
            raise PermanentSourceError(
                "wrong_table",
                f"{cube.url}: the answer is table {cube.table_id!r}, expected {entry.table_id!r}",
            )
    expected = {*selection.variable_codes.values(), *selection.at_total}
    if set(cube.dimensions) != expected:
        raise PermanentSourceError(
            "wrong_table",
            f"{cube.url}: the figures have variables {sorted(cube.dimensions)}, "
            f"the table's metadata {sorted(expected)}",
        )


def _long(selection: Selection, cubes: list[Cube]) -> pd.DataFrame:
    """All cells of the cubes, one row each; role columns are categoricals over the metadata's values."""
    codes: dict[str, list[np.ndarray]] = {role: [] for role in selection.roles}
    values, symbols = [], []
    known = sorted({symbol for cube in cubes for symbol in cube.symbols.values()})
    for cube in cubes:
        keep = _rows_at_total(selection, cube)
        values.append(cube.values[keep])
        symbols.append(_symbol_codes(cube, known)[keep])
        for role in selection.roles:
            codes[role].append(_role_codes(selection, role, cube)[keep])
    columns: dict[str, object] = {}
    for role, variable in selection.roles.items():
        columns[role] = pd.Categorical.from_codes(
            np.concatenate(codes[role]), categories=list(variable.values)
        )
    for role in ("area", "contents"):
        columns[f"{role}_text"] = _texts(selection, role, np.concatenate(codes[role]))
    columns["value"] = np.concatenate(values)
    columns["symbol"] = pd.Categorical.from_codes(np.concatenate(symbols), categories=known)
    return pd.DataFrame(columns)


def _role_codes(selection: Selection, role: str, cube: Cube) -> np.ndarray:
    """For each cell, the position of its value among the metadata's values of the role."""
    variable = selection.roles[role]
    position = {value: number for number, value in enumerate(variable.values)}
    categories = cube.dimensions[variable.code]
    unknown = [value for value in categories if value not in position]
    if unknown:
        raise PermanentSourceError(
            "drifted",
            f"{cube.url}: {variable.code!r} has value {unknown[0]!r}, which the metadata does not list",
        )
    own = np.array([position[value] for value in categories], dtype=np.int32)
    return _spread(cube, variable.code, own)


def _spread(cube: Cube, code: str, per_category: np.ndarray) -> np.ndarray:
    """One number per cell from one number per category of a dimension."""
    shape = tuple(len(categories) for categories in cube.dimensions.values())
    axis = list(cube.dimensions).index(code)
    lead = [1] * len(shape)
    lead[axis] = shape[axis]
    return np.broadcast_to(per_category.reshape(lead), shape).reshape(-1)


def _rows_at_total(selection: Selection, cube: Cube) -> np.ndarray | slice:
    """The cells at the totals of the variables that are dropped."""
    if not selection.at_total:
        return slice(None)
    keep = np.ones(cube.values.shape, dtype=bool)
    for code, total in selection.at_total.items():
        keep &= _spread(cube, code, np.array([value == total for value in cube.dimensions[code]]))
    return keep


def _symbol_codes(cube: Cube, known: list[str]) -> np.ndarray:
    codes = np.full(cube.values.shape, -1, dtype=np.int8)
    if cube.symbols:
        number = {symbol: position for position, symbol in enumerate(known)}
        positions = np.fromiter(cube.symbols, dtype=np.int64, count=len(cube.symbols))
        if positions.min() < 0 or positions.max() >= codes.size:
            raise PermanentSourceError(
                "malformed", f"{cube.url}: a status lies outside the {codes.size} cells"
            )
        codes[positions] = [number[symbol] for symbol in cube.symbols.values()]
    return codes


def _texts(selection: Selection, role: str, codes: np.ndarray) -> pd.Categorical:
    """The publisher's labels; several codes may share one."""
    labels, of_value = np.unique(np.array(selection.roles[role].texts, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(of_value[codes], categories=list(labels))


def _narrowed(frame: pd.DataFrame, selection: Selection) -> pd.DataFrame:
    """The rows the selection asks for; a cell it asks for and the answers lack is a truncated answer."""
    keep = np.ones(len(frame), dtype=bool)
    for role, values in selection.values.items():
        column = frame[role].cat
        wanted = np.isin(np.asarray(column.categories, dtype=object), np.array(values, dtype=object))
        if not wanted.all():
            keep &= wanted[column.codes]
    narrowed = frame if keep.all() else frame[keep].reset_index(drop=True)
    for role, values in selection.values.items():
        absent = sorted(set(values) - set(_present(narrowed[role])))
        if absent:
            raise PermanentSourceError(
                "truncated",
                f"{len(absent)} of {len(values)} values of {selection.roles[role].code!r} that the metadata "
                f"lists are missing from the figures, first {absent[0]!r}",
            )
    cells = prod(map(len, selection.values.values()))
    if len(narrowed) < cells:
        raise PermanentSourceError("truncated", f"{len(narrowed)} cells came, {cells} were asked for")
    return narrowed


def _present(column: pd.Series) -> tuple[str, ...]:
    """The categories that occur, in their order."""
    used = np.unique(column.cat.codes)
    return tuple(column.cat.categories[code] for code in used if code >= 0)
