"""What the gate remembers of the version that is loaded now, to tell whether a new one has shrunk."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class PreviousVersion:
    """The loaded version in a few figures.

    `cells` has those of the columns area, contents and time that the table has, and `cells` (published
    figures; records where the table has no figures); `rows` are all of them together.
    `municipalities` are those the new version is expected to have again, less the ones that have merged.
    """

    cells: pd.DataFrame
    municipalities: frozenset[str]
    border_year: int | None

    @property
    def rows(self) -> int:
        return int(self.cells["cells"].sum())
