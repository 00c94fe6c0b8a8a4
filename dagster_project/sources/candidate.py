"""A parsed table on its way to the gate, whatever protocol it came by."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import pandas as pd

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
