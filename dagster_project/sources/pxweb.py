"""The PxWeb client: fetches a catalogue entry through a transport and parses it to a candidate table.

A candidate is long: one row per published cell, role columns holding the publisher's own value codes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from math import prod

import numpy as np
import pandas as pd

from dagster_project.sources.candidate import Candidate, municipalities, present
from dagster_project.sources.catalogue import WITHOUT_LABELS, PxWebEntry
from dagster_project.sources.client import Fetched
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.formats.cube import Cube, least_type, spread
from dagster_project.sources.formats.jsonstat import parse_jsonstat
from dagster_project.sources.metadata import parse_metadata
from dagster_project.sources.resolve import Selection, resolve
from dagster_project.sources.transport import Progress, Transport, silent


class PxWebClient:
    """The PxWeb protocol; `fetch_table` and `parse_table` do the work."""

    def listing_stamp(self, entry: PxWebEntry, transport: Transport) -> str | None:
        return transport.listing_stamp(entry)

    def fetch(
        self,
        entry: PxWebEntry,
        transport: Transport,
        *,
        areas: Collection[str] | None,
        listing_stamp: str | None,
        progress: Progress,
    ) -> Fetched:
        return fetch_table(entry, transport, areas=areas, listing_stamp=listing_stamp, progress=progress)

    def parse(self, fetched: Fetched) -> Candidate:
        return parse_table(fetched)


CLIENT = PxWebClient()


def fetch_table(
    entry: PxWebEntry,
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
    return Fetched(
        entry,
        transport.origin,
        (metadata, *data),
        listing_stamp,
        reading=selection,
        variable_codes=selection.variable_codes,
        border_year=selection.border_year,
    )


def parse_table(fetched: Fetched) -> Candidate:
    """The candidate table in the answers, narrowed to the selection.

    Raises: PermanentSourceError; wrong_table when the answers are another table's, truncated when cells that
    were asked for did not come.
    """
    selection: Selection = fetched.reading
    cubes = [parse_jsonstat(answer) for answer in fetched.answers[1:]]
    for cube in cubes:
        _check_belongs(fetched.entry, selection, cube)
    frame = _narrowed(_long(selection, cubes), selection)
    stamps = [cube.updated for cube in cubes if cube.updated is not None]
    is_extract = any((cube.extract or {}).get("extract") for cube in cubes)
    areas = present(frame["area"]) if "area" in frame else ()
    return Candidate(
        frame=frame,
        key_columns=fetched.entry.key_columns,
        periods=present(frame["time"]) if "time" in frame else (),
        areas=areas,
        municipalities=municipalities(areas),
        publisher_stamp=max(stamps, default=None),
        border_year=selection.border_year,
        is_extract=is_extract,
        covers_country=fetched.entry.keep_all_areas or not (is_extract or selection.narrowed),
        made_at=max((cube.made_at for cube in cubes if cube.made_at is not None), default=None),
        missing_areas=selection.missing_areas,
        selection=selection,
    )


def _check_belongs(entry: PxWebEntry, selection: Selection, cube: Cube) -> None:
    if cube.table_id is not None and entry.listed_as is None:
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
    known = sorted({name for cube in cubes for name in cube.marks.names})
    keeps = [_rows_at_total(selection, cube) for cube in cubes]

    def column(of_cube: Callable[[Cube], np.ndarray]) -> np.ndarray:
        parts = [of_cube(cube)[keep] for cube, keep in zip(cubes, keeps, strict=True)]
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    codes = {
        role: column(lambda cube, role=role: _role_codes(selection, role, cube))  # type: ignore[misc]
        for role in selection.roles
    }
    columns: dict[str, object] = {
        role: pd.Categorical.from_codes(codes[role], categories=list(variable.values))
        for role, variable in selection.roles.items()
    }
    for role in (role for role in selection.roles if role not in WITHOUT_LABELS):
        columns[f"{role}_text"] = _texts(selection, role, codes[role])
    columns["value"] = column(lambda cube: cube.values)
    columns["symbol"] = pd.Categorical.from_codes(
        column(lambda cube: _symbol_codes(cube, known)), categories=known
    )
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
    own = np.array([position[value] for value in categories], dtype=least_type(len(variable.values)))
    return _spread(cube, variable.code, own)


def _spread(cube: Cube, code: str, per_category: np.ndarray) -> np.ndarray:
    """One number per cell from one number per category of a dimension."""
    size = [len(categories) for categories in cube.dimensions.values()]
    return spread(size, list(cube.dimensions).index(code), per_category)


def _rows_at_total(selection: Selection, cube: Cube) -> np.ndarray | slice:
    """The cells at the totals of the variables that are dropped."""
    if not selection.at_total:
        return slice(None)
    keep = np.ones(cube.values.shape, dtype=bool)
    for code, total in selection.at_total.items():
        keep &= _spread(cube, code, np.array([value == total for value in cube.dimensions[code]]))
    return keep


def _symbol_codes(cube: Cube, known: list[str]) -> np.ndarray:
    """For each cell, the position of its symbol among the known ones, -1 where it has none."""
    codes = np.full(cube.values.shape, -1, dtype=least_type(len(known)))
    of_name = np.array([known.index(name) for name in cube.marks.names], dtype=codes.dtype)
    codes[cube.marks.positions] = of_name[cube.marks.codes]
    return codes


def _texts(selection: Selection, role: str, codes: np.ndarray) -> pd.Categorical:
    """The publisher's labels; several codes may share one."""
    labels, of_value = np.unique(np.array(selection.roles[role].texts, dtype=object), return_inverse=True)
    return pd.Categorical.from_codes(of_value.astype(least_type(len(labels)))[codes], categories=list(labels))


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
        absent = sorted(set(values) - set(present(narrowed[role])))
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
