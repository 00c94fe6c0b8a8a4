"""A parsed table on its way to the gate, whatever protocol it came by."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from dagster_project.sources.catalogue import RestEntry
from dagster_project.sources.errors import PermanentSourceError
from dagster_project.sources.resolve import Selection, municipality_of


@dataclass(frozen=True)
class Candidate:
    """A parsed table that has not passed the gate yet.

    `frame` has the columns of `entry.raw_columns`: text as strings or categoricals, numbers with NaN where
    they are missing. `periods` and `areas` are the values of their columns that occur, `municipalities` the
    three-digit codes of the areas that are one. `selection` is PxWeb's alone.
    """

    frame: pd.DataFrame
    key_columns: tuple[str, ...]
    periods: tuple[str, ...] = ()
    areas: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    publisher_stamp: datetime | None = None
    border_year: int | None = None
    is_extract: bool = False
    covers_country: bool = True
    """True when the municipalities in the table are all of the country's, as far as it has any."""
    made_at: datetime | None = None
    """When the extract was made; None for a publisher's answers."""
    missing_areas: tuple[str, ...] = ()
    """Municipalities that were asked for and are not in the table (three digits)."""
    selection: Selection | None = None

    def with_frame(self, frame: pd.DataFrame) -> Candidate:
        """The same candidate with other rows of a long table (columns `area` and `time`)."""
        areas = present(frame["area"]) if "area" in frame else ()
        return dataclasses.replace(
            self,
            frame=frame,
            periods=present(frame["time"]) if "time" in frame else (),
            areas=areas,
            municipalities=municipalities(areas),
        )


def present(column: pd.Series) -> tuple[str, ...]:
    """The values that occur: a categorical's in its own order, others sorted."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        used = sorted(set(column.cat.codes.unique()) - {-1})
        return tuple(column.cat.categories[code] for code in used)
    return tuple(sorted(str(value) for value in column.dropna().unique()))


def municipalities(areas: Collection[str]) -> tuple[str, ...]:
    """The three-digit codes of the areas that are municipalities, in their order."""
    return tuple(code for area in areas if (code := municipality_of(area)))


def of_records(
    entry: RestEntry,
    frame: pd.DataFrame,
    named: Collection[str] | None,
    where: str,
    *,
    publisher_stamp: datetime | None = None,
    border_year: int | None = None,
) -> Candidate:
    """The candidate of a table of records, narrowed to the municipalities that were named (None: all).

    Raises: PermanentSourceError wrong_areas or truncated when no record is left.
    """
    if named is not None and entry.area_column is not None:
        frame = frame[frame[entry.area_column].isin(named)].reset_index(drop=True)
    if frame.empty:
        raise PermanentSourceError(
            "truncated" if named is None else "wrong_areas",
            f"{where}: no records for {', '.join(sorted(named or ())) or 'any area'}",
        )
    areas = present(frame[entry.area_column]) if entry.area_column else ()
    found = municipalities(areas)
    return Candidate(
        frame=frame[list(entry.raw_columns)],
        key_columns=entry.key_columns,
        periods=present(frame[entry.period_column]) if entry.period_column else (),
        areas=areas,
        municipalities=found,
        publisher_stamp=publisher_stamp,
        border_year=border_year,
        covers_country=named is None,
        missing_areas=tuple(sorted(set(named or ()) - set(found))),
    )
