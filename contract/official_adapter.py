"""The official projection as a member of the ensemble, from columns of `int_official_projection`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from foresight.cohorts import AGES
from foresight.panel import OfficialVintage


def official_vintage(
    columns: Mapping[str, NDArray[Any]], areas: Sequence[str], base_year: int
) -> OfficialVintage | None:
    """The newest vintage that tells the years after `base_year` one by one by every age; None without one.

    `columns`: vintage, published_at, municipality_code, projection_year, age, population_count. Areas that a
    vintage lacks are NaN there; a vintage without ages 100+ or with single years far apart is passed over.
    """
    vintages = np.asarray(columns["vintage"])
    for vintage in sorted({int(v) for v in vintages}, reverse=True):
        mine = vintages == vintage
        found = {name: np.ma.asarray(values)[mine] for name, values in columns.items()}
        years = _consecutive({int(y) for y in found["projection_year"]}, base_year + 1)
        if not years:
            continue
        grid = _grid(found, areas, years)
        if np.isfinite(grid).any():
            return OfficialVintage(str(vintage), str(found["published_at"][0])[:10], years, grid)
    return None


def _consecutive(known: set[int], first: int) -> tuple[int, ...]:
    """The run of years that holds `first`, from as early as it goes; empty without `first`."""
    if first not in known:
        return ()
    start = first
    while start - 1 in known:
        start -= 1
    end = first
    while end + 1 in known:
        end += 1
    return tuple(range(start, end + 1))


def _grid(
    found: Mapping[str, NDArray[Any]], areas: Sequence[str], years: tuple[int, ...]
) -> NDArray[np.float64]:
    """`[year, area, age]`; an area and year with an age missing is NaN at every age."""
    area_at = {area: i for i, area in enumerate(areas)}
    area = np.array([area_at.get(str(code), -1) for code in found["municipality_code"]])
    year = np.asarray(found["projection_year"]).astype(int) - years[0]
    keep = (area >= 0) & (year >= 0) & (year < len(years))
    grid = np.full((len(years), len(areas), AGES), np.nan)
    values = np.ma.filled(np.ma.asarray(found["population_count"]).astype(np.float64), np.nan)
    grid[year[keep], area[keep], np.asarray(found["age"]).astype(int)[keep]] = values[keep]
    grid[np.isnan(grid).any(axis=2)] = np.nan
    return grid
