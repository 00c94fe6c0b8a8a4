"""What the gate remembers of the version that is loaded now, to tell whether a new one has shrunk."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class PreviousVersion:
    """The loaded version in a few figures.

    `cells` has columns area, contents, time and `cells` (published figures, missing ones not counted);
    `municipalities` are those the new version is expected to have again, less the ones that have merged.
    """

    cells: pd.DataFrame
    municipalities: frozenset[str]
    border_year: int
