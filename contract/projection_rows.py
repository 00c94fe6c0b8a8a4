"""A projection as the columns of `projection.parquet` and `totals.parquet`, in the detail that was given."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contract.projection_files import TOTAL
from foresight.age_detail import fold
from foresight.cohorts import AGES, OLDEST_AGE, SEXES
from foresight.panel import Panel
from foresight.project import MEAN_DECIMALS, QUANTILE_DECIMALS, Bands, Projection
from foresight.service_need import SCHEMES, AgeGroup

BANDS = ("mean", "p10", "p50", "p90")
REPORTED = tuple(g for scheme in (TOTAL, "report") for g in SCHEMES if g.scheme == scheme)
"""Groups of totals.parquet, in its order."""

_SINGLE = "age"

Columns = Mapping[str, NDArray[Any]]


def groups_for(panel: Panel) -> tuple[AgeGroup, ...]:
    """The groups a projection of `panel` must sum within its draws to be written in the panel's detail.

    Besides those of totals.parquet: single years of both sexes together where an area gives no sexes,
    and the open group where it is younger than the engine's.
    """
    oldest = min(panel.oldest_age, OLDEST_AGE)
    ages = [AgeGroup(_SINGLE, str(age), age, age) for age in range(oldest)]
    ages.append(AgeGroup(_SINGLE, str(oldest), oldest, OLDEST_AGE))
    wanted = ages if panel.only_total.any() else ages[-1:] if oldest < OLDEST_AGE else []
    return (*REPORTED, *wanted)


def age_rows(projection: Projection, panel: Panel) -> Columns:
    """Columns of projection.parquet by area (the panel's order), year, sex and age.

    Areas given as totals stay totals.
    """
    oldest = min(panel.oldest_age, OLDEST_AGE)
    sexed = np.flatnonzero(~panel.only_total)
    together = np.flatnonzero(panel.only_total)
    by_sex = _at_ages(projection, sexed, oldest)
    parts = [_rows(projection, sexed, {"sex": SEXES, "age": range(oldest + 1)}, by_sex)]
    if len(together):
        single = [k for k, group in enumerate(projection.groups) if group.scheme == _SINGLE]
        both = Bands(*(getattr(projection.by_group, name)[:, together][:, :, single] for name in BANDS))
        parts.append(_rows(projection, together, {"sex": (TOTAL,), "age": range(oldest + 1)}, both))
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    if len(parts) > 1:
        place = {area: position for position, area in enumerate(projection.areas)}
        order = np.argsort([place[area] for area in joined["area"]], kind="stable")
        joined = {name: column[order] for name, column in joined.items()}
    return joined


def total_rows(projection: Projection) -> Columns:
    """Columns of totals.parquet by area, year and group (total first, then by age)."""
    place = [projection.groups.index(group) for group in REPORTED]
    bands = Bands(*(getattr(projection.by_group, name)[:, :, place] for name in BANDS))
    everywhere = np.arange(len(projection.areas))
    return _rows(projection, everywhere, {"group": [group.label for group in REPORTED]}, bands)


def _rows(projection: Projection, areas: NDArray[np.intp], axes: Mapping[str, Any], bands: Bands) -> Columns:
    """Every area, year and label of `axes` with its band; the bands are `[year, area, *axes]`."""
    labels = {"area": np.array(projection.areas)[areas], "year": projection.years, **axes}
    grid = np.meshgrid(*(np.asarray(values) for values in labels.values()), indexing="ij")
    keys = {name: values.ravel() for name, values in zip(labels, grid, strict=True)}
    return {**keys, **{name: getattr(bands, name).swapaxes(0, 1).ravel() for name in BANDS}}


def _at_ages(projection: Projection, areas: NDArray[np.intp], oldest: int) -> Bands:
    """Bands of single ages by sex `[year, area, sex, age]`, those above `oldest` joined to it.

    The draws are summed over both sexes only (groups have no sex). The open group of one sex gets its bands
    from those of its single ages added up, as if they rose and fell together, drawn in by as much as the
    same sum over both sexes is wider than the band that the joint draws give.
    """
    ages = Bands(*(getattr(projection.by_age, name)[:, areas] for name in BANDS))
    if oldest >= OLDEST_AGE:
        return ages
    (place,) = (
        k
        for k, g in enumerate(projection.groups)
        if (g.scheme, g.age_from, g.age_to) == (_SINGLE, oldest, AGES - 1)
    )
    joint = {name: getattr(projection.by_group, name)[:, areas, place][:, :, None] for name in BANDS}
    folded = {name: fold(getattr(ages, name), oldest) for name in BANDS}
    mean, middle = folded["mean"][..., -1], folded["p50"][..., -1]
    both = mean.sum(axis=2, keepdims=True)
    share = np.divide(mean, both, out=np.zeros_like(mean), where=both > 0)
    new_middle = np.maximum(mean + (joint["p50"] - joint["mean"]) * share, 0.0)
    folded["p50"][..., -1] = new_middle
    for name in ("p10", "p90"):
        away = folded[name][..., -1] - middle
        summed = away.sum(axis=2, keepdims=True)
        kept = np.divide(joint[name] - joint["p50"], summed, out=np.zeros_like(summed), where=summed != 0)
        folded[name][..., -1] = np.maximum(new_middle + np.clip(kept, 0.0, 1.0) * away, 0.0)
    # the middle was moved: an end on its wrong side would be no band
    folded["p10"] = np.minimum(folded["p10"], folded["p50"])
    folded["p90"] = np.maximum(folded["p90"], folded["p50"])
    return Bands(
        folded["mean"].round(MEAN_DECIMALS),
        *(np.asarray(folded[name]).round(QUANTILE_DECIMALS) for name in BANDS[1:]),
    )
