"""What the gate remembers of the version that is loaded now, to tell whether a new one has shrunk."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class PreviousVersion:
    """The loaded version in a few figures: its periods, and published (not missing) cells by area code."""

    periods: tuple[str, ...]
    cells_by_area: dict[str, int]
    border_year: int
